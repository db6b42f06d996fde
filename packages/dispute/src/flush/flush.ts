import { encodeRlp, keccak256 } from '@tephra/engine';
import { type Seal, sealOf } from '../block/seal.ts';
import { addressBytes, shortestBytes, wordBytes } from '../commit/hash.ts';
import { leftmost, sparseRoot, sparseSet, withoutLeftmost } from '../commit/sparseTree.ts';
import type { BlockContext } from '../machine/context.ts';
import { type BlockAccount, EMPTY_CODE_HASH } from '../machine/entries.ts';
import type { Env, WorldAccount } from '../machine/env.ts';
import { PHASES, type Progress } from '../machine/progress.ts';
import { type Between, type BlockJournal, KINDS, type Word } from '../machine/state.ts';
import { updateTrie } from './updateTrie.ts';

/** A block that has all its receipts, on the way of its journal into the tries of the state. */
export type Flush = {
  kind: 'flush';
  block: BlockContext;
  /** What is left of the journal: it is emptied from the left. */
  b: BlockJournal;
  progress: Progress;
  /** Root of the state with what was taken from the journal. */
  root: bigint;
};

/** Whether a block has a receipt for each of its transactions: then its journal is flushed. */
export function isComplete({ progress }: Between): boolean {
  const { phase, count, facts } = progress.fields;
  return phase === PHASES.transactions && count === facts.fields.total;
}

export const startFlush = ({ block, b, progress }: Between): Flush => ({
  kind: 'flush',
  block,
  b,
  progress,
  root: block.fields.worldRoot,
});

export const flushWords = ({ block, b, progress, root }: Flush): Word[] => [
  KINDS.flush,
  block.digest,
  sparseRoot(b),
  progress.digest,
  root,
];

/** Takes the first slot of the first account out of the journal, or the account, when it has no slots left. */
export function flushStep(flush: Flush, env: Env): Flush | Seal {
  const first = leftmost(flush.b);
  if (first === null) return sealOf(flush.block, flush.progress, flush.root);
  const { key: address, value: account } = first;
  const change = changeOf(flush);
  const after = change === null ? null : updateTrie(env, change.root, change.key, change.value).root;
  if (account.slots === null) return { ...flush, b: withoutLeftmost(flush.b), root: after ?? flush.root };
  const left = account.with({
    isDirty: account.isDirty || after !== null,
    storageRoot: after ?? account.storageRoot,
    slots: withoutLeftmost(account.slots),
  });
  return { ...flush, b: sparseSet(flush.b, address, left) };
}

/** Change of a trie: null removes the key. */
type Change = { root: bigint; key: Uint8Array; value: Uint8Array | null };

/** What the next step changes in a trie: nothing, where what it takes was only read. */
export function changeOf({ b, root }: Flush): Change | null {
  const first = leftmost(b);
  if (first === null) return null;
  const { key: address, value: account } = first;
  const slot = leftmost(account.slots);
  if (slot !== null) {
    if (!slot.value.isDirty) return null;
    const { value } = slot.value;
    return {
      root: account.storageRoot,
      key: keccak256(wordBytes(slot.key)),
      value: value === 0n ? null : encodeRlp(shortestBytes(value)),
    };
  }
  if (!account.isDirty) return null;
  return { root, key: keccak256(addressBytes(address)), value: isEmpty(account) ? null : encodeAccount(account) };
}

/** EIP-161: such accounts aren't in the state. */
const isEmpty = ({ nonce, balance, codeHash }: BlockAccount): boolean =>
  nonce === 0n && balance === 0n && codeHash === EMPTY_CODE_HASH;

/** An account as the state's trie has it. */
export const encodeAccount = ({ nonce, balance, storageRoot, codeHash }: WorldAccount): Uint8Array =>
  encodeRlp([shortestBytes(nonce), shortestBytes(balance), wordBytes(storageRoot), wordBytes(codeHash)]);
