import { keccak256 } from '@tephra/engine';
import { addressBytes, readWord } from '../commit/hash.ts';
import { refBytes } from './bytes.ts';
import { CREATED, EMPTY_CODE_HASH } from './entries.ts';
import type { Code, Env } from './env.ts';
import { CODE_DEPOSIT, lastPrecompile, MAX_CODE_SIZE } from './gas.ts';
import { accountAt, change, credit, debit, type Key } from './journal.ts';
import { charge, push } from './ops/op.ts';
import { type Frame, type FrameContext, NO_BYTES, type Parents, type Ref, type Run } from './state.ts';

export const depthOf = (parents: Parents): number => (parents === null ? 0 : parents.depth);

/** What a frame begins with. */
export type Entry = { codeHash: bigint; self: bigint; isStatic: boolean; gas: bigint };

export const newFrame = (context: FrameContext, entry: Entry): Frame => ({
  context,
  ...entry,
  pc: 0,
  stack: null,
  memory: undefined,
  memoryWords: 0,
  returnData: NO_BYTES,
});

/** Makes a frame the running one, above the one that ran. */
export function enter(run: Run, context: FrameContext, entry: Entry): void {
  run.parents = { frame: run.frame, below: run.parents, depth: depthOf(run.parents) + 1 };
  run.frame = newFrame(context, entry);
}

export const snapshotOf = ({ t, logs, refund }: Run): FrameContext['snapshot'] => ({ t, logs, refund });

/** Moves value; from an account to itself it only touches. */
export function transfer(run: { t: Run['t'] }, from: bigint, to: bigint, value: bigint): void {
  change(run, to, {});
  if (value === 0n || from === to) return;
  debit(run, from, value);
  credit(run, to, value);
}

/** Whom code designates that is a delegation (EIP-7702), or null. */
export function designatedBy({ bytes }: Code): bigint | null {
  if (bytes.length !== 23 || bytes[0] !== 0xef || bytes[1] !== 0x01 || bytes[2] !== 0x00) return null;
  return readWord(bytes, 3) >> 96n;
}

/** Where a delegated account's code is, or null. */
export const delegateOf = (env: Env, codeHash: bigint): bigint | null =>
  env.fork === 'prague' && codeHash !== EMPTY_CODE_HASH ? designatedBy(env.code(codeHash)) : null;

/** Keys that a call's target brings with it: the account, and the one that it delegates to. */
export function* keysOfTarget(run: { t: Run['t'] }, env: Env, address: bigint): Generator<Key> {
  yield { address };
  const delegate = delegateOf(env, accountAt(run, address).codeHash);
  if (delegate !== null) yield { address: delegate };
}

/** Hash of the code that a call of an account runs; an account that delegates to a precompiled contract runs nothing. */
export function codeToRun(run: { t: Run['t'] }, env: Env, address: bigint): bigint {
  const { codeHash } = accountAt(run, address);
  const delegate = delegateOf(env, codeHash);
  if (delegate === null) return codeHash;
  if (delegate !== 0n && delegate <= lastPrecompile(env.fork)) return EMPTY_CODE_HASH;
  return accountAt(run, delegate).codeHash;
}

/** How the first frame of a transaction ended. */
export type Outcome = { succeeded: boolean; gasLeft: bigint; output: Ref };

/**
 * Ends the running frame and tells its parent, which runs again then.
 * @returns the transaction's outcome when there is no parent
 */
export function haltStep(run: Run): Outcome | undefined {
  if (run.pending?.kind !== 'halt') throw new Error('no end is pending');
  const { halt, output } = run.pending;
  const { context, self } = run.frame;
  const succeeded = halt === 'stop' || halt === 'return';
  const gasLeft = halt === 'failure' ? 0n : run.frame.gas;
  const data = halt === 'failure' ? NO_BYTES : output;
  if (!succeeded) {
    run.t = context.snapshot.t;
    run.logs = context.snapshot.logs;
    run.refund = context.snapshot.refund;
  }
  run.pending = null;
  if (run.parents === null) return { succeeded, gasLeft, output: data };
  run.frame = { ...run.parents.frame };
  run.parents = run.parents.below;
  run.frame.gas += gasLeft;
  if (context.kind === 'create') {
    push(run, succeeded ? self : 0n);
    run.frame.returnData = halt === 'revert' ? data : NO_BYTES;
    return undefined;
  }
  push(run, succeeded ? 1n : 0n);
  deliver(run, data, context.outputOffset, context.outputSize);
  return undefined;
}

/** Gives the running frame a callee's output: as return data, and on its way into memory. */
export function deliver(run: Run, output: Ref, offset: number, size: number): void {
  run.frame.returnData = output;
  const length = Math.min(size, output.length);
  if (length > 0) run.pending = { kind: 'copy', source: output, from: 0, to: offset, length };
}

/** Pays for and keeps the code that a creation returned (EIP-170, EIP-3541). @returns false when that fails */
export function depositStep(run: Run, env: Env): boolean {
  if (run.pending?.kind !== 'deposit') throw new Error('no code is pending');
  const { code } = run.pending;
  if (code.length > MAX_CODE_SIZE || !charge(run, CODE_DEPOSIT * BigInt(code.length))) return false;
  const bytes = refBytes(code);
  if (bytes[0] === 0xef) return false;
  change(run, run.frame.self, { codeHash: env.keepCode(bytes).hash });
  run.pending = { kind: 'halt', halt: 'return', output: NO_BYTES };
  return true;
}

/**
 * Begins a creation whose account is loaded: EIP-684 and EIP-7610, nonce 1, value.
 * @returns whether there is nothing at the address yet
 */
export function beginCreation(run: Pick<Run, 't' | 'b'>, address: bigint, hasStorage: boolean): boolean {
  const account = accountAt(run, address);
  if (account.nonce !== 0n || account.codeHash !== EMPTY_CODE_HASH || hasStorage) return false;
  change(run, address, { nonce: 1n, flags: account.flags | CREATED });
  return true;
}

/** Address of a new contract (yellow paper 7). */
export function createAddress(creator: bigint, nonce: bigint): bigint {
  const rest: number[] = [];
  for (let n = nonce; n > 0n; n >>= 8n) rest.unshift(Number(n & 0xffn));
  const encoded = nonce === 0n ? [0x80] : nonce < 0x80n ? rest : [0x80 + rest.length, ...rest];
  const bytes = new Uint8Array(22 + encoded.length);
  bytes[0] = 0xc0 + 21 + encoded.length;
  bytes[1] = 0x94;
  bytes.set(addressBytes(creator), 2);
  bytes.set(encoded, 22);
  return readWord(keccak256(bytes)) & ((1n << 160n) - 1n);
}

/** EIP-1014. */
export function create2Address(creator: bigint, salt: Uint8Array, initCodeHash: Uint8Array): bigint {
  const bytes = new Uint8Array(85);
  bytes[0] = 0xff;
  bytes.set(addressBytes(creator), 1);
  bytes.set(salt, 21);
  bytes.set(initCodeHash, 53);
  return readWord(keccak256(bytes)) & ((1n << 160n) - 1n);
}
