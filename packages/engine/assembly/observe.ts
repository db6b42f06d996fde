/** Tells the host of every instruction and every frame while it watches. */
import * as gas from './gas';
import * as host from './host';
import { precompileAt } from './ops/environment';
import { quote, quoteStatus } from './quote';
import { OUT_OF_GAS, RUNNING } from './status';

/** Whether the host watches. The loop that tells of instructions is another one than that which doesn't. */
export let on: bool = false;

export function set(value: bool): void {
  on = value;
}

/** An instruction is about to begin. @param left gas before it */
export function instruction(op: u32, pc: usize, left: i64, sp: usize, base: usize): void {
  let cost = <i64>load<u16>(gas.OPCODES + <usize>(op << 3));
  let status = gas.refusal(op, sp - base);
  if (status == RUNNING) {
    cost += quote(op, sp, left - cost);
    status = quoteStatus;
    if (status == RUNNING && cost > left) status = OUT_OF_GAS;
  }
  host.step(op, <u32>pc, left, cost, sp, status);
}

/** A call or creation begins. @param code account whose code runs, 0 for a creation */
export function entering(code: usize, value: usize, input: usize, size: usize, gasLimit: i64): void {
  host.enter(code, value, input, size, gasLimit, code != 0 && precompileAt(code) != 0);
}

/** It ended. @param account that was created, or 0 */
export function leaving(status: i32, gasLeft: i64, data: usize, size: usize, account: usize): void {
  host.exit(status, gasLeft, data, size, account);
}
