/** Begins and ends calls and creations: what happens around a frame (yellow paper 7 and 8). */
import * as codes from './code';
import { runningCode } from './delegation';
import * as frame from './frame';
import * as gas from './gas';
import * as host from './host';
import * as journal from './journal';
import { keccak256 } from './keccak';
import * as observe from './observe';
import { precompileAt } from './ops/environment';
import * as logging from './ops/logging';
import * as storage from './ops/storage';
import {
  CODE_STARTS_WITH_EF,
  CODE_STORE_OUT_OF_GAS,
  CODE_TOO_LARGE,
  COLLISION,
  DEPTH,
  INSUFFICIENT_BALANCE,
  NONCE_OVERFLOW,
  PRECOMPILE_FAILED,
  RETURNED,
  STOPPED,
} from './status';
import * as u256 from './u256';
import * as world from './world';

/** How a call ended that needed no frame, and the gas that it gives back. */
export let outcome: i32 = 0;
export let outcomeGas: i64 = 0;

/** Address of the contract to create, 20 bytes. */
export const ADDRESS_BYTES: usize = memory.data(32, 16);

/** @returns false, for "no frame was entered" */
function end(status: i32, gasLeft: i64): bool {
  outcome = status;
  outcomeGas = gasLeft;
  return false;
}

/** Fills in what both kinds of frames have. */
function prepare(caller: usize, callerNumber: usize, value: usize, mark: usize): void {
  const f = frame.child();
  store<u32>(f, <u32>mark, frame.JOURNAL);
  store<u32>(f, <u32>logging.logsLength, frame.LOGS);
  store<u32>(f, logging.logCount, frame.LOG_COUNT);
  store<i64>(f, storage.refund, frame.REFUND);
  u256.copy(value, f + frame.VALUE);
  if (caller != 0) u256.fromAddress(caller, f + frame.CALLER);
  else u256.copy(callerNumber, f + frame.CALLER);
}

/**
 * @param code account whose code runs
 * @param self account on which it works
 * @param caller account, or 0: then `callerNumber` says who
 * @param value what CALLVALUE shows; moved from caller to `self` if `transfers`
 * @returns whether a frame was entered; otherwise `outcome` says how the call ended
 */
export function enterCall(
  code: usize,
  self: usize,
  caller: usize,
  callerNumber: usize,
  value: usize,
  transfers: bool,
  input: usize,
  inputSize: usize,
  gasLimit: i64,
  isStatic: u32,
): bool {
  if (observe.on) observe.entering(code, value, input, inputSize, gasLimit);
  const entered = beginCall(code, self, caller, callerNumber, value, transfers, input, inputSize, gasLimit, isStatic);
  if (observe.on && !entered) {
    const hasOutput = outcome == RETURNED;
    observe.leaving(outcome, outcomeGas, hasOutput ? frame.returnData : 0, hasOutput ? frame.returnSize : 0, 0);
  }
  return entered;
}

function beginCall(
  code: usize,
  self: usize,
  caller: usize,
  callerNumber: usize,
  value: usize,
  transfers: bool,
  input: usize,
  inputSize: usize,
  gasLimit: i64,
  isStatic: u32,
): bool {
  if (frame.depth >= frame.MAX_DEPTH) return end(DEPTH, gasLimit);
  if (caller != 0 && u256.less(caller + world.BALANCE, value)) return end(INSUFFICIENT_BALANCE, gasLimit);
  const mark = journal.length;
  if (transfers) {
    world.touch(self);
    if (!u256.isZero(value) && caller != self) {
      world.debit(caller, value);
      world.credit(self, value);
    }
  }
  const precompile = precompileAt(code);
  if (precompile != 0) return runPrecompile(precompile, input, inputSize, gasLimit, mark);
  const record = runningCode(code);
  if (codes.lengthOf(record) == 0) return end(STOPPED, gasLimit);
  prepare(caller, callerNumber, value, mark);
  const f = frame.enter();
  store<u32>(f, <u32>record, frame.CODE);
  store<u32>(f, <u32>self, frame.ACCOUNT);
  store<u32>(f, <u32>input, frame.INPUT);
  store<u32>(f, <u32>inputSize, frame.INPUT_SIZE);
  store<u32>(f, isStatic, frame.STATIC);
  store<u32>(f, frame.CALL, frame.KIND);
  store<i64>(f, gasLimit, frame.GAS);
  return true;
}

function runPrecompile(id: i32, input: usize, inputSize: usize, gasLimit: i64, mark: usize): bool {
  const used = host.precompile(id, input, inputSize, gasLimit);
  if (used < 0 || used > gasLimit) {
    journal.revertTo(mark);
    return end(PRECOMPILE_FAILED, 0);
  }
  const size = <usize>host.precompileSize();
  const f = frame.child();
  store<u32>(f, 0, frame.MEMORY_SIZE);
  const data = frame.ensureMemory(f, size);
  if (size > 0) host.readPrecompile(data);
  frame.setReturn(data, size);
  return end(RETURNED, gasLimit - used);
}

/** Creates a contract at ADDRESS_BYTES. @returns as `enterCall` */
export function enterCreate(creator: usize, value: usize, initCode: usize, size: usize, gasLimit: i64): bool {
  if (observe.on) observe.entering(0, value, initCode, size, gasLimit);
  const entered = beginCreate(creator, value, initCode, size, gasLimit);
  if (observe.on && !entered) {
    observe.leaving(outcome, outcomeGas, 0, 0, outcome == COLLISION ? world.account(ADDRESS_BYTES) : 0);
  }
  return entered;
}

function beginCreate(creator: usize, value: usize, initCode: usize, size: usize, gasLimit: i64): bool {
  if (frame.depth >= frame.MAX_DEPTH) return end(DEPTH, gasLimit);
  if (u256.less(creator + world.BALANCE, value)) return end(INSUFFICIENT_BALANCE, gasLimit);
  // A transaction has counted the nonce up already.
  if (frame.depth >= 0) {
    const nonce = load<u64>(creator, world.NONCE);
    // EIP-2681.
    if (nonce == u64.MAX_VALUE) return end(NONCE_OVERFLOW, gasLimit);
    world.setNonce(creator, nonce + 1);
  }
  const account = world.account(ADDRESS_BYTES);
  world.warmAccount(account);
  // EIP-684 and EIP-7610.
  const hasStorage = load<u32>(account, world.FLAGS) & world.HAS_STORAGE;
  if (load<u64>(account, world.NONCE) != 0 || !world.hasNoCode(account) || hasStorage != 0) return end(COLLISION, 0);
  const mark = journal.length;
  world.markCreated(account);
  world.setNonce(account, 1);
  if (!u256.isZero(value)) {
    world.debit(creator, value);
    world.credit(account, value);
  }
  prepare(creator, 0, value, mark);
  const f = frame.enter();
  store<u32>(f, <u32>codes.temporary(initCode, size), frame.CODE);
  store<u32>(f, <u32>account, frame.ACCOUNT);
  store<u32>(f, 0, frame.INPUT);
  store<u32>(f, 0, frame.INPUT_SIZE);
  store<u32>(f, 0, frame.STATIC);
  store<u32>(f, frame.CREATE, frame.KIND);
  store<i64>(f, gasLimit, frame.GAS);
  return true;
}

const HASH: usize = memory.data(32, 16);

/** Ends the running frame's creation: checks the code it returned, pays for it (`gas.gas`) and keeps it. */
export function finishCreate(status: i32, data: usize, size: usize): i32 {
  if (size > gas.MAX_CODE_SIZE) return CODE_TOO_LARGE;
  // EIP-3541.
  if (size > 0 && load<u8>(data) == 0xef) return CODE_STARTS_WITH_EF;
  if (!gas.charge(gas.CODE_DEPOSIT * <u64>size)) return CODE_STORE_OUT_OF_GAS;
  keccak256(data, size, HASH);
  if (size > 0) world.setCode(<usize>load<u32>(frame.frame, frame.ACCOUNT), HASH, codes.keep(data, size, HASH));
  return status;
}
