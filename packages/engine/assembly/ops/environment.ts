/** 30s: environmental information. */
import * as codes from '../code';
import { delegateOf } from '../delegation';
import * as fork from '../fork';
import * as frame from '../frame';
import * as gas from '../gas';
import { OUT_OF_GAS, RETURN_DATA_OUT_OF_BOUNDS, RUNNING } from '../status';
import * as u256 from '../u256';
import * as world from '../world';
import { copyToMemory } from './memory';

const ADDRESS: usize = memory.data(32, 16);

/** The account that a number on the stack names. */
export function accountAt(p: usize): usize {
  u256.toAddress(p, ADDRESS);
  return world.account(ADDRESS);
}

/** Number of the precompiled contract at an address, 0 for none. */
export function precompileAt(account: usize): i32 {
  if (load<u64>(account) != 0 || load<u64>(account, 8) != 0 || load<u16>(account, 16) != 0) return 0;
  const id = <i32>bswap<u16>(load<u16>(account, 18));
  return id <= fork.lastPrecompile ? id : 0;
}

/** Pays for access to an account (EIP-2929). @param warm gas of a warm one */
export function access(account: usize, warm: u64): bool {
  if (precompileAt(account) == 0 && world.warmAccount(account)) return gas.charge(gas.COLD_ACCOUNT);
  return gas.charge(warm);
}

/** EIP-7702: pays for access to the account whose code runs in the place of the called one's. */
export function accessDelegate(account: usize): bool {
  // Who is called by older rules may turn out not to need its code.
  if (fork.current < fork.PRAGUE) return true;
  const delegate = delegateOf(codes.recordOf(account));
  return delegate == 0 || access(world.account(delegate), gas.WARM_ACCESS);
}

export function opBalance(sp: usize): i32 {
  const account = accountAt(sp - 32);
  if (!access(account, gas.WARM_ACCESS)) return OUT_OF_GAS;
  u256.copy(account + world.BALANCE, sp - 32);
  return RUNNING;
}

export function opCalldataload(sp: usize): i32 {
  const p = sp - 32;
  const f = frame.frame;
  const size = <u64>load<u32>(f, frame.INPUT_SIZE);
  const data = <usize>load<u32>(f, frame.INPUT);
  const from = load<u64>(p);
  if (!u256.fitsU64(p) || from >= size) {
    u256.setU64(p, 0);
  } else if (from + 32 <= size) {
    u256.fromBytes(data + <usize>from, p);
  } else {
    u256.setU64(p, 0);
    memory.copy(p, data + <usize>from, <usize>(size - from));
    u256.fromBytes(p, p);
  }
  return RUNNING;
}

export function opCalldatacopy(sp: usize): i32 {
  const f = frame.frame;
  return copyToMemory(sp - 32, sp - 64, sp - 96, <usize>load<u32>(f, frame.INPUT), <usize>load<u32>(f, frame.INPUT_SIZE));
}

export function opCodecopy(sp: usize): i32 {
  const code = <usize>load<u32>(frame.frame, frame.CODE);
  return copyToMemory(sp - 32, sp - 64, sp - 96, codes.dataOf(code), codes.lengthOf(code));
}

export function opExtcodesize(sp: usize): i32 {
  const account = accountAt(sp - 32);
  if (!access(account, gas.WARM_ACCESS)) return OUT_OF_GAS;
  u256.setU64(sp - 32, <u64>codes.lengthOf(codes.recordOf(account)));
  return RUNNING;
}

export function opExtcodecopy(sp: usize): i32 {
  const account = accountAt(sp - 32);
  if (!access(account, gas.WARM_ACCESS)) return OUT_OF_GAS;
  const code = codes.recordOf(account);
  return copyToMemory(sp - 64, sp - 96, sp - 128, codes.dataOf(code), codes.lengthOf(code));
}

export function opExtcodehash(sp: usize): i32 {
  const account = accountAt(sp - 32);
  if (!access(account, gas.WARM_ACCESS)) return OUT_OF_GAS;
  if (world.isEmpty(account)) u256.setU64(sp - 32, 0);
  else u256.fromBytes(account + world.CODE_HASH, sp - 32);
  return RUNNING;
}

export function opReturndatacopy(sp: usize): i32 {
  const from = sp - 64, size = sp - 96;
  const available = <u64>frame.returnSize;
  if (!u256.fitsU64(from) || !u256.fitsU64(size)) return RETURN_DATA_OUT_OF_BOUNDS;
  const start = load<u64>(from), length = load<u64>(size);
  if (start > available || length > available - start) return RETURN_DATA_OUT_OF_BOUNDS;
  return copyToMemory(sp - 32, from, size, frame.returnData, frame.returnSize);
}
