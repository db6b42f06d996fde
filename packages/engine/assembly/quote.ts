/**
 * What an instruction is going to cost beyond its constant gas, told beforehand to who watches. Changes nothing: the
 * instructions charge by themselves, and a test compares.
 */
import * as codes from './code';
import { delegateOf } from './delegation';
import * as frame from './frame';
import * as gas from './gas';
import { accountAt, precompileAt } from './ops/environment';
import { INIT_CODE_TOO_LARGE, OUT_OF_GAS, RUNNING } from './status';
import * as u256 from './u256';
import * as world from './world';

/** Why the last quote is none. */
export let quoteStatus: i32 = RUNNING;

/** More than any counter holds: the range can't be paid for. */
const TOO_MUCH: i64 = i64.MAX_VALUE >> 2;

/** Gas for memory up to `end` bytes. */
function memoryTo(end: u64): i64 {
  const size = <u64>load<u32>(frame.frame, frame.MEMORY_SIZE);
  if (end <= size) return 0;
  const words = gas.words(end), had = size >> 5;
  return <i64>(3 * (words - had) + ((words * words) >> 9) - ((had * had) >> 9));
}

/** End of a range of memory, 0 for an empty one, or u64.MAX_VALUE. */
function endOf(offset: usize, size: usize): u64 {
  if (u256.isZero(size)) return 0;
  if (!u256.fitsU64(offset) || !u256.fitsU64(size)) return u64.MAX_VALUE;
  const from = load<u64>(offset), length = load<u64>(size);
  return from > 0xffffffff || length > 0xffffffff ? u64.MAX_VALUE : from + length;
}

function range(end: u64): i64 {
  return end == u64.MAX_VALUE ? TOO_MUCH : memoryTo(end);
}

/** Gas per word of a size. */
function words(size: usize, perWord: u64): i64 {
  const length = load<u64>(size);
  return u256.fitsU64(size) && length <= 0xffffffff ? <i64>(perWord * gas.words(length)) : TOO_MUCH;
}

function accountAccess(number: usize, warm: u64): i64 {
  return accessTo(accountAt(number), warm);
}

function accessTo(account: usize, warm: u64): i64 {
  const isCold = precompileAt(account) == 0 && load<u32>(account, world.WARM) != world.transaction;
  return <i64>(isCold ? gas.COLD_ACCOUNT : warm);
}

function storageWrite(sp: usize, left: i64): i64 {
  if (left <= gas.SSTORE_SENTRY) {
    quoteStatus = OUT_OF_GAS;
    return 0;
  }
  const slot = world.storageSlot(<usize>load<u32>(frame.frame, frame.ACCOUNT), sp - 32);
  const current = slot + world.VALUE, original = slot + world.ORIGINAL;
  const cold = <i64>(load<u32>(slot, world.SLOT_WARM) != world.transaction ? gas.COLD_SLOT : 0);
  if (u256.equal(current, sp - 64) || !u256.equal(original, current)) return cold + <i64>gas.WARM_ACCESS;
  return cold + <i64>(u256.isZero(original) ? gas.SSTORE_SET : gas.SSTORE_RESET);
}

/** Of the account whose code runs in the place of the called one's, which is warm by then. */
function delegateAccess(target: usize): i64 {
  const delegate = delegateOf(codes.recordOf(target));
  if (delegate == 0) return 0;
  const account = world.account(delegate);
  return account == target ? <i64>gas.WARM_ACCESS : accessTo(account, gas.WARM_ACCESS);
}

/** With what the callee is given, as go-ethereum shows it. */
function call(sp: usize, left: i64, hasValue: bool, mayCreate: bool, inputAt: usize): i64 {
  const target = accountAt(sp - 64);
  let cost = accessTo(target, gas.WARM_ACCESS) + delegateAccess(target);
  if (hasValue) {
    cost += <i64>gas.CALL_VALUE;
    if (mayCreate && world.isEmpty(target)) cost += <i64>gas.NEW_ACCOUNT;
  }
  cost += range(max<u64>(endOf(inputAt, inputAt - 32), endOf(inputAt - 64, inputAt - 96)));
  if (cost > left) return cost;
  const most = left - cost - ((left - cost) >> 6);
  const requested = load<u64>(sp - 32);
  return cost + (u256.fitsU64(sp - 32) && requested <= <u64>most ? <i64>requested : most);
}

function creation(sp: usize, perWord: u64): i64 {
  const size = sp - 96;
  if (u256.fitsU64(size) && load<u64>(size) > gas.MAX_INIT_CODE_SIZE) quoteStatus = INIT_CODE_TOO_LARGE;
  return range(endOf(sp - 64, size)) + words(size, perWord);
}

function selfdestruct(sp: usize): i64 {
  const self = <usize>load<u32>(frame.frame, frame.ACCOUNT);
  const creates = !u256.isZero(self + world.BALANCE) && world.isEmpty(accountAt(sp - 32));
  return accountAccess(sp - 32, 0) + <i64>(creates ? gas.NEW_ACCOUNT : 0);
}

/** @param left gas after the constant part, which the instruction has its operands for */
export function quote(op: u32, sp: usize, left: i64): i64 {
  quoteStatus = RUNNING;
  const a = sp - 32, b = sp - 64, c = sp - 96;
  switch (op) {
    case 0x0a: return <i64>(gas.EXP_BYTE * <u64>((u256.bitLength(b) + 7) >> 3));
    case 0x20: return range(endOf(a, b)) + words(b, gas.KECCAK_WORD);
    case 0x31: case 0x3b: case 0x3f: return accountAccess(a, gas.WARM_ACCESS);
    case 0x37: case 0x39: case 0x3e: return range(endOf(a, c)) + words(c, gas.COPY_WORD);
    case 0x3c: return accountAccess(a, gas.WARM_ACCESS) + range(endOf(b, sp - 128)) + words(sp - 128, gas.COPY_WORD);
    case 0x51: case 0x52: case 0x53: {
      if (!u256.fitsU64(a) || load<u64>(a) > 0xffffffff) return TOO_MUCH;
      return memoryTo(load<u64>(a) + (op == 0x53 ? 1 : 32));
    }
    case 0x54: {
      const slot = world.storageSlot(<usize>load<u32>(frame.frame, frame.ACCOUNT), a);
      return <i64>(load<u32>(slot, world.SLOT_WARM) != world.transaction ? gas.COLD_SLOT : gas.WARM_ACCESS);
    }
    case 0x55: return storageWrite(sp, left);
    case 0x5e: return range(endOf(u256.less(a, b) ? b : a, c)) + words(c, gas.COPY_WORD);
    case 0xa0: case 0xa1: case 0xa2: case 0xa3: case 0xa4:
      return range(endOf(a, b)) + (u256.fitsU64(b) && load<u64>(b) <= 0xffffffff ? <i64>(gas.LOG_BYTE * load<u64>(b)) : TOO_MUCH);
    case 0xf0: return creation(sp, gas.INIT_CODE_WORD);
    case 0xf5: return creation(sp, gas.INIT_CODE_WORD + gas.KECCAK_WORD);
    case 0xf1: return call(sp, left, !u256.isZero(c), true, sp - 128);
    case 0xf2: return call(sp, left, !u256.isZero(c), false, sp - 128);
    case 0xf4: case 0xfa: return call(sp, left, false, false, c);
    case 0xf3: case 0xfd: return range(endOf(a, b));
    case 0xff: return selfdestruct(sp);
    default: return 0;
  }
}
