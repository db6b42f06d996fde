import type { Log } from '@tephra/engine';
import { type Address, type Hash, PREDEPLOYS } from '@tephra/protocol';
import { type Hex, hexToBigInt, sliceHex, toEventSelector } from 'viem';
import type { ChainReader } from '../chain.ts';

const TRANSFER = toEventSelector('Transfer(address,address,uint256)');
const CONSECUTIVE_TRANSFER = toEventSelector('ConsecutiveTransfer(uint256,uint256,address,address)');

/** A token that claims more candidates than this goes to later addenda as a whole, so that fake logs delay nobody. */
export const CANDIDATES_PER_TOKEN = 1_000_000;

/** An ERC-2309 log names any number of ids for the price of one; a token gets this many out of such logs. */
const CONSECUTIVE_CANDIDATES = 20_000n;

/** Who may own what, read from the logs of the whole chain; nothing here is trusted, the Settler asks the tokens. */
export type Candidates = {
  /** Accounts by ERC-20 token that ever appeared in its Transfer logs. */
  holdersByToken: Map<Address, Set<Address>>;
  /** Token ids by ERC-721 token, in the order of the token's first log. */
  idsByToken: Map<Address, Set<bigint>>;
  /** Tokens beyond {@link CANDIDATES_PER_TOKEN}. */
  overQuota: Set<Address>;
  /** Ids that a token named in ERC-2309 logs so far. */
  consecutiveIds: Map<Address, bigint>;
};

export function noCandidates(): Candidates {
  return { holdersByToken: new Map(), idsByToken: new Map(), overQuota: new Set(), consecutiveIds: new Map() };
}

/** Reads every log of the chain once, from genesis to head. */
export function collectCandidates(chain: ChainReader): Candidates {
  const candidates = noCandidates();
  const head = chain.head().number;
  for (let number = 1n; number <= head; number++) {
    const block = chain.blockByNumber(number);
    if (!block) throw new Error(`block ${number} is missing below the head`);
    for (const receipt of block.receipts) for (const log of receipt.logs) collectFromLog(candidates, log);
  }
  return candidates;
}

/** Adds what one log says of ownership (ERC-20, ERC-721 and ERC-2309 events). */
export function collectFromLog(candidates: Candidates, log: Log): void {
  const [event, ...topics] = log.topics;
  if (event === TRANSFER && topics.length === 2) {
    const holders = entry(candidates.holdersByToken, log.address);
    for (const topic of topics) add(candidates, log.address, holders, topicAddress(topic));
  } else if (event === TRANSFER && topics.length === 3) {
    add(candidates, log.address, entry(candidates.idsByToken, log.address), hexToBigInt(topics[2]!));
  } else if (event === CONSECUTIVE_TRANSFER && topics.length === 3 && log.data.length >= 66) {
    const first = hexToBigInt(topics[0]!);
    const last = hexToBigInt(sliceHex(log.data as Hex, 0, 32));
    const ids = entry(candidates.idsByToken, log.address);
    const named = (candidates.consecutiveIds.get(log.address) ?? 0n) + (last >= first ? last - first + 1n : 0n);
    candidates.consecutiveIds.set(log.address, named);
    if (named > CONSECUTIVE_CANDIDATES) {
      candidates.overQuota.add(log.address);
      return;
    }
    for (let id = first; id <= last; id++) add(candidates, log.address, ids, id);
  }
}

function entry<T>(map: Map<Address, Set<T>>, token: Address): Set<T> {
  const known = map.get(token);
  if (known) return known;
  const set = new Set<T>();
  map.set(token, set);
  return set;
}

function add<T>(candidates: Candidates, token: Address, set: Set<T>, item: T): void {
  if (set.size < CANDIDATES_PER_TOKEN) set.add(item);
  else if (!set.has(item)) candidates.overQuota.add(token);
}

function topicAddress(topic: Hash): Address {
  return sliceHex(topic, 12) as Address;
}

/** Protocol accounts whose balances are no supply or stay with the protocol. */
export const EXCLUDED_HOLDERS: ReadonlySet<string> = new Set(
  [PREDEPLOYS.l2Bridge, PREDEPLOYS.faucet, PREDEPLOYS.settler].map((address) => address.toLowerCase()),
);
