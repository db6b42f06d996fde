/** Gas of Cancun, and what each opcode needs of the stack (yellow paper, appendices G and H). */

import { INVALID_OPCODE, RUNNING, STACK_OVERFLOW, STACK_UNDERFLOW } from './status';

/** The counter of the running frame, while a handler that is not in the loop has it. Negative: spent. */
export let gas: i64 = 0;

export function setGas(value: i64): void {
  gas = value;
}

/** @returns false when there isn't enough */
// @ts-ignore: decorator
@inline
export function charge(amount: u64): bool {
  gas -= <i64>amount;
  return gas >= 0;
}

export const COLD_ACCOUNT: u64 = 2600;
export const COLD_SLOT: u64 = 2100;
export const WARM_ACCESS: u64 = 100;
export const CALL_VALUE: u64 = 9000;
export const CALL_STIPEND: i64 = 2300;
export const NEW_ACCOUNT: u64 = 25000;
export const SSTORE_SET: u64 = 20000;
export const SSTORE_RESET: u64 = 2900;
export const SSTORE_CLEARS: i64 = 4800;
export const SSTORE_SENTRY: i64 = 2300;
export const CODE_DEPOSIT: u64 = 200;
export const INIT_CODE_WORD: u64 = 2;
export const KECCAK_WORD: u64 = 6;
export const COPY_WORD: u64 = 3;
export const EXP_BYTE: u64 = 50;
export const LOG_BYTE: u64 = 8;

export const MAX_CODE_SIZE: usize = 24576;
export const MAX_INIT_CODE_SIZE: u64 = 49152;

// @ts-ignore: decorator
@inline
export function words(bytes: u64): u64 {
  return (bytes + 31) >> 5;
}

/** For each opcode: constant gas, bytes that must be on the stack, most bytes that may be. */
export const OPCODES: usize = memory.data(256 * 8, 8);
const UNDEFINED: u16 = 0xffff;

function define(opcode: u32, fee: u32, takes: u32, gives: u32): void {
  const p = OPCODES + <usize>(opcode << 3);
  store<u16>(p, <u16>fee);
  store<u16>(p, <u16>(takes << 5), 2);
  store<u16>(p, <u16>((1024 + takes - gives) << 5), 4);
}

export function isDefined(opcode: u32): bool {
  return load<u16>(OPCODES + <usize>(opcode << 3), 2) != UNDEFINED;
}

/** Why an instruction can't begin, in go-ethereum's order; RUNNING when only its gas decides. @param height of the stack, bytes */
export function refusal(op: u32, height: usize): i32 {
  if (!isDefined(op)) return INVALID_OPCODE;
  const p = OPCODES + <usize>(op << 3);
  if (height < <usize>load<u16>(p, 2)) return STACK_UNDERFLOW;
  return height > <usize>load<u16>(p, 4) ? STACK_OVERFLOW : RUNNING;
}

/** Makes an opcode an invalid instruction: a mutant, to show that tests notice. */
export function undefine(opcode: u32): void {
  store<u16>(OPCODES + <usize>(opcode << 3), UNDEFINED, 2);
}

export function defineCancun(): void {
  for (let i: u32 = 0; i < 256; i++) undefine(i);
  define(0x00, 0, 0, 0); // STOP
  define(0x01, 3, 2, 1); // ADD
  define(0x02, 5, 2, 1); // MUL
  define(0x03, 3, 2, 1); // SUB
  for (let i: u32 = 0x04; i <= 0x07; i++) define(i, 5, 2, 1); // DIV SDIV MOD SMOD
  define(0x08, 8, 3, 1); // ADDMOD
  define(0x09, 8, 3, 1); // MULMOD
  define(0x0a, 10, 2, 1); // EXP
  define(0x0b, 5, 2, 1); // SIGNEXTEND
  for (let i: u32 = 0x10; i <= 0x14; i++) define(i, 3, 2, 1); // LT GT SLT SGT EQ
  define(0x15, 3, 1, 1); // ISZERO
  for (let i: u32 = 0x16; i <= 0x18; i++) define(i, 3, 2, 1); // AND OR XOR
  define(0x19, 3, 1, 1); // NOT
  for (let i: u32 = 0x1a; i <= 0x1d; i++) define(i, 3, 2, 1); // BYTE SHL SHR SAR
  define(0x20, 30, 2, 1); // KECCAK256
  define(0x30, 2, 0, 1); // ADDRESS
  define(0x31, 0, 1, 1); // BALANCE
  for (let i: u32 = 0x32; i <= 0x34; i++) define(i, 2, 0, 1); // ORIGIN CALLER CALLVALUE
  define(0x35, 3, 1, 1); // CALLDATALOAD
  define(0x36, 2, 0, 1); // CALLDATASIZE
  define(0x37, 3, 3, 0); // CALLDATACOPY
  define(0x38, 2, 0, 1); // CODESIZE
  define(0x39, 3, 3, 0); // CODECOPY
  define(0x3a, 2, 0, 1); // GASPRICE
  define(0x3b, 0, 1, 1); // EXTCODESIZE
  define(0x3c, 0, 4, 0); // EXTCODECOPY
  define(0x3d, 2, 0, 1); // RETURNDATASIZE
  define(0x3e, 3, 3, 0); // RETURNDATACOPY
  define(0x3f, 0, 1, 1); // EXTCODEHASH
  define(0x40, 20, 1, 1); // BLOCKHASH
  for (let i: u32 = 0x41; i <= 0x46; i++) define(i, 2, 0, 1); // COINBASE TIMESTAMP NUMBER PREVRANDAO GASLIMIT CHAINID
  define(0x47, 5, 0, 1); // SELFBALANCE
  define(0x48, 2, 0, 1); // BASEFEE
  define(0x49, 3, 1, 1); // BLOBHASH
  define(0x4a, 2, 0, 1); // BLOBBASEFEE
  define(0x50, 2, 1, 0); // POP
  define(0x51, 3, 1, 1); // MLOAD
  define(0x52, 3, 2, 0); // MSTORE
  define(0x53, 3, 2, 0); // MSTORE8
  define(0x54, 0, 1, 1); // SLOAD
  define(0x55, 0, 2, 0); // SSTORE
  define(0x56, 8, 1, 0); // JUMP
  define(0x57, 10, 2, 0); // JUMPI
  for (let i: u32 = 0x58; i <= 0x5a; i++) define(i, 2, 0, 1); // PC MSIZE GAS
  define(0x5b, 1, 0, 0); // JUMPDEST
  define(0x5c, 100, 1, 1); // TLOAD
  define(0x5d, 100, 2, 0); // TSTORE
  define(0x5e, 3, 3, 0); // MCOPY
  define(0x5f, 2, 0, 1); // PUSH0
  for (let i: u32 = 0x60; i <= 0x7f; i++) define(i, 3, 0, 1); // PUSH1 to PUSH32
  for (let i: u32 = 0; i < 16; i++) define(0x80 + i, 3, i + 1, i + 2); // DUP1 to DUP16
  for (let i: u32 = 0; i < 16; i++) define(0x90 + i, 3, i + 2, i + 2); // SWAP1 to SWAP16
  for (let i: u32 = 0; i <= 4; i++) define(0xa0 + i, 375 * (i + 1), i + 2, 0); // LOG0 to LOG4
  define(0xf0, 32000, 3, 1); // CREATE
  define(0xf1, 0, 7, 1); // CALL
  define(0xf2, 0, 7, 1); // CALLCODE
  define(0xf3, 0, 2, 0); // RETURN
  define(0xf4, 0, 6, 1); // DELEGATECALL
  define(0xf5, 32000, 4, 1); // CREATE2
  define(0xfa, 0, 6, 1); // STATICCALL
  define(0xfd, 0, 2, 0); // REVERT
  define(0xff, 5000, 1, 0); // SELFDESTRUCT
}
