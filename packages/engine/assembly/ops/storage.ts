/** 50s: storage and transient storage (EIP-2200, EIP-2929, EIP-3529, EIP-1153). */
import * as frame from '../frame';
import * as gas from '../gas';
import { OUT_OF_GAS, RUNNING, WRITE_PROTECTION } from '../status';
import * as u256 from '../u256';
import * as world from '../world';

/** Gas to give back at the end of the transaction. */
export let refund: i64 = 0;

export function setRefund(value: i64): void {
  refund = value;
}

function owner(): usize {
  return <usize>load<u32>(frame.frame, frame.ACCOUNT);
}

export function opSload(sp: usize): i32 {
  const slot = world.storageSlot(owner(), sp - 32);
  if (!gas.charge(world.warmSlot(slot) ? gas.COLD_SLOT : gas.WARM_ACCESS)) return OUT_OF_GAS;
  u256.copy(slot + world.VALUE, sp - 32);
  return RUNNING;
}

export function opSstore(sp: usize): i32 {
  if (load<u32>(frame.frame, frame.STATIC) != 0) return WRITE_PROTECTION;
  if (gas.gas <= gas.SSTORE_SENTRY) return OUT_OF_GAS;
  const slot = world.storageSlot(owner(), sp - 32);
  const value = sp - 64;
  let cost: u64 = world.warmSlot(slot) ? gas.COLD_SLOT : 0;
  const current = slot + world.VALUE, original = slot + world.ORIGINAL;
  if (u256.equal(current, value)) {
    return gas.charge(cost + gas.WARM_ACCESS) ? RUNNING : OUT_OF_GAS;
  }
  if (u256.equal(original, current)) {
    if (u256.isZero(original)) {
      cost += gas.SSTORE_SET;
    } else {
      cost += gas.SSTORE_RESET;
      if (u256.isZero(value)) refund += gas.SSTORE_CLEARS;
    }
  } else {
    cost += gas.WARM_ACCESS;
    if (!u256.isZero(original)) {
      if (u256.isZero(current)) refund -= gas.SSTORE_CLEARS;
      else if (u256.isZero(value)) refund += gas.SSTORE_CLEARS;
    }
    if (u256.equal(original, value)) {
      refund += <i64>((u256.isZero(original) ? gas.SSTORE_SET : gas.SSTORE_RESET) - gas.WARM_ACCESS);
    }
  }
  if (!gas.charge(cost)) return OUT_OF_GAS;
  world.setValue(slot, value);
  return RUNNING;
}

export function opTload(sp: usize): i32 {
  u256.copy(world.transientValue(world.slot(owner(), sp - 32)), sp - 32);
  return RUNNING;
}

export function opTstore(sp: usize): i32 {
  if (load<u32>(frame.frame, frame.STATIC) != 0) return WRITE_PROTECTION;
  world.setTransient(world.slot(owner(), sp - 32), sp - 64);
  return RUNNING;
}
