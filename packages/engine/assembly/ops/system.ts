/** f0s: calls, creations and ends. */
import { createAddress, create2Address } from '../createAddress';
import { ADDRESS_BYTES, enterCall, enterCreate, outcome, outcomeGas } from '../enter';
import * as frame from '../frame';
import * as gas from '../gas';
import {
  ENTERED,
  INIT_CODE_TOO_LARGE,
  OUT_OF_GAS,
  RETURNED,
  REVERTED,
  RUNNING,
  STOPPED,
  WRITE_PROTECTION,
} from '../status';
import * as u256 from '../u256';
import * as world from '../world';
import { access, accessDelegate, accountAt } from './environment';
import { expand, pointer } from './memory';

const ZERO: usize = memory.data(32, 16);

// @ts-ignore: decorator
@inline
function range(offset: usize, size: usize): usize {
  return u256.isZero(size) ? 0 : pointer(offset);
}

/** What a call may take of the gas that is left: all but one part in 64 (EIP-150). */
function forwarded(requested: usize): i64 {
  const most = gas.gas - (gas.gas >> 6);
  if (!u256.fitsU64(requested) || load<u64>(requested) > <u64>most) return most;
  return <i64>load<u64>(requested);
}

/** Tells the running frame how a call ended; the output lies in the child's memory. */
export function deliver(status: i32, gasLeft: i64): void {
  const f = frame.frame;
  store<i64>(f, load<i64>(f, frame.GAS) + gasLeft, frame.GAS);
  const result = <usize>load<u32>(f, frame.RESULT);
  u256.setU64(result, status == STOPPED || status == RETURNED ? 1 : 0);
  const size = min<usize>(<usize>load<u32>(f, frame.OUTPUT_SIZE), frame.returnSize);
  if (size > 0) {
    memory.copy(<usize>load<u32>(f, frame.MEMORY) + <usize>load<u32>(f, frame.OUTPUT), frame.returnData, size);
  }
}

/** The same for a creation. @param account what was created */
export function deliverCreated(status: i32, gasLeft: i64, account: usize): void {
  const f = frame.frame;
  store<i64>(f, load<i64>(f, frame.GAS) + gasLeft, frame.GAS);
  const result = <usize>load<u32>(f, frame.RESULT);
  if (status == STOPPED || status == RETURNED) u256.fromAddress(account, result);
  else u256.setU64(result, 0);
  if (status != REVERTED) frame.setReturn(0, 0);
}

/** Notes where the parent goes on. @param result word on the stack that the outcome is written to */
function suspend(result: usize, output: usize, outputSize: usize): void {
  const f = frame.frame;
  store<u32>(f, <u32>result, frame.RESULT);
  store<u32>(f, <u32>(result + 32), frame.SP);
  store<u32>(f, u256.isZero(outputSize) ? 0 : <u32>load<u64>(output), frame.OUTPUT);
  store<u32>(f, <u32>load<u64>(outputSize), frame.OUTPUT_SIZE);
  store<i64>(f, gas.gas, frame.GAS);
  frame.setReturn(0, 0);
}

/** @returns ENTERED or RUNNING */
function resume(entered: bool): i32 {
  if (entered) return ENTERED;
  deliver(outcome, outcomeGas);
  gas.setGas(load<i64>(frame.frame, frame.GAS));
  return RUNNING;
}

/** CALL and CALLCODE. Stack: gas, address, value, input offset and size, output offset and size. */
export function opCall(sp: usize, ownStorage: bool): i32 {
  const f = frame.frame;
  const value = sp - 96, input = sp - 128, inputSize = sp - 160, output = sp - 192, outputSize = sp - 224;
  const hasValue = !u256.isZero(value);
  const isStatic = load<u32>(f, frame.STATIC);
  if (hasValue && isStatic != 0 && !ownStorage) return WRITE_PROTECTION;
  if (!expand(input, inputSize) || !expand(output, outputSize)) return OUT_OF_GAS;
  const target = accountAt(sp - 64);
  if (!access(target, gas.WARM_ACCESS) || !accessDelegate(target)) return OUT_OF_GAS;
  if (hasValue) {
    if (!gas.charge(gas.CALL_VALUE)) return OUT_OF_GAS;
    if (!ownStorage && world.isEmpty(target) && !gas.charge(gas.NEW_ACCOUNT)) return OUT_OF_GAS;
  }
  let given = forwarded(sp - 32);
  gas.setGas(gas.gas - given);
  if (hasValue) given += gas.CALL_STIPEND;
  const self = <usize>load<u32>(f, frame.ACCOUNT);
  suspend(outputSize, output, outputSize);
  return resume(
    enterCall(
      target,
      ownStorage ? self : target,
      self,
      ZERO,
      value,
      !ownStorage,
      range(input, inputSize),
      <usize>load<u64>(inputSize),
      given,
      isStatic,
    ),
  );
}

/** DELEGATECALL and STATICCALL. Stack: gas, address, input offset and size, output offset and size. */
export function opCallWithoutValue(sp: usize, delegate: bool): i32 {
  const f = frame.frame;
  const input = sp - 96, inputSize = sp - 128, output = sp - 160, outputSize = sp - 192;
  if (!expand(input, inputSize) || !expand(output, outputSize)) return OUT_OF_GAS;
  const target = accountAt(sp - 64);
  if (!access(target, gas.WARM_ACCESS) || !accessDelegate(target)) return OUT_OF_GAS;
  const given = forwarded(sp - 32);
  gas.setGas(gas.gas - given);
  const self = <usize>load<u32>(f, frame.ACCOUNT);
  suspend(outputSize, output, outputSize);
  const data = range(input, inputSize);
  const size = <usize>load<u64>(inputSize);
  const isStatic = load<u32>(f, frame.STATIC);
  return resume(
    delegate
      ? enterCall(target, self, 0, f + frame.CALLER, f + frame.VALUE, false, data, size, given, isStatic)
      : enterCall(target, target, self, ZERO, ZERO, true, data, size, given, 1),
  );
}

/** CREATE and CREATE2. Stack: value, offset, size, and the salt of CREATE2. */
export function opCreate(sp: usize, salted: bool): i32 {
  const f = frame.frame;
  const value = sp - 32, offset = sp - 64, size = sp - 96, salt = sp - 128;
  if (load<u32>(f, frame.STATIC) != 0) return WRITE_PROTECTION;
  if (!expand(offset, size)) return OUT_OF_GAS;
  const length = load<u64>(size);
  if (length > gas.MAX_INIT_CODE_SIZE) return INIT_CODE_TOO_LARGE;
  if (!gas.charge((gas.INIT_CODE_WORD + (salted ? gas.KECCAK_WORD : 0)) * gas.words(length))) return OUT_OF_GAS;
  const given = gas.gas - (gas.gas >> 6);
  gas.setGas(gas.gas - given);
  const self = <usize>load<u32>(f, frame.ACCOUNT);
  const initCode = range(offset, size);
  if (salted) create2Address(self, salt, initCode, <usize>length, ADDRESS_BYTES);
  else createAddress(self, load<u64>(self, world.NONCE), ADDRESS_BYTES);
  suspend(salted ? salt : size, ZERO, ZERO);
  if (enterCreate(self, value, initCode, <usize>length, given)) return ENTERED;
  deliverCreated(outcome, outcomeGas, 0);
  gas.setGas(load<i64>(f, frame.GAS));
  return RUNNING;
}

/** Output of RETURN and REVERT. */
export let output: usize = 0;
export let outputSize: usize = 0;

export function setOutput(data: usize, size: usize): void {
  output = data;
  outputSize = size;
}

export function opReturn(sp: usize, status: i32): i32 {
  if (!expand(sp - 32, sp - 64)) return OUT_OF_GAS;
  setOutput(range(sp - 32, sp - 64), <usize>load<u64>(sp - 64));
  return status;
}

const BALANCE: usize = memory.data(32, 16);

/** EIP-6780: only a contract of the same transaction vanishes, any other sends its balance. */
export function opSelfdestruct(sp: usize): i32 {
  const f = frame.frame;
  if (load<u32>(f, frame.STATIC) != 0) return WRITE_PROTECTION;
  const heir = accountAt(sp - 32);
  if (!access(heir, 0)) return OUT_OF_GAS;
  const self = <usize>load<u32>(f, frame.ACCOUNT);
  const balance = self + world.BALANCE;
  if (!u256.isZero(balance) && world.isEmpty(heir) && !gas.charge(gas.NEW_ACCOUNT)) return OUT_OF_GAS;
  const isNew = load<u32>(self, world.CREATED) == world.transaction;
  if (heir != self) {
    u256.copy(balance, BALANCE);
    world.debit(self, BALANCE);
    world.credit(heir, BALANCE);
  } else if (isNew) {
    u256.setU64(BALANCE, 0);
    world.setBalance(self, BALANCE);
  }
  if (isNew) world.markDestroyed(self);
  return STOPPED;
}

