import { refBytes } from './bytes.ts';
import { PURPOSES } from './context.ts';
import { EMPTY_CODE_HASH } from './entries.ts';
import type { Env } from './env.ts';
import {
  beginCreation,
  codeToRun,
  createAddress,
  delegateOf,
  keysOfTarget,
  newFrame,
  type Outcome,
  transfer,
} from './frames.ts';
import { AUTHORIZATION_REFUND, lastPrecompile, MAX_REFUND_QUOTIENT } from './gas.ts';
import { accountAt, change, debit, load, warm, warmSlot } from './journal.ts';
import { greater, lesser } from './lesser.ts';
import { hasStorage } from './ops/system.ts';
import { type End, type Frame, type FrameContext, type Logs, NO_BYTES, type Run, type Start } from './state.ts';

export const NO_LOGS: Logs = { count: 0, tree: undefined };

/** One step before the first frame. @param start the step's own copy */
export function startStep(start: Start, env: Env): Start | Run | End {
  switch (start.phase) {
    case 'check':
      throw new Error('the transaction is yet to be checked');
    case 'sender':
      return senderStep(start, env);
    case 'coinbase': {
      const { coinbase } = start.block.fields;
      if (load(start, env, { address: coinbase })) return start;
      warm(start, coinbase);
      return { ...start, phase: 'access' };
    }
    case 'access':
      return accessStep(start, env);
    case 'authorize':
      return authorizeStep(start, env);
    case 'enter':
      return start.tx.fields.to === null ? enterCreation(start, env) : enterCall(start, env, start.tx.fields.to);
  }
}

/** The sender pays for all that may be used, and counts; that of a call which is no transaction does neither. */
function senderStep(start: Start, env: Env): Start | End {
  const { sender, gasLimit, gasPrice, blobFee, dataFee, purpose, intrinsicGas } = start.tx.fields;
  if (load(start, env, { address: sender })) return start;
  if (purpose <= PURPOSES.protocol) change(start, sender, { nonce: accountAt(start, sender).nonce + 1n });
  const cost = gasLimit * gasPrice + blobFee + dataFee;
  if (cost > 0n) debit(start, sender, cost);
  warm(start, sender);
  // What the gas does not begin with (only a settlement's may be so low) ends here.
  if (gasLimit < intrinsicGas) {
    return endOf({ ...start, logs: NO_LOGS }, { succeeded: false, gasLeft: 0n, output: NO_BYTES });
  }
  return { ...start, phase: 'coinbase' };
}

/** One entry of the access list (EIP-2930): its address, then each of its keys. */
function accessStep(start: Start, env: Env): Start {
  const entry = start.tx.accessAt(start.item);
  if (entry === undefined) return { ...start, phase: 'authorize', item: 0, key: 0 };
  if (start.key > entry.keys) return { ...start, item: start.item + 1 + entry.keys, key: 0 };
  const { address } = entry;
  if (start.key === 0) {
    if (load(start, env, { address })) return start;
    warm(start, address);
  } else {
    const slot = start.tx.accessWords[start.item + start.key]!;
    if (load(start, env, { address, slot })) return start;
    warmSlot(start, address, slot);
  }
  return { ...start, key: start.key + 1 };
}

/** One authorisation (EIP-7702); those that don't hold are passed over. */
function authorizeStep(start: Start, env: Env): Start {
  const authorization = start.tx.fields.authorizations[start.item];
  if (authorization === undefined) return { ...start, phase: 'enter', item: 0 };
  const next: Start = { ...start, item: start.item + 1 };
  const { chainId, authority, nonce, address } = authorization;
  if (authority === null || (chainId !== 0n && chainId !== start.block.fields.chainId)) return next;
  if (nonce >= (1n << 64n) - 1n) return next;
  if (load(start, env, { address: authority })) return start;
  warm(next, authority);
  const account = accountAt(next, authority);
  const isFree = account.codeHash === EMPTY_CODE_HASH || delegateOf(env, account.codeHash) !== null;
  if (!isFree || account.nonce !== nonce) return next;
  if (!account.isEmpty) next.refund += AUTHORIZATION_REFUND;
  const codeHash = address === 0n ? EMPTY_CODE_HASH : env.keepCode(designator(address)).hash;
  change(next, authority, { codeHash, nonce: nonce + 1n });
  return next;
}

function designator(address: bigint): Uint8Array {
  const code = new Uint8Array(23);
  code.set([0xef, 0x01, 0x00]);
  for (let i = 22, rest = address; i >= 3; i--, rest >>= 8n) code[i] = Number(rest & 0xffn);
  return code;
}

function firstFrame(
  start: Start,
  context: Pick<FrameContext, 'kind' | 'input' | 'snapshot'>,
  entry: Pick<Frame, 'codeHash' | 'self'>,
): Run {
  const { sender, value, gasLimit, intrinsicGas } = start.tx.fields;
  return {
    kind: 'run',
    tx: start.tx,
    block: start.block,
    frame: newFrame(
      { ...context, outputOffset: 0, outputSize: 0, caller: sender, value },
      { ...entry, isStatic: false, gas: gasLimit - intrinsicGas },
    ),
    parents: null,
    t: start.t,
    b: start.b,
    logs: NO_LOGS,
    refund: start.refund,
    pending: null,
  };
}

function enterCreation(start: Start, env: Env): Start | Run | End {
  const { sender, nonce, data, value } = start.tx.fields;
  const address = createAddress(sender, nonce);
  if (load(start, env, { address })) return start;
  warm(start, address);
  const snapshot = { t: start.t, logs: NO_LOGS, refund: start.refund };
  if (!beginCreation(start, address, hasStorage(start, address))) {
    return endOf({ ...start, logs: NO_LOGS }, { succeeded: false, gasLeft: 0n, output: NO_BYTES });
  }
  transfer(start, sender, address, value);
  const { hash } = env.keepCode(data);
  return firstFrame(start, { kind: 'create', input: NO_BYTES, snapshot }, { codeHash: hash, self: address });
}

function enterCall(start: Start, env: Env, to: bigint): Start | Run | End {
  for (const key of keysOfTarget(start, env, to)) if (load(start, env, key)) return start;
  const { sender, value, gasLimit, intrinsicGas } = start.tx.fields;
  warm(start, to);
  const delegate = delegateOf(env, accountAt(start, to).codeHash);
  if (delegate !== null) warm(start, delegate);
  const snapshot = { t: start.t, logs: NO_LOGS, refund: start.refund };
  const gas = gasLimit - intrinsicGas;
  transfer(start, sender, to, value);
  const input = { tree: start.tx.data, offset: 0, length: start.tx.fields.data.length };
  if (to !== 0n && to <= lastPrecompile(env.fork)) {
    const result = env.precompile(Number(to), refBytes(input), gas);
    if (result !== undefined && result.gas <= gas) {
      return endOf({ ...start, logs: NO_LOGS }, { succeeded: true, gasLeft: gas - result.gas, output: NO_BYTES });
    }
    return endOf({ ...start, t: snapshot.t, logs: NO_LOGS }, { succeeded: false, gasLeft: 0n, output: NO_BYTES });
  }
  const codeHash = codeToRun(start, env, to);
  if (codeHash === EMPTY_CODE_HASH) {
    return endOf({ ...start, logs: NO_LOGS }, { succeeded: true, gasLeft: gas, output: NO_BYTES });
  }
  return firstFrame(start, { kind: 'call', input, snapshot }, { codeHash, self: to });
}

/** What is left to do when the first frame has ended: refunds (EIP-3529), the floor (EIP-7623), fees, the journal. */
export function endOf(run: Pick<Run, 'tx' | 'block' | 't' | 'b' | 'logs' | 'refund'>, outcome: Outcome): End {
  const { gasLimit, floorGas } = run.tx.fields;
  const used = gasLimit - outcome.gasLeft;
  const most = used / MAX_REFUND_QUOTIENT;
  const charged = used - lesser(run.refund, most);
  return {
    kind: 'end',
    tx: run.tx,
    block: run.block,
    t: run.t,
    b: run.b,
    logs: run.logs,
    succeeded: outcome.succeeded,
    gasUsed: greater(charged, floorGas),
    phase: 'sender',
  };
}
