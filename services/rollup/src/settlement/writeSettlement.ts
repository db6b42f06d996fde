import { type Address, type Hex, PREDEPLOYS, type SystemTransaction, sourceHash } from '@tephra/protocol';
import type { ChainReader, StoredReceipt } from '../chain.ts';
import type { Accounts } from './accounts.ts';
import { GasBudget } from './gasBudget.ts';
import type { Unsettled } from './ledger.ts';
import { type ItemList, itemLists } from './lists.ts';
import { type PastCalls, pastCalls } from './pastCalls.ts';
import type { SettlementPlan } from './plan.ts';
import { encodeSettlerCall } from './settlerCall.ts';

/** Where settlement transactions enter the chain; resolves when executed and journaled. */
export interface SettlementSink {
  submitSettlement(transaction: SystemTransaction): Promise<StoredReceipt>;
}

export type WriteProgress = { written: number; total: number };

export type WriteDeps = {
  chain: ChainReader;
  accounts: Accounts;
  sink: SettlementSink;
  onProgress: (progress: WriteProgress) => void;
};

/** A transaction may use at most this much gas (PROTOCOL.md section 4). */
const MAX_TRANSACTION_GAS = 2n ** 25n;
const FIRST_SLICE = 64;
const MAX_SLICE = 512;

/**
 * Writes a plan into the outbox by Settler calls, as many items per transaction as fit its gas, and finishes. What
 * earlier transactions of the chain have written already is passed over, so it can be called again after a crash; on a
 * chain that is settled it only tells what was left out.
 */
export async function writeSettlement(plan: SettlementPlan, deps: WriteDeps): Promise<{ unsettled: Unsettled[] }> {
  const { chain, accounts } = deps;
  const past = pastCalls(chain);
  const writer = new Writer(itemLists(plan, accounts), past, deps);
  if (!past.calls.some((call) => call.kind === 'finish')) {
    await writer.write();
    const receipt = await writer.submit(encodeSettlerCall('finish', []));
    if (receipt.status !== 'success') throw new Error('Settler.finish failed');
  }
  return { unsettled: [...plan.unsettled, ...writer.leftOut()] };
}

/**
 * Writes a plan on a settled chain. The Settler passes over what it has written before, so nothing is lost by writing it
 * again after a crash.
 */
export async function writeAddendum(plan: SettlementPlan, deps: WriteDeps): Promise<{ unsettled: Unsettled[] }> {
  const { count } = pastCalls(deps.chain);
  const writer = new Writer(itemLists(plan, deps.accounts), { calls: [], count, unanswered: new Map() }, deps);
  await writer.write();
  return { unsettled: [...plan.unsettled, ...writer.leftOut()] };
}

/** Writes lists of items one after the other; a list of a token that refuses is abandoned, with all others of the token. */
class Writer {
  readonly #lists: ItemList[];
  readonly #deps: WriteDeps;
  readonly #gasLimit: bigint;
  readonly #total: number;
  /** Keys of each list that are written. */
  readonly #done: number[];
  readonly #abandoned = new Set<Address>();
  readonly #budgets = new Map<Address, GasBudget>();
  /** Lists before this one are behind the Settler, which never goes back. */
  readonly #firstOpen: number;
  #sequence: bigint;

  constructor(lists: ItemList[], past: PastCalls, deps: WriteDeps) {
    this.#lists = lists;
    this.#deps = deps;
    const { gasLimit } = deps.chain.head();
    this.#gasLimit = gasLimit < MAX_TRANSACTION_GAS ? gasLimit : MAX_TRANSACTION_GAS;
    this.#total = lists.reduce((sum, list) => sum + list.keys.length, 0);
    this.#sequence = BigInt(past.count);
    const lastKeys = new Map<string, bigint>();
    for (const call of past.calls) if (call.kind !== 'finish') lastKeys.set(call.list, call.lastKey);
    this.#done = lists.map(({ name, keys }) => {
      const last = lastKeys.get(name);
      return last === undefined ? 0 : keys.filter((key) => key <= last).length;
    });
    this.#firstOpen = Math.max(
      0,
      lists.findLastIndex(({ name }) => lastKeys.has(name)),
    );
  }

  async write(): Promise<void> {
    for (const [index, list] of this.#lists.entries()) {
      if (list.token && list.born && (index < this.#firstOpen || this.#abandoned.has(list.token))) continue;
      await this.#writeList(list, index);
    }
  }

  /** A system transaction with the next number of the settlement. */
  submit(data: Hex): Promise<StoredReceipt> {
    const { chain, sink } = this.#deps;
    return sink.submitSettlement({
      sourceHash: sourceHash(chain.chainId, 'settlement', this.#sequence++),
      from: PREDEPLOYS.system,
      to: PREDEPLOYS.settler,
      value: 0n,
      gasLimit: this.#gasLimit,
      data,
    });
  }

  /** Tokens of which items were not written, or did not tell who has them. */
  leftOut(): Unsettled[] {
    const byToken = new Map<Address, Unsettled>();
    const add = (token: Address, standard: Unsettled['standard'], items: number): void => {
      const known = byToken.get(token);
      if (known) known.items = (known.items ?? 0) + items;
      else byToken.set(token, { token, standard, reason: 'refused', items });
    };
    for (const [index, { token, standard, announces, keys }] of this.#lists.entries()) {
      const left = announces ? 0 : keys.length - this.#done[index]!;
      if (token && standard !== 'native' && left > 0) add(token, standard, left);
    }
    for (const [token, items] of pastCalls(this.#deps.chain).unanswered) {
      const list = this.#lists.find((other) => other.token?.toLowerCase() === token.toLowerCase());
      if (list?.token && list.standard !== 'native') add(list.token, list.standard, items);
    }
    return [...byToken.values()];
  }

  async #writeList(list: ItemList, index: number): Promise<void> {
    let slice = FIRST_SLICE;
    for (let from = this.#done[index]!; from < list.keys.length; from = this.#done[index]!) {
      const shareCall = list.shareCall(from);
      if (shareCall !== undefined && (await this.#tryWrite(list, index, from + 1, shareCall))) continue;
      const to = shareCall === undefined ? this.#sliceEnd(list, from, slice) : from + 1;
      const data = await list.call(from, to);
      const gasUsed = await this.#tryWrite(list, index, to, data);
      if (gasUsed === undefined && to - from > 1) {
        slice = Math.max(1, Math.floor((to - from) / 2));
        continue;
      }
      if (gasUsed === undefined && !(list.born && list.token)) {
        // The Settler passes over what our own tokens and accounts can be: this is a fault of ours. Stop before finish().
        throw new Error(`${list.name} failed at item ${list.keys[from]}`);
      }
      if (gasUsed === undefined || this.#isOverBudget(list)) {
        this.#abandoned.add(list.token!);
        return;
      }
      if (gasUsed < this.#gasLimit / 3n) slice = Math.min(slice * 2, MAX_SLICE);
    }
  }

  /** Up to the next item with a call of its own. */
  #sliceEnd(list: ItemList, from: number, slice: number): number {
    const end = Math.min(from + slice, list.keys.length);
    for (let at = from + 1; at < end; at++) if (list.shareCall(at) !== undefined) return at;
    return end;
  }

  /** @returns gas used; undefined when the Settler refused, and nothing was written */
  async #tryWrite(list: ItemList, index: number, to: number, data: Hex): Promise<bigint | undefined> {
    const receipt = await this.submit(data);
    if (list.token && list.born) this.#budgetOf(list.token).spend(receipt, to - this.#done[index]!);
    if (receipt.status !== 'success') return undefined;
    this.#done[index] = to;
    this.#deps.onProgress({ written: this.#done.reduce((sum, done) => sum + done, 0), total: this.#total });
    return receipt.gasUsed;
  }

  #isOverBudget({ token, born }: ItemList): boolean {
    return born && token !== null && this.#budgetOf(token).isOverdrawn;
  }

  #budgetOf(token: Address): GasBudget {
    let budget = this.#budgets.get(token);
    if (!budget) {
      budget = new GasBudget();
      this.#budgets.set(token, budget);
    }
    return budget;
  }
}
