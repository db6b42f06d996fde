import { wordBytes } from '../../commit/hash.ts';
import { sparseGet } from '../../commit/sparseTree.ts';
import { wordTreeOf } from '../../commit/wordTree.ts';
import { refBytes } from '../bytes.ts';
import { CREATED, DESTROYED, EMPTY_CODE_HASH, EMPTY_TRIE_ROOT } from '../entries.ts';
import type { Env } from '../env.ts';
import {
  beginCreation,
  codeToRun,
  create2Address,
  createAddress,
  delegateOf,
  deliver,
  depthOf,
  enter,
  keysOfTarget,
  snapshotOf,
  transfer,
} from '../frames.ts';
import {
  CALL_STIPEND,
  CALL_VALUE,
  INIT_CODE_WORD,
  KECCAK_WORD,
  MAX_DEPTH,
  MAX_INIT_CODE_SIZE,
  NEW_ACCOUNT,
  WARM_ACCESS,
  words,
} from '../gas.ts';
import { accountAt, change, credit, debit, warm } from '../journal.ts';
import { lesser } from '../lesser.ts';
import { type Halt, NO_BYTES, type Ref, type Run } from '../state.ts';
import { memoryRef } from './memory.ts';
import { access, addressOf, charge, expand, isPrecompile, type Op, peek, pop, push } from './op.ts';

/** What a call may take of the gas that is left: all but one part in 64 (EIP-150). */
const most = (gas: bigint): bigint => gas - (gas >> 6n);

type CallKind = 'CALL' | 'CALLCODE' | 'DELEGATECALL' | 'STATICCALL';

const call = (kind: CallKind): Op => {
  const hasValueOperand = kind === 'CALL' || kind === 'CALLCODE';
  return {
    gas: 0n,
    takes: hasValueOperand ? 7 : 6,
    gives: 1,
    needs: (run, env) => keysOfTarget(run, env, addressOf(peek(run, 1))),
    run: (run, env) => {
      const { self, isStatic } = run.frame;
      const { caller, value: ownValue } = run.frame.context;
      const requested = pop(run);
      const target = addressOf(pop(run));
      const value = hasValueOperand ? pop(run) : 0n;
      const [offset, size, outputOffset, outputSize] = [pop(run), pop(run), pop(run), pop(run)];
      if (value !== 0n && isStatic && kind === 'CALL') return 'failure';
      if (!expand(run, offset, size) || !expand(run, outputOffset, outputSize)) return 'failure';
      if (!access(run, target, WARM_ACCESS)) return 'failure';
      const delegate = delegateOf(env, accountAt(run, target).codeHash);
      if (delegate !== null && !access(run, delegate, WARM_ACCESS)) return 'failure';
      if (value !== 0n && !charge(run, CALL_VALUE)) return 'failure';
      if (value !== 0n && kind === 'CALL' && accountAt(run, target).isEmpty && !charge(run, NEW_ACCOUNT))
        return 'failure';
      const limit = most(run.frame.gas);
      const given = lesser(requested, limit);
      run.frame.gas -= given;
      const ownStorage = kind === 'CALLCODE' || kind === 'DELEGATECALL';
      return callInto(run, env, {
        target,
        self: ownStorage ? self : target,
        caller: kind === 'DELEGATECALL' ? caller : self,
        value: kind === 'DELEGATECALL' ? ownValue : value,
        // A DELEGATECALL moves nothing, a CALLCODE from an account to itself.
        moves: kind === 'DELEGATECALL' ? null : value,
        touches: !ownStorage,
        isStatic: isStatic || kind === 'STATICCALL',
        input: memoryRef(run, offset, size),
        gas: given + (value !== 0n ? CALL_STIPEND : 0n),
        outputOffset: outputSize === 0n ? 0 : Number(outputOffset),
        outputSize: Number(outputSize),
      });
    },
  };
};

type Call = {
  target: bigint;
  self: bigint;
  caller: bigint;
  value: bigint;
  moves: bigint | null;
  touches: boolean;
  isStatic: boolean;
  input: Ref;
  gas: bigint;
  outputOffset: number;
  outputSize: number;
};

function callInto(run: Run, env: Env, call: Call): undefined {
  run.frame.returnData = NO_BYTES;
  const giveUp = (gas: bigint, result: bigint): undefined => {
    run.frame.gas += gas;
    push(run, result);
  };
  if (depthOf(run.parents) >= MAX_DEPTH) return giveUp(call.gas, 0n);
  const sender = run.frame.self;
  if (call.moves !== null && accountAt(run, sender).balance < call.moves) return giveUp(call.gas, 0n);
  const snapshot = snapshotOf(run);
  if (call.touches) transfer(run, sender, call.self, call.moves ?? 0n);
  if (isPrecompile(run, call.target)) {
    run.pending = {
      kind: 'precompile',
      id: Number(call.target),
      input: call.input,
      gas: call.gas,
      outputOffset: call.outputOffset,
      outputSize: call.outputSize,
      t: snapshot.t,
    };
    return undefined;
  }
  const codeHash = codeToRun(run, env, call.target);
  if (codeHash === EMPTY_CODE_HASH) return giveUp(call.gas, 1n);
  enter(
    run,
    {
      kind: 'call',
      caller: call.caller,
      value: call.value,
      input: call.input,
      outputOffset: call.outputOffset,
      outputSize: call.outputSize,
      snapshot,
    },
    { codeHash, self: call.self, isStatic: call.isStatic, gas: call.gas },
  );
  return undefined;
}

/** Runs the precompiled contract that a call named. */
export function precompileStep(run: Run, env: Env): void {
  if (run.pending?.kind !== 'precompile') throw new Error('no precompiled contract is pending');
  const { id, input, gas, outputOffset, outputSize, t } = run.pending;
  run.pending = null;
  const result = env.precompile(id, refBytes(input), gas);
  if (result === undefined || result.gas > gas) {
    run.t = t;
    push(run, 0n);
    return;
  }
  run.frame.gas += gas - result.gas;
  push(run, 1n);
  const output = { tree: wordTreeOf(result.output), offset: 0, length: result.output.length };
  deliver(run, output, outputOffset, outputSize);
}

const create = (salted: boolean): Op => ({
  gas: 32_000n,
  takes: salted ? 4 : 3,
  gives: 1,
  run: (run) => {
    if (run.frame.isStatic) return 'failure';
    const value = pop(run);
    const [offset, size] = [pop(run), pop(run)];
    const salt = salted ? pop(run) : null;
    if (!expand(run, offset, size) || size > MAX_INIT_CODE_SIZE) return 'failure';
    const perWord = INIT_CODE_WORD + (salted ? KECCAK_WORD : 0n);
    if (!charge(run, perWord * words(size))) return 'failure';
    const gas = most(run.frame.gas);
    run.frame.gas -= gas;
    run.frame.returnData = NO_BYTES;
    const creator = accountAt(run, run.frame.self);
    const isPossible = depthOf(run.parents) < MAX_DEPTH && creator.balance >= value && creator.nonce < (1n << 64n) - 1n;
    if (isPossible) run.pending = { kind: 'initCode', init: memoryRef(run, offset, size), salt, value, gas };
    else {
      run.frame.gas += gas;
      push(run, 0n);
    }
  },
});

/** Hashes init code, and tells with it where the contract will be. */
export function initCodeStep(run: Run, env: Env): void {
  if (run.pending?.kind !== 'initCode') throw new Error('no creation is pending');
  const { init, salt, value, gas } = run.pending;
  const { self } = run.frame;
  const { nonce } = accountAt(run, self);
  const { hash } = env.keepCode(refBytes(init));
  const address = salt === null ? createAddress(self, nonce) : create2Address(self, wordBytes(salt), wordBytes(hash));
  change(run, self, { nonce: nonce + 1n });
  run.pending = { kind: 'create', address, codeHash: hash, value, gas };
}

/** Makes the account of a new contract, which was loaded, and runs its init code. */
export function createStep(run: Run): void {
  if (run.pending?.kind !== 'create') throw new Error('no creation is pending');
  const { address, codeHash, value, gas } = run.pending;
  run.pending = null;
  const creator = run.frame.self;
  warm(run, address);
  const snapshot = snapshotOf(run);
  if (!beginCreation(run, address, hasStorage(run, address))) {
    push(run, 0n);
    return;
  }
  transfer(run, creator, address, value);
  enter(
    run,
    {
      kind: 'create',
      caller: creator,
      value,
      input: NO_BYTES,
      outputOffset: 0,
      outputSize: 0,
      snapshot,
    },
    { codeHash, self: address, isStatic: false, gas },
  );
}

/** Whether an account had storage before the transaction. */
export const hasStorage = (state: Pick<Run, 'b'>, address: bigint): boolean =>
  sparseGet(state.b, address)!.storageRoot !== EMPTY_TRIE_ROOT;

const end = (halt: 'return' | 'revert'): Op => ({
  gas: 0n,
  takes: 2,
  gives: 0,
  run: (run) => {
    const [offset, size] = [pop(run), pop(run)];
    if (!expand(run, offset, size)) return 'failure';
    run.output = memoryRef(run, offset, size);
    return halt;
  },
});

/** EIP-6780: only a contract of the same transaction vanishes, any other sends its balance. */
function selfdestruct(run: Run): Halt {
  const { self, isStatic } = run.frame;
  if (isStatic) return 'failure';
  const heir = addressOf(pop(run));
  if (!access(run, heir, 0n)) return 'failure';
  const { balance, flags } = accountAt(run, self);
  if (balance !== 0n && accountAt(run, heir).isEmpty && !charge(run, NEW_ACCOUNT)) return 'failure';
  const isNew = (flags & CREATED) !== 0;
  if (heir !== self) {
    debit(run, self, balance);
    credit(run, heir, balance);
  } else if (isNew) change(run, self, { balance: 0n });
  if (isNew) change(run, self, { flags: accountAt(run, self).flags | DESTROYED });
  return 'stop';
}

/** f0s: calls, creations and ends. */
export const SYSTEM: Record<string, Op> = {
  CREATE: create(false),
  CALL: call('CALL'),
  CALLCODE: call('CALLCODE'),
  RETURN: end('return'),
  DELEGATECALL: call('DELEGATECALL'),
  CREATE2: create(true),
  STATICCALL: call('STATICCALL'),
  REVERT: end('revert'),
  SELFDESTRUCT: {
    gas: 5_000n,
    takes: 1,
    gives: 0,
    needs: (run) => [{ address: addressOf(peek(run, 0)) }],
    run: selfdestruct,
  },
};
