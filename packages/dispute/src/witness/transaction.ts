import { hexToBytes, keccak256 } from '@tephra/engine';
import { SHORT_LEAVES } from '../block/indexTrie.ts';
import { readWord } from '../commit/hash.ts';
import { leftmost, sparseGet } from '../commit/sparseTree.ts';
import { withWords, wordAt } from '../commit/wordTree.ts';
import { PURPOSES } from '../machine/context.ts';
import { feeOf } from '../machine/end.ts';
import { CREATED, DESTROYED, EMPTY_CODE_HASH, EMPTY_TRIE_ROOT, TOUCHED } from '../machine/entries.ts';
import type { Env } from '../machine/env.ts';
import { createAddress, delegateOf } from '../machine/frames.ts';
import { accountAt, change, warm } from '../machine/journal.ts';
import { type End, endWords, type Start, startWords } from '../machine/state.ts';
import { originCount } from '../transaction/begin.ts';
import { checkedAccount, checkStep, progressOf, reasonAgainst } from '../transaction/check.ts';
import { inputsOf } from '../transaction/read.ts';
import { writeAccount, writeSlotSource } from './loads.ts';
import { writeRange } from './memory.ts';
import { writeTransfer } from './system.ts';
import { messageWords } from './transactionRead.ts';
import { WitnessWriter } from './writer.ts';

/** The way to an account, and the account; where it is missing, what brings it nearer. @returns whether it is there */
function writeNeeded(out: WitnessWriter, state: Start | End, env: Env, address: bigint): boolean {
  out.path(state.t, address);
  const account = sparseGet(state.t, address);
  if (account === undefined) writeAccount(out, state, env, address);
  else out.words(...account.words);
  return account !== undefined;
}

/** A step before the first frame. */
export function startWitness(start: Start, env: Env): Uint8Array {
  const out = new WitnessWriter().words(...startWords(start));
  const { tx, block } = start;
  if (start.phase === 'coinbase') {
    writeNeeded(out.words(...block.words), start, env, block.fields.coinbase);
    return out.bytes();
  }
  out.words(...tx.words);
  if (start.phase === 'check') writeCheck(out, start, env);
  else if (start.phase === 'sender') writeNeeded(out, start, env, tx.fields.sender);
  else if (start.phase === 'access') writeAccess(out, start, env);
  else if (start.phase === 'authorize') writeAuthorize(out, start, env);
  else if (tx.fields.to === null) writeCreation(out, start, env);
  else writeCall(out, start, env, tx.fields.to);
  return out.bytes();
}

/** What a transaction's account is compared with; where that refuses it, what takes its place. */
function writeCheck(out: WitnessWriter, start: Start, env: Env): void {
  const address = checkedAccount(start);
  if (!writeNeeded(out, start, env, address)) return;
  const account = accountAt(start, address);
  const progress = progressOf(start);
  if (start.tx.fields.purpose !== PURPOSES.user) {
    if (account.codeHash === EMPTY_CODE_HASH) out.words(...progress.words);
    return;
  }
  if (reasonAgainst(start, account, env) === 0) return;
  const { facts, count, transactionLeaves } = progress.fields;
  out.words(...progress.words, ...facts.words);
  if (count >= originCount(facts)) return;
  const message = inputsOf(env).messages[count - 1]!;
  out.words(...start.block.words, ...messageWords(message), readWord(keccak256(hexToBytes(message.data))));
  out.range(transactionLeaves, count, 1);
  const after = checkStep({ ...start }, env);
  if (after.kind !== 'start') return;
  // The second opening is of the tree in which the first word was replaced.
  const hash = wordAt(progressOf(after).fields.transactionLeaves, count);
  out.range(withWords(transactionLeaves, count, [hash]), SHORT_LEAVES + count, 1);
}

function writeAccess(out: WitnessWriter, start: Start, env: Env): void {
  const { tx, item, key } = start;
  const entry = tx.accessAt(item);
  if (entry === undefined) return;
  out.range(tx.accessList, item, 1);
  if (key > entry.keys) return;
  const { address } = entry;
  if (key === 0) {
    writeNeeded(out, start, env, address);
    return;
  }
  const slot = tx.accessWords[item + key]!;
  out.range(tx.accessList, item + key, 1);
  const account = accountAt(start, address);
  const isThere = sparseGet(account.slots, slot) !== undefined;
  out.words(isThere).entry(start.t, address);
  if (isThere) {
    out.entry(account.slots, slot);
    return;
  }
  writeSlotSource(out.path(account.slots, slot), start, env, address, slot);
}

function writeAuthorize(out: WitnessWriter, start: Start, env: Env): void {
  const { tx, block, item } = start;
  const authorization = tx.fields.authorizations[item];
  if (authorization === undefined) return;
  out
    .range(tx.authorizations, item, 1)
    .content(authorization.raw)
    .words(...block.words);
  const { chainId, nonce, authority } = authorization;
  const isOurs = chainId === 0n || chainId === block.fields.chainId;
  if (authority !== null && isOurs && nonce < (1n << 64n) - 1n) writeNeeded(out, start, env, authority);
}

function writeCreation(out: WitnessWriter, start: Start, env: Env): void {
  const { sender, nonce, value, data } = start.tx.fields;
  const created = createAddress(sender, nonce);
  if (!writeNeeded(out, start, env, created)) return;
  out.entry(start.b, created);
  const found = accountAt(start, created);
  const hasStorage = sparseGet(start.b, created)!.storageRoot !== EMPTY_TRIE_ROOT;
  if (found.nonce !== 0n || found.codeHash !== EMPTY_CODE_HASH || hasStorage) return;
  const state = { t: start.t };
  warm(state, created);
  change(state, created, { nonce: 1n, flags: accountAt(state, created).flags | CREATED });
  writeTransfer(out, state, sender, created, value);
  writeRange(out, start.tx.data, 0, data.length);
}

function writeCall(out: WitnessWriter, start: Start, env: Env, to: bigint): void {
  const { sender, value, data } = start.tx.fields;
  if (!writeNeeded(out, start, env, to)) return;
  const state = { t: start.t };
  const delegate = delegateOf(env, accountAt(start, to).codeHash);
  if (delegate !== null) {
    out.path(start.t, delegate);
    if (sparseGet(start.t, delegate) === undefined) {
      writeAccount(out, start, env, delegate);
      return;
    }
  }
  warm(state, to);
  if (delegate !== null) {
    out.entry(state.t, delegate);
    warm(state, delegate);
  }
  writeTransfer(out, state, sender, to, value);
  if (to !== 0n && to <= 17n) writeRange(out, start.tx.data, 0, data.length);
}

/** A step after the first frame. */
export function endWitness(end: End, env: Env): Uint8Array {
  const out = new WitnessWriter().words(...endWords(end));
  if (end.phase === 'fold') {
    writeFold(out, end);
    return out.bytes();
  }
  out.words(...end.tx.words);
  if (end.phase !== 'sender') out.words(...end.block.words);
  const [payee, fee] = feeOf(end, end.phase);
  if (fee > 0n) writeNeeded(out, end, env, payee);
  return out.bytes();
}

function writeFold(out: WitnessWriter, end: End): void {
  const first = leftmost(end.t);
  if (first === null) return;
  const { key, value: account } = first;
  out.words(key).entry(end.t, key).entry(end.b, key);
  const vanishes = account.has(DESTROYED) || (account.has(TOUCHED) && account.isEmpty);
  const slot = leftmost(account.slots);
  if (vanishes || slot === null) return;
  out.words(slot.key).entry(account.slots, slot.key).entry(sparseGet(end.b, key)!.slots, slot.key);
}
