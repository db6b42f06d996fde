import type { Engine } from '@tephra/engine';
import { type Address, PREDEPLOYS } from '@tephra/protocol';
import { erc20Abi, erc721Abi, parseAbi, zeroAddress } from 'viem';
import type { ChainReader } from '../chain.ts';
import type { Candidates } from './candidates.ts';
import { headState, type View, viewer } from './view.ts';

/** `creator` = externally owned account whose transaction made the contract at `account`; zero for other accounts. */
export type Holder = { account: Address; creator: Address };
/** `shares` = who holds the shares that the account issues in what it has, ascending: it is a pool or a vault. */
export type Holding = Holder & { shares?: Holder[] };

/** The Settler takes at most so many share holders; an issuer with more goes by its owner or creator. */
const MAX_SHARE_HOLDERS = 512;
/** Candidates for shares beyond which nobody counts: each costs a call. */
const MAX_SHARE_CANDIDATES = 8_192;
const MAX_CREATORS = 8;
const ANSWER_GAS = 250_000n;
const BENEFICIARIES = parseAbi(['function settlementBeneficiaries() view returns (address[], uint256[])']);

/** What is known of the accounts that a settlement names: by whom they were made, and who has shares in them. */
export class Accounts {
  readonly view: View;
  readonly #chain: ChainReader;
  readonly #candidates: Candidates;
  readonly #shares = new Map<Address, Promise<Holder[] | undefined>>();

  constructor(deps: { chain: ChainReader; engine: Engine; candidates: Candidates }) {
    this.#chain = deps.chain;
    this.#candidates = deps.candidates;
    this.view = viewer(deps.engine, headState(deps.chain));
  }

  holder(account: Address): Holder {
    return { account, creator: this.creatorOf(account) };
  }

  /** Goes up the creators to one that is no contract; zero where there is none. */
  creatorOf(account: Address): Address {
    let creator = this.#chain.creatorOf(account);
    for (let step = 0; creator !== undefined && step < MAX_CREATORS; step++) {
      const above = this.#chain.creatorOf(creator);
      if (above === undefined) return lower(creator) === lower(PREDEPLOYS.system) ? zeroAddress : creator;
      creator = above;
    }
    return zeroAddress;
  }

  /** For assets that can be divided. */
  async holding(account: Address): Promise<Holding> {
    const shares = await this.#sharesIn(account);
    return shares === undefined ? this.holder(account) : { ...this.holder(account), shares };
  }

  /** Ascending, each account once. */
  async holdings(accounts: Iterable<Address>): Promise<Holding[]> {
    const holdings: Holding[] = [];
    for (const account of ascending([...accounts], (item) => item)) holdings.push(await this.holding(account));
    return holdings;
  }

  /** Contracts among the owners of these tokens: the Settler must be told who made them. */
  async contractOwners(token: Address, ids: bigint[]): Promise<Holder[]> {
    const owners = new Map<Address, Holder>();
    for (const id of ids) {
      const owner = (await this.view(token, erc721Abi, 'ownerOf', [id])) as Address | undefined;
      if (!owner || owners.has(lower(owner)) || this.#chain.creatorOf(owner) === undefined) continue;
      owners.set(lower(owner), this.holder(owner));
    }
    return ascending([...owners.values()], (item) => item.account);
  }

  #sharesIn(account: Address): Promise<Holder[] | undefined> {
    const key = lower(account);
    let shares = this.#shares.get(key);
    if (shares === undefined) {
      shares = this.#askShares(account);
      this.#shares.set(key, shares);
    }
    return shares;
  }

  /** Undefined where the account is no issuer of shares whose holders are all known. */
  async #askShares(account: Address): Promise<Holder[] | undefined> {
    const candidates = this.#candidates.holdersByToken.get(lower(account));
    if (!candidates || candidates.size > MAX_SHARE_CANDIDATES || this.#candidates.overQuota.has(lower(account))) {
      return undefined;
    }
    const ask = (functionName: 'totalSupply' | 'balanceOf', args: readonly unknown[] = []) =>
      this.view(account, erc20Abi, functionName, args, ANSWER_GAS) as Promise<bigint | undefined>;
    const supply = await ask('totalSupply');
    if (!supply || (await this.view(account, BENEFICIARIES, 'settlementBeneficiaries', [])) !== undefined) {
      return undefined;
    }
    const holders: Address[] = [];
    let sum = 0n;
    for (const candidate of candidates) {
      const balance = await ask('balanceOf', [candidate]);
      if (balance === undefined) return undefined;
      if (balance === 0n) continue;
      if (holders.push(candidate) > MAX_SHARE_HOLDERS) return undefined;
      sum += balance;
    }
    if (sum !== supply) return undefined;
    return ascending(holders, (item) => item).map((holder) => this.holder(holder));
  }
}

export function lower(address: Address): Address {
  return address.toLowerCase() as Address;
}

export function ascending<T>(items: T[], key: (item: T) => Address): T[] {
  return items.sort((a, b) => (lower(key(a)) < lower(key(b)) ? -1 : 1));
}
