import type { Engine, StateRef } from '@tephra/engine';
import { l2BridgeAbi } from '@tephra/l1';
import { type Address, PREDEPLOYS } from '@tephra/protocol';
import { erc20Abi, zeroAddress } from 'viem';
import type { ChainReader } from '../chain.ts';
import { collectFromLog, EXCLUDED_HOLDERS, noCandidates } from './candidates.ts';
import { headState, viewer } from './view.ts';

/**
 * What a settlement would look at if the chain were closed now. Holders and tokens are candidates, so they are upper
 * bounds: an account that gave everything away, or a burnt token, is counted until the Settler asks.
 */
export type SettlementPreview = {
  native: { holders: number; total: bigint };
  /** Bridged tokens; `total` is the supply on the layer. */
  erc20: { token: Address; l1Token: Address; holders: number; total: bigint }[];
  bridgedErc721: { token: Address; l1Token: Address; tokens: number }[];
  /** Everything else with ERC-721 transfers: minted on an L1 twin if it is a collection. */
  collections: { token: Address; tokens: number }[];
};

/** Blocks and accounts read before others get their turn: the node makes blocks meanwhile. */
const BLOCKS_AT_ONCE = 50n;
const ACCOUNTS_AT_ONCE = 200;

/** Counts what a settlement would do on a living chain; remembers the logs that it has read. */
export class SettlementPreviewer {
  readonly #chain: ChainReader;
  readonly #engine: Engine;
  readonly #candidates = noCandidates();
  #read = 0n;
  #running: Promise<SettlementPreview> | undefined;

  constructor(chain: ChainReader, engine: Engine) {
    this.#chain = chain;
    this.#engine = engine;
  }

  /** Callers at the same time share one answer. */
  preview(): Promise<SettlementPreview> {
    this.#running ??= this.#count().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #count(): Promise<SettlementPreview> {
    await this.#readLogs();
    const at = headState(this.#chain);
    const view = viewer(this.#engine, at);
    const preview: SettlementPreview = {
      native: await this.#native(at),
      erc20: [],
      bridgedErc721: [],
      collections: [],
    };
    const l1TokenOf = async (token: Address): Promise<Address | undefined> => {
      const answer = await view(PREDEPLOYS.l2Bridge, l2BridgeAbi, 'l1TokenOf', [token]);
      const [l1Token, bridged] = (answer as [Address, boolean] | undefined) ?? [zeroAddress, false];
      return bridged ? l1Token : undefined;
    };
    for (const [token, accounts] of this.#candidates.holdersByToken) {
      const l1Token = await l1TokenOf(token);
      if (l1Token === undefined) continue;
      const total = ((await view(token, erc20Abi, 'totalSupply', [])) as bigint | undefined) ?? 0n;
      const holders = [...accounts].filter((account) => account !== zeroAddress && !isExcluded(account)).length;
      if (total > 0n) preview.erc20.push({ token, l1Token, holders, total });
    }
    for (const [token, ids] of this.#candidates.idsByToken) {
      const l1Token = await l1TokenOf(token);
      if (l1Token === undefined) preview.collections.push({ token, tokens: ids.size });
      else preview.bridgedErc721.push({ token, l1Token, tokens: ids.size });
    }
    return preview;
  }

  async #readLogs(): Promise<void> {
    const head = this.#chain.head().number;
    // A rollback of the chain may leave candidates of dropped blocks, which is harmless in an upper bound.
    while (this.#read < head) {
      const number = ++this.#read;
      for (const receipt of this.#chain.blockByNumber(number)?.receipts ?? []) {
        for (const log of receipt.logs) collectFromLog(this.#candidates, log);
      }
      if (number % BLOCKS_AT_ONCE === 0n) await turn();
    }
  }

  async #native(at: StateRef): Promise<SettlementPreview['native']> {
    const native = { holders: 0, total: 0n };
    let read = 0;
    for (const address of this.#chain.accounts()) {
      if (++read % ACCOUNTS_AT_ONCE === 0) await turn();
      if (isExcluded(address)) continue;
      const balance = (await this.#engine.getAccount(address, at))?.balance ?? 0n;
      if (balance === 0n) continue;
      native.holders++;
      native.total += balance;
    }
    return native;
  }
}

function isExcluded(account: Address): boolean {
  return EXCLUDED_HOLDERS.has(account.toLowerCase());
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
