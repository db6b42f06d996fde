/** The loop that runs frames until the first one ends (yellow paper 9.4). Program counter, stack and gas are locals of it. */
import * as codes from './code';
import * as context from './context';
import { finishCreate } from './enter';
import * as frame from './frame';
import * as gas from './gas';
import * as journal from './journal';
import * as observe from './observe';
import { opBlobhash, opBlockhash } from './ops/block';
import * as environment from './ops/environment';
import * as logging from './ops/logging';
import * as ram from './ops/memory';
import * as storage from './ops/storage';
import * as system from './ops/system';
import {
  ENTERED,
  INVALID_JUMP,
  INVALID_OPCODE,
  OUT_OF_GAS,
  RETURNED,
  REVERTED,
  RUNNING,
  STOPPED,
} from './status';
import * as u256 from './u256';
import * as world from './world';

/** How the first frame ended and what gas it left; its output is frame.returnData. */
export let finalStatus: i32 = 0;
export let finalGas: i64 = 0;

/** Ends the running frame and tells its parent, which is the running one then. */
function endFrame(halt: i32, gasLeft: i64): void {
  const f = frame.frame;
  let status = halt;
  gas.setGas(gasLeft);
  const hasOutput = halt == RETURNED || halt == REVERTED;
  let size = hasOutput ? system.outputSize : 0;
  const data = size > 0 ? system.output : 0;
  const creates = load<u32>(f, frame.KIND) == frame.CREATE;
  const account = <usize>load<u32>(f, frame.ACCOUNT);
  if (creates) {
    if (status <= RETURNED) status = finishCreate(status, data, size);
    codes.freeTemporary(<usize>load<u32>(f, frame.CODE));
  }
  if (status > RETURNED) {
    journal.revertTo(<usize>load<u32>(f, frame.JOURNAL));
    logging.truncate(<usize>load<u32>(f, frame.LOGS), load<u32>(f, frame.LOG_COUNT));
    storage.setRefund(load<i64>(f, frame.REFUND));
    if (status > REVERTED) {
      gas.setGas(0);
      size = 0;
    }
  }
  if (observe.on) {
    observe.leaving(status, gas.gas, data, size, creates ? account : 0);
  }
  frame.leave();
  frame.setReturn(data, size);
  if (frame.depth < 0) {
    finalStatus = status;
    finalGas = gas.gas;
  } else if (creates) system.deliverCreated(status, gas.gas, account);
  else system.deliver(status, gas.gas);
}

/**
 * Gas after which `run` comes back for a while, so that the host can give a message up; and because engines replace a
 * function by its optimised form only when it is called again, which a long loop would wait for in vain.
 */
const GAS_PER_RUN: i64 = 1 << 20;

/** Runs frames until the first one ends, or for a while. @returns whether there is more to run */
export function run(): bool {
  return observe.on ? loop<f32>() : loop<i32>();
}

/** Compiled twice: for `f32` it tells the host of every instruction. */
function loop<Told>(): bool {
  let f = frame.frame;
  let record = <usize>load<u32>(f, frame.CODE);
  let code = codes.dataOf(record);
  let pc = <usize>load<u32>(f, frame.PC);
  let base = <usize>load<u32>(f, frame.BASE);
  let sp = <usize>load<u32>(f, frame.SP);
  let left = load<i64>(f, frame.GAS);
  let budget = GAS_PER_RUN;
  /** Gas with which the frame came to its turn, and where its turn ends. */
  let start = left;
  let floor = left - budget;

  while (true) {
    const op = <u32>load<u8>(code + pc);
    if (isFloat<Told>()) observe.instruction(op, pc, left, sp, base);
    const info = load<u64>(gas.OPCODES + <usize>(op << 3));
    const height = <u64>(sp - base);
    left -= <i64>(info & 0xffff);
    let halt: i32 = RUNNING;
    if (left < 0 || height < ((info >> 16) & 0xffff) || height > ((info >> 32) & 0xffff)) {
      halt = gas.refusal(op, <usize>height);
      if (halt == RUNNING) halt = OUT_OF_GAS;
    } else {
      const a = sp - 32, b = sp - 64;
      pc++;
      switch (op) {
        // 0s: stop and arithmetic
        case 0x00: halt = STOPPED; break;
        case 0x01: u256.add(a, b); sp = a; continue;
        case 0x02: u256.mul(a, b); sp = a; continue;
        case 0x03: u256.sub(a, b); sp = a; continue;
        case 0x04: u256.div(a, b); sp = a; continue;
        case 0x05: u256.sdiv(a, b); sp = a; continue;
        case 0x06: u256.mod(a, b); sp = a; continue;
        case 0x07: u256.smod(a, b); sp = a; continue;
        case 0x08: u256.addmod(a, b, sp - 96); sp = b; continue;
        case 0x09: u256.mulmod(a, b, sp - 96); sp = b; continue;
        case 0x0a:
          left -= <i64>(gas.EXP_BYTE * <u64>((u256.bitLength(b) + 7) >> 3));
          if (left < 0) { halt = OUT_OF_GAS; break; }
          u256.exp(a, b); sp = a; continue;
        case 0x0b: u256.signextend(a, b); sp = a; continue;

        // 10s: comparison and bitwise logic
        case 0x10: u256.setU64(b, u64(u256.less(a, b))); sp = a; continue;
        case 0x11: u256.setU64(b, u64(u256.less(b, a))); sp = a; continue;
        case 0x12: u256.setU64(b, u64(u256.signedLess(a, b))); sp = a; continue;
        case 0x13: u256.setU64(b, u64(u256.signedLess(b, a))); sp = a; continue;
        case 0x14: u256.setU64(b, u64(u256.equal(a, b))); sp = a; continue;
        case 0x15: u256.setU64(a, u64(u256.isZero(a))); continue;
        case 0x16:
          v128.store(b, v128.and(v128.load(a), v128.load(b)));
          v128.store(b, v128.and(v128.load(a, 16), v128.load(b, 16)), 16);
          sp = a; continue;
        case 0x17:
          v128.store(b, v128.or(v128.load(a), v128.load(b)));
          v128.store(b, v128.or(v128.load(a, 16), v128.load(b, 16)), 16);
          sp = a; continue;
        case 0x18:
          v128.store(b, v128.xor(v128.load(a), v128.load(b)));
          v128.store(b, v128.xor(v128.load(a, 16), v128.load(b, 16)), 16);
          sp = a; continue;
        case 0x19:
          v128.store(a, v128.not(v128.load(a)));
          v128.store(a, v128.not(v128.load(a, 16)), 16);
          continue;
        case 0x1a: u256.byteAt(a, b); sp = a; continue;
        case 0x1b: u256.shl(a, b); sp = a; continue;
        case 0x1c: u256.shiftRight(a, b, 0); sp = a; continue;
        case 0x1d: u256.shiftRight(a, b, u256.isNegative(b) ? u64.MAX_VALUE : 0); sp = a; continue;

        // 20s: KECCAK256
        case 0x20:
          gas.setGas(left); halt = ram.opKeccak256(sp); left = gas.gas;
          if (halt != RUNNING) break;
          sp = a; continue;

        // 30s: environmental information
        case 0x30: u256.fromAddress(<usize>load<u32>(f, frame.ACCOUNT), sp); sp += 32; continue;
        case 0x31:
          gas.setGas(left); halt = environment.opBalance(sp); left = gas.gas;
          if (halt != RUNNING) break;
          continue;
        case 0x32: u256.copy(context.ORIGIN, sp); sp += 32; continue;
        case 0x33: u256.copy(f + frame.CALLER, sp); sp += 32; continue;
        case 0x34: u256.copy(f + frame.VALUE, sp); sp += 32; continue;
        case 0x35: environment.opCalldataload(sp); continue;
        case 0x36: u256.setU64(sp, <u64>load<u32>(f, frame.INPUT_SIZE)); sp += 32; continue;
        case 0x37:
          gas.setGas(left); halt = environment.opCalldatacopy(sp); left = gas.gas;
          if (halt != RUNNING) break;
          sp -= 96; continue;
        case 0x38: u256.setU64(sp, <u64>codes.lengthOf(record)); sp += 32; continue;
        case 0x39:
          gas.setGas(left); halt = environment.opCodecopy(sp); left = gas.gas;
          if (halt != RUNNING) break;
          sp -= 96; continue;
        case 0x3a: u256.copy(context.GAS_PRICE, sp); sp += 32; continue;
        case 0x3b:
          gas.setGas(left); halt = environment.opExtcodesize(sp); left = gas.gas;
          if (halt != RUNNING) break;
          continue;
        case 0x3c:
          gas.setGas(left); halt = environment.opExtcodecopy(sp); left = gas.gas;
          if (halt != RUNNING) break;
          sp -= 128; continue;
        case 0x3d: u256.setU64(sp, <u64>frame.returnSize); sp += 32; continue;
        case 0x3e:
          gas.setGas(left); halt = environment.opReturndatacopy(sp); left = gas.gas;
          if (halt != RUNNING) break;
          sp -= 96; continue;
        case 0x3f:
          gas.setGas(left); halt = environment.opExtcodehash(sp); left = gas.gas;
          if (halt != RUNNING) break;
          continue;

        // 40s: block information
        case 0x40: opBlockhash(sp); continue;
        case 0x41: u256.copy(context.COINBASE, sp); sp += 32; continue;
        case 0x42: u256.copy(context.TIMESTAMP, sp); sp += 32; continue;
        case 0x43: u256.copy(context.NUMBER, sp); sp += 32; continue;
        case 0x44: u256.copy(context.PREV_RANDAO, sp); sp += 32; continue;
        case 0x45: u256.copy(context.GAS_LIMIT, sp); sp += 32; continue;
        case 0x46: u256.copy(context.CHAIN_ID, sp); sp += 32; continue;
        case 0x47: u256.copy(<usize>load<u32>(f, frame.ACCOUNT) + world.BALANCE, sp); sp += 32; continue;
        case 0x48: u256.copy(context.BASE_FEE, sp); sp += 32; continue;
        case 0x49: opBlobhash(sp); continue;
        case 0x4a: u256.copy(context.BLOB_BASE_FEE, sp); sp += 32; continue;

        // 50s: stack, memory, storage and flow
        case 0x50: sp = a; continue;
        case 0x51: {
          gas.setGas(left); const p = ram.reach(a, 32); left = gas.gas;
          if (p == 0) { halt = OUT_OF_GAS; break; }
          u256.fromBytes(p, a); continue;
        }
        case 0x52: {
          gas.setGas(left); const p = ram.reach(a, 32); left = gas.gas;
          if (p == 0) { halt = OUT_OF_GAS; break; }
          u256.toBytes(b, p); sp = b; continue;
        }
        case 0x53: {
          gas.setGas(left); const p = ram.reach(a, 1); left = gas.gas;
          if (p == 0) { halt = OUT_OF_GAS; break; }
          store<u8>(p, load<u8>(b)); sp = b; continue;
        }
        case 0x54:
          gas.setGas(left); halt = storage.opSload(sp); left = gas.gas;
          if (halt != RUNNING) break;
          continue;
        case 0x55:
          gas.setGas(left); halt = storage.opSstore(sp); left = gas.gas;
          if (halt != RUNNING) break;
          sp = b; continue;
        case 0x56: {
          const to = load<u64>(a);
          if (!u256.fitsU64(a) || to >= <u64>codes.lengthOf(record) || !codes.isJumpDestination(record, <usize>to)) {
            halt = INVALID_JUMP; break;
          }
          pc = <usize>to; sp = a;
          if (left > floor) continue;
          break;
        }
        case 0x57: {
          sp = b;
          if (u256.isZero(b)) continue;
          const to = load<u64>(a);
          if (!u256.fitsU64(a) || to >= <u64>codes.lengthOf(record) || !codes.isJumpDestination(record, <usize>to)) {
            halt = INVALID_JUMP; break;
          }
          pc = <usize>to;
          if (left > floor) continue;
          break;
        }
        case 0x58: u256.setU64(sp, <u64>pc - 1); sp += 32; continue;
        case 0x59: u256.setU64(sp, <u64>load<u32>(f, frame.MEMORY_SIZE)); sp += 32; continue;
        case 0x5a: u256.setU64(sp, <u64>left); sp += 32; continue;
        case 0x5b: continue;
        case 0x5c: storage.opTload(sp); continue;
        case 0x5d:
          halt = storage.opTstore(sp);
          if (halt != RUNNING) break;
          sp = b; continue;
        case 0x5e:
          gas.setGas(left); halt = ram.opMcopy(sp); left = gas.gas;
          if (halt != RUNNING) break;
          sp -= 96; continue;

        // 5f, 60s and 70s: push
        case 0x5f: u256.setU64(sp, 0); sp += 32; continue;
        case 0x60: u256.setU64(sp, <u64>load<u8>(code + pc)); sp += 32; pc++; continue;
        case 0x61: u256.setU64(sp, <u64>bswap<u16>(load<u16>(code + pc))); sp += 32; pc += 2; continue;
        case 0x63: u256.setU64(sp, <u64>bswap<u32>(load<u32>(code + pc))); sp += 32; pc += 4; continue;
        case 0x62: case 0x64: case 0x65: case 0x66: case 0x67: case 0x68: case 0x69: case 0x6a: case 0x6b:
        case 0x6c: case 0x6d: case 0x6e: case 0x6f: case 0x70: case 0x71: case 0x72: case 0x74: case 0x75:
        case 0x76: case 0x77: case 0x78: case 0x79: case 0x7a: case 0x7b: case 0x7c: case 0x7d: case 0x7e: {
          const size = <usize>op - 0x5f;
          u256.setU64(sp, 0);
          memory.copy(sp + 32 - size, code + pc, size);
          u256.fromBytes(sp, sp);
          sp += 32; pc += size; continue;
        }
        case 0x73: u256.fromAddress(code + pc, sp); sp += 32; pc += 20; continue;
        case 0x7f: u256.fromBytes(code + pc, sp); sp += 32; pc += 32; continue;

        // 80s: duplicate
        case 0x80: case 0x81: case 0x82: case 0x83: case 0x84: case 0x85: case 0x86: case 0x87:
        case 0x88: case 0x89: case 0x8a: case 0x8b: case 0x8c: case 0x8d: case 0x8e: case 0x8f:
          u256.copy(sp - <usize>((op - 0x7f) << 5), sp); sp += 32; continue;

        // 90s: exchange
        case 0x90: case 0x91: case 0x92: case 0x93: case 0x94: case 0x95: case 0x96: case 0x97:
        case 0x98: case 0x99: case 0x9a: case 0x9b: case 0x9c: case 0x9d: case 0x9e: case 0x9f: {
          const other = a - <usize>((op - 0x8f) << 5);
          const low = v128.load(a), high = v128.load(a, 16);
          u256.copy(other, a);
          v128.store(other, low);
          v128.store(other, high, 16);
          continue;
        }

        // a0s: logging
        case 0xa0: case 0xa1: case 0xa2: case 0xa3: case 0xa4: {
          const topics = <usize>op - 0xa0;
          gas.setGas(left); halt = logging.opLog(sp, topics); left = gas.gas;
          if (halt != RUNNING) break;
          sp = b - (topics << 5); continue;
        }

        // f0s: system
        case 0xf0: case 0xf5:
          store<u32>(f, <u32>pc, frame.PC);
          gas.setGas(left); halt = system.opCreate(sp, op == 0xf5); left = gas.gas;
          if (halt != RUNNING) break;
          sp -= op == 0xf5 ? 96 : 64;
          if (left > floor) continue;
          break;
        case 0xf1: case 0xf2:
          store<u32>(f, <u32>pc, frame.PC);
          gas.setGas(left); halt = system.opCall(sp, op == 0xf2); left = gas.gas;
          if (halt != RUNNING) break;
          sp -= 192;
          if (left > floor) continue;
          break;
        case 0xf4: case 0xfa:
          store<u32>(f, <u32>pc, frame.PC);
          gas.setGas(left); halt = system.opCallWithoutValue(sp, op == 0xf4); left = gas.gas;
          if (halt != RUNNING) break;
          sp -= 160;
          if (left > floor) continue;
          break;
        case 0xf3:
          gas.setGas(left); halt = system.opReturn(sp, RETURNED); left = gas.gas; break;
        case 0xfd:
          gas.setGas(left); halt = system.opReturn(sp, REVERTED); left = gas.gas; break;
        case 0xff:
          gas.setGas(left); halt = system.opSelfdestruct(sp); left = gas.gas; break;
        default: halt = INVALID_OPCODE;
      }
    }
    if (halt == RUNNING) {
      store<u32>(f, <u32>pc, frame.PC);
      store<u32>(f, <u32>sp, frame.SP);
      store<i64>(f, left, frame.GAS);
      return true;
    }
    if (halt != ENTERED) {
      endFrame(halt, left);
      if (frame.depth < 0) return false;
    }
    f = frame.frame;
    record = <usize>load<u32>(f, frame.CODE);
    code = codes.dataOf(record);
    base = <usize>load<u32>(f, frame.BASE);
    pc = <usize>load<u32>(f, frame.PC);
    sp = <usize>load<u32>(f, frame.SP);
    budget -= start - left;
    left = load<i64>(f, frame.GAS);
    // What a callee was given isn't spent.
    if (halt == ENTERED) budget += left;
    if (budget <= 0) return true;
    start = left;
    floor = left - budget;
  }
}
