import { leftmost } from '../commit/sparseTree.ts';
import { changeOf, type Flush, flushWords } from '../flush/flush.ts';
import { updateTrie } from '../flush/updateTrie.ts';
import type { Env } from '../machine/env.ts';
import { type Between, stateWords } from '../machine/state.ts';
import { WitnessWriter } from './writer.ts';

/** The end of a block's transactions. */
export function startFlushWitness(between: Between): Uint8Array {
  const { progress, block } = between;
  return new WitnessWriter()
    .words(...stateWords(between), ...progress.words, ...progress.fields.facts.words, ...block.words)
    .bytes();
}

/** The first account of the journal, its first slot, and the nodes of the trie that changes. */
export function flushWitness(flush: Flush, env: Env): Uint8Array {
  const out = new WitnessWriter().words(...flushWords(flush));
  const first = leftmost(flush.b);
  if (first === null) return out.bytes();
  const { key, value: account } = first;
  out.words(key).entry(flush.b, key);
  const slot = leftmost(account.slots);
  if (slot !== null) out.words(slot.key).entry(account.slots, slot.key);
  const change = changeOf(flush);
  if (change !== null) {
    for (const node of updateTrie(env, change.root, change.key, change.value).nodes) out.content(node);
  }
  return out.bytes();
}
