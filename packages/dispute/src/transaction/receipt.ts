import { encodeRlp, keccak256 } from '@tephra/engine';
import { PREDEPLOYS, SYSTEM_TRANSACTION_TYPE } from '@tephra/protocol';
import { leafPath } from '../block/indexTrie.ts';
import { readWord } from '../commit/hash.ts';
import { sparseGet, sparseSet } from '../commit/sparseTree.ts';
import { SPONGE_RATE, Sponge } from '../commit/sponge.ts';
import { withWords, wordAt } from '../commit/wordTree.ts';
import { type Log, PURPOSES } from '../machine/context.ts';
import { BlockSlot } from '../machine/entries.ts';
import type { Env } from '../machine/env.ts';
import { blockAccountFrom } from '../machine/journal.ts';
import type { Progress } from '../machine/progress.ts';
import type { Between, Receipt } from '../machine/state.ts';
import { afterCall, originCount } from './begin.ts';
import { progressOf } from './check.ts';
import { addToBloom, EMPTY_BLOOM, logLength, logPart, orBlooms, receiptHead } from './receiptBytes.ts';

// A receipt within these bounds is made in one step.
export const MAX_LOGS = 48;
const MAX_LOG_BYTES = 16_384;
/** Logs whose size is added up in one step where there are more. */
const MEASURED_LOGS = 64;
/** Bytes that are hashed in one step of a longer receipt: each log among them is opened by itself. */
const RECEIPT_PART = 8 * SPONGE_RATE;

/** Slot of ChainState with the chain's mode. */
export const MODE_KEY = { address: BigInt(PREDEPLOYS.chainState), slot: 0n };

export function logAt({ tx, logs }: Receipt, index: number): Log {
  return tx.logs.get(wordAt(logs.tree, index))!;
}

/** Whether the chain's mode is read again behind this transaction (packages/engine/assembly/block.ts). */
export function rereadsMode({ tx }: Receipt, { fields }: Progress): boolean {
  const ofOrigin = originCount(fields.facts);
  if (fields.count < ofOrigin) return fields.count + 1 === ofOrigin;
  return tx.fields.type === SYSTEM_TRANSACTION_TYPE;
}

/** One step behind a transaction's journal. */
export function receiptStep(receipt: Receipt, env: Env): Receipt | Between {
  const progress = progressOf(receipt);
  const { purpose } = receipt.tx.fields;
  if (purpose === PURPOSES.beaconRoot || purpose === PURPOSES.blockHash) return afterCall(receipt, progress);
  const { work } = receipt;
  if (work === undefined) return wholeStep(receipt, progress, env);
  return work.phase === 'measure' ? measureStep(receipt, work) : absorbStep(receipt, work, progress);
}

/** Whether a receipt is made in one step. */
export function isSmall(receipt: Receipt): boolean {
  const { count } = receipt.logs;
  if (count > MAX_LOGS) return false;
  let bytes = 0;
  for (let i = 0; i < count; i++) bytes += logAt(receipt, i).data.length;
  return bytes <= MAX_LOG_BYTES;
}

function wholeStep(receipt: Receipt, progress: Progress, env: Env): Receipt | Between {
  if (rereadsMode(receipt, progress)) {
    const b = withMode(receipt, env);
    if (b !== null) return { ...receipt, b };
  }
  if (!isSmall(receipt)) return { ...receipt, work: { phase: 'measure', item: 0, payload: 0, bloom: EMPTY_BLOOM } };
  const logs = Array.from({ length: receipt.logs.count }, (_, i) => logAt(receipt, i));
  const parts = logs.map((log) => logPart(log, 0, logLength(log)));
  const bloom = logs.reduce(addToBloom, EMPTY_BLOOM);
  const head = headOf(receipt, progress, { bloom, payload: lengthOf(parts) });
  return finish(receipt, progress, bloom, keccak256(joined([head, ...parts])));
}

/** The journal with what the mode is read from a step nearer; null when it is there. */
function withMode({ b }: Receipt, env: Env): Receipt['b'] | null {
  const { address, slot } = MODE_KEY;
  const account = sparseGet(b, address);
  if (account === undefined) return sparseSet(b, address, blockAccountFrom(env.world.account(address)));
  if (sparseGet(account.slots, slot) !== undefined) return null;
  const value = env.world.slot(address, account.storageRoot, slot);
  return sparseSet(b, address, account.with({ slots: sparseSet(account.slots, slot, new BlockSlot(false, value)) }));
}

type Work<P> = Extract<NonNullable<Receipt['work']>, { phase: P }>;

/** Logs that the next step of a measurement takes. */
export const measuredLogs = (receipt: Receipt, { item }: Work<'measure'>): number =>
  Math.min(MEASURED_LOGS, receipt.logs.count - item);

function measureStep(receipt: Receipt, work: Work<'measure'>): Receipt {
  let { payload, bloom } = work;
  const end = work.item + measuredLogs(receipt, work);
  for (let i = work.item; i < end; i++) {
    const log = logAt(receipt, i);
    payload += logLength(log);
    bloom = addToBloom(bloom, log);
  }
  if (end < receipt.logs.count) return { ...receipt, work: { ...work, item: end, payload, bloom } };
  return { ...receipt, work: { phase: 'absorb', item: 0, offset: 0, payload, bloom, sponge: Sponge.empty } };
}

/** A log, or the head before all (item 0), of which the next step takes the bytes from `offset` to `end`. */
export type Part = { item: number; offset: number; end: number; length: number };

/** What the next step hashes, and where the one behind it goes on. */
export function partsOf(
  receipt: Receipt,
  work: Work<'absorb'>,
  progress: Progress,
): { parts: Part[]; isLast: boolean } {
  const parts: Part[] = [];
  let left = RECEIPT_PART;
  for (let { item, offset } = work; item <= receipt.logs.count && left > 0; item++) {
    const length = item === 0 ? headOf(receipt, progress, work).length : logLength(logAt(receipt, item - 1));
    const end = Math.min(length, offset + left);
    parts.push({ item, offset, end, length });
    left -= end - offset;
    offset = 0;
  }
  return { parts, isLast: left > 0 };
}

function absorbStep(receipt: Receipt, work: Work<'absorb'>, progress: Progress): Receipt | Between {
  const { parts, isLast } = partsOf(receipt, work, progress);
  const bytes = joined(
    parts.map(({ item, offset, end }) =>
      item === 0
        ? headOf(receipt, progress, work).subarray(offset, end)
        : logPart(logAt(receipt, item - 1), offset, end),
    ),
  );
  if (isLast) return finish(receipt, progress, work.bloom, work.sponge.finish(bytes));
  const last = parts.at(-1)!;
  const isWhole = last.end === last.length;
  const [item, offset] = isWhole ? [last.item + 1, 0] : [last.item, last.end];
  return { ...receipt, work: { ...work, item, offset, sponge: work.sponge.absorb(bytes) } };
}

/** The leaf of the trie of receipts up to the logs. */
function headOf(receipt: Receipt, progress: Progress, logs: { bloom: Uint8Array; payload: number }): Uint8Array {
  const { facts, count, cumulativeGas } = progress.fields;
  return receiptHead({
    path: encodeRlp(leafPath(count, facts.fields.total)),
    type: receipt.tx.fields.type,
    succeeded: receipt.succeeded,
    cumulativeGas: cumulativeGas + receipt.gasUsed,
    ...logs,
  });
}

function finish(receipt: Receipt, progress: Progress, bloom: Uint8Array, leaf: Uint8Array): Between {
  const { count, cumulativeGas, receiptLeaves } = progress.fields;
  const { block, b } = receipt;
  const after = progress.with({
    count: count + 1,
    cumulativeGas: cumulativeGas + receipt.gasUsed,
    bloom: orBlooms(progress.fields.bloom, bloom),
    receiptLeaves: withWords(receiptLeaves, count, [readWord(leaf)]),
    ...(rereadsMode(receipt, progress) ? { mode: modeIn(b) } : {}),
  });
  return { kind: 'between', block, b, progress: after };
}

/** ChainState packs it behind 24 bytes. */
function modeIn(b: Receipt['b']): number {
  const slot = sparseGet(sparseGet(b, MODE_KEY.address)!.slots, MODE_KEY.slot)!;
  return Number((slot.value >> 192n) & 0xffn);
}

const lengthOf = (parts: Uint8Array[]): number => parts.reduce((sum, { length }) => sum + length, 0);

function joined(parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(lengthOf(parts));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
