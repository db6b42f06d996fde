/** Addresses that the protocol itself uses (packages/protocol/src/predeploys.ts), 20 bytes each, and what is in their storage. */
import * as u256 from './u256';
import * as world from './world';

export const CHAIN_STATE: usize = memory.data(24, 8);
export const OUTBOX: usize = memory.data(24, 8);
export const L2_BRIDGE: usize = memory.data(24, 8);
export const SETTLER: usize = memory.data(24, 8);
export const BASE_FEE_VAULT: usize = memory.data(24, 8);
export const PRIORITY_FEE_VAULT: usize = memory.data(24, 8);
export const DATA_FEE_VAULT: usize = memory.data(24, 8);
export const SYSTEM: usize = memory.data(24, 8);

/** Once. */
export function initialise(): void {
  write(CHAIN_STATE, 0x0001);
  write(OUTBOX, 0x0002);
  write(L2_BRIDGE, 0x0003);
  write(SETTLER, 0x0004);
  write(BASE_FEE_VAULT, 0x0006);
  write(PRIORITY_FEE_VAULT, 0x0007);
  write(DATA_FEE_VAULT, 0x000a);
  write(SYSTEM, 0xffff);
}

/** 0x7e and two bytes, behind zeros. */
function write(address: usize, id: u32): void {
  store<u8>(address, 0x7e, 17);
  store<u16>(address, bswap<u16>(<u16>id), 18);
}

/** Whether 20 bytes are this address. */
export function isAt(bytes: usize, address: usize): bool {
  return memory.compare(bytes, address, 20) == 0;
}

export const ACTIVE: u32 = 0;
export const SETTLE: u32 = 1;
export const SETTLED: u32 = 2;

const KEY: usize = memory.data(32, 16);

/** The number in a slot. */
function slotOf(address: usize, index: u64): usize {
  u256.setU64(KEY, index);
  return world.storageSlot(world.account(address), KEY) + world.VALUE;
}

// Slot 0 of ChainState: l1OriginNumber uint64 | l1OriginTimestamp uint64 << 64 | inboxPosition uint64 << 128 | mode uint8 << 192.

export function mode(): u32 {
  return <u32>load<u64>(slotOf(CHAIN_STATE, 0), 24) & 255;
}

export function originNumber(): u64 {
  return load<u64>(slotOf(CHAIN_STATE, 0));
}

export function originTimestamp(): u64 {
  return load<u64>(slotOf(CHAIN_STATE, 0), 8);
}

export function inboxPosition(): u64 {
  return load<u64>(slotOf(CHAIN_STATE, 0), 16);
}

/** 32 bytes. */
export function inboxAccumulator(to: usize): void {
  u256.toBytes(slotOf(CHAIN_STATE, 2), to);
}

/** 32 bytes. */
export function outboxRoot(to: usize): void {
  u256.toBytes(slotOf(OUTBOX, 0), to);
}
