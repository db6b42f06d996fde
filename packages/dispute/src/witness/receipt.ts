import { sparseGet } from '../commit/sparseTree.ts';
import { type Log, PURPOSES } from '../machine/context.ts';
import type { Env } from '../machine/env.ts';
import { type Receipt, receiptWords, refWords, type Word } from '../machine/state.ts';
import { progressOf } from '../transaction/check.ts';
import {
  isSmall,
  logAt,
  MAX_LOGS,
  MODE_KEY,
  measuredLogs,
  partsOf,
  receiptStep,
  rereadsMode,
} from '../transaction/receipt.ts';
import { writeAccount, writeSlotSource } from './loads.ts';
import { writeRange } from './memory.ts';
import { WitnessWriter } from './writer.ts';

/** A step behind a transaction's journal. */
export function receiptWitness(receipt: Receipt, env: Env): Uint8Array {
  const out = new WitnessWriter().words(...receiptWords(receipt), ...receipt.tx.words);
  const progress = progressOf(receipt);
  out.words(...progress.words);
  const { purpose } = receipt.tx.fields;
  if (purpose === PURPOSES.beaconRoot || purpose === PURPOSES.blockHash) return out.bytes();
  out.words(...progress.fields.facts.words);
  const { work } = receipt;
  if (work === undefined) writeWhole(out, receipt, env);
  else if (work.phase === 'measure') writeMeasured(out, receipt, work);
  else writeAbsorbed(out, receipt, work, env);
  return out.bytes();
}

type Work<P> = Extract<NonNullable<Receipt['work']>, { phase: P }>;

const isFinished = (receipt: Receipt, env: Env): boolean => receiptStep(receipt, env).kind === 'between';

/** Slot of the mode in the block's journal. @returns whether it is there */
function writeMode(out: WitnessWriter, receipt: Receipt, env: Env): boolean {
  if (!rereadsMode(receipt, progressOf(receipt))) return true;
  const { address, slot } = MODE_KEY;
  const account = sparseGet(receipt.b, address);
  if (account === undefined) {
    writeAccount(out, receipt, env, address);
    return false;
  }
  writeSlotSource(out, receipt, env, address, slot);
  return sparseGet(account.slots, slot) !== undefined;
}

const logWords = ({ address, topics, data }: Log): Word[] => [address, topics.length, ...topics, ...refWords(data)];

/** Digests of logs. */
function writeDigests(out: WitnessWriter, receipt: Receipt, first: number, count: number): void {
  if (count > 0) out.range(receipt.logs.tree, first, count);
}

function writeBytes(out: WitnessWriter, { data }: Log, from: number, to: number): void {
  writeRange(out, data.tree, data.offset + from, to - from);
}

function writeWhole(out: WitnessWriter, receipt: Receipt, env: Env): void {
  if (!writeMode(out, receipt, env)) return;
  const { count } = receipt.logs;
  if (count > MAX_LOGS) return;
  writeDigests(out, receipt, 0, count);
  const logs = Array.from({ length: count }, (_, i) => logAt(receipt, i));
  for (const log of logs) out.words(...logWords(log));
  if (!isSmall(receipt)) return;
  for (const log of logs) writeBytes(out, log, 0, log.data.length);
  writeFinish(out, receipt);
}

/** The block's bloom, and where the receipt's leaf is put. */
function writeFinish(out: WitnessWriter, receipt: Receipt): void {
  const { bloom, receiptLeaves, count } = progressOf(receipt).fields;
  out.content(bloom).range(receiptLeaves, count, 1);
}

function writeMeasured(out: WitnessWriter, receipt: Receipt, work: Work<'measure'>): void {
  const count = measuredLogs(receipt, work);
  out.content(work.bloom);
  writeDigests(out, receipt, work.item, count);
  for (let i = 0; i < count; i++) {
    const log = logAt(receipt, work.item + i);
    out.words(...logWords(log));
    writeOwn(out, log);
  }
}

/** Of data of one byte it counts which one. */
function writeOwn(out: WitnessWriter, log: Log): void {
  if (log.data.length === 1) writeBytes(out, log, 0, 1);
}

function writeAbsorbed(out: WitnessWriter, receipt: Receipt, work: Work<'absorb'>, env: Env): void {
  const { parts } = partsOf(receipt, work, progressOf(receipt));
  out.content(work.bloom).words(...work.sponge.words);
  for (const { item, offset, end, length } of parts) {
    if (item === 0) continue;
    const log = logAt(receipt, item - 1);
    writeDigests(out, receipt, item - 1, 1);
    out.words(...logWords(log));
    const head = length - log.data.length;
    if (log.data.length === 1) writeOwn(out, log);
    else if (end > head) writeBytes(out, log, Math.max(0, offset - head), end - head);
  }
  if (!isFinished(receipt, env)) return;
  writeMode(out, receipt, env);
  writeFinish(out, receipt);
}
