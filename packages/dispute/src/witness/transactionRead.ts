import { hexToBytes, keccak256 } from '@tephra/engine';
import { type InboxMessage, MAX_TRANSACTION_BYTES, messageKindNumber } from '@tephra/protocol';
import { SHORT_LEAVES } from '../block/indexTrie.ts';
import { type WordTree, withWords, wordAt } from '../commit/wordTree.ts';
import type { Env } from '../machine/env.ts';
import { PHASES } from '../machine/progress.ts';
import { type Between, type Start, stateWords, type Word } from '../machine/state.ts';
import { originCount } from '../transaction/begin.ts';
import { progressOf } from '../transaction/check.ts';
import { inputsOf, readStep } from '../transaction/read.ts';
import { WitnessWriter } from './writer.ts';

/** What is hashed of a message before its data. */
export const messageWords = ({ kind, sender, l1Block, l1Timestamp }: InboxMessage): Word[] => [
  messageKindNumber(kind),
  BigInt(sender),
  l1Block,
  l1Timestamp,
];

/** The step that begins what is next in a block. */
export function readWitness(state: Between, env: Env): Uint8Array {
  const { progress, block } = state;
  const { facts, phase, count, transactionLeaves } = progress.fields;
  const out = new WitnessWriter().words(...stateWords(state), ...progress.words, ...facts.words, ...block.words);
  if (phase !== PHASES.transactions) return out.bytes();
  const ofOrigin = originCount(facts);
  if (count >= ofOrigin) writeContent(out, facts.fields.firstTx + count - ofOrigin, count - ofOrigin, env);
  else if (count > 0) {
    const message = inputsOf(env).messages[count - 1]!;
    out.words(...messageWords(message)).content(hexToBytes(message.data));
  }
  const after = readStep(state, env);
  if (after.kind === 'start') writeLeaf(out, transactionLeaves, after);
  return out.bytes();
}

/** Where the transaction's leaf is put, and its bytes where they are fewer than those of a hash. */
function writeLeaf(out: WitnessWriter, leaves: WordTree, after: Start): void {
  const { count, transactionLeaves } = progressOf(after).fields;
  out.range(leaves, count, 1);
  const hash = wordAt(transactionLeaves, count);
  if (wordAt(transactionLeaves, SHORT_LEAVES + count) === 0n) return;
  out.range(withWords(leaves, count, [hash]), SHORT_LEAVES + count, 1);
}

/** A transaction of the content, or of one that is too large the hashes of its pieces. */
function writeContent(out: WitnessWriter, index: number, place: number, env: Env): void {
  const { transactions, pieces, txs } = inputsOf(env);
  const raw = transactions[place]!;
  const sizes = pieces?.[place] ?? [raw.length];
  out.range(txs, index, 1).words(sizes.length, ...sizes);
  if (raw.length <= MAX_TRANSACTION_BYTES) {
    out.content(raw);
    return;
  }
  let at = 0;
  for (const size of sizes) {
    out.words(keccak256(raw.subarray(at, at + size)));
    at += size;
  }
}
