/**
 * The EVM as a WebAssembly program. The host opens blocks, has messages executed, and takes the changes; see
 * host.ts for what it must give. Bytes go through blocks of this program's memory.
 */
import { allocate, capacityOf, mark } from './allocator';
import * as arena from './arena';
import * as codes from './code';
import * as committed from './committed';
import * as context from './context';
import * as failure from './failure';
import * as fork from './fork';
import * as frame from './frame';
import * as gas from './gas';
import * as journal from './journal';
import { keccak256 } from './keccak';
import * as message from './message';
import * as observe from './observe';
import * as logging from './ops/logging';
import * as storage from './ops/storage';
import * as output from './output';
import * as source from './source';
import * as trie from './trie';
import * as u256 from './u256';
import * as vector from './vector';
import * as witness from './witness';
import * as world from './world';

frame.initialise();
gas.defineCancun();
world.initialise();

const SCRATCH: usize = memory.data(64, 16);
let inputBuffer: usize = 0;
let inputCapacity: usize = 0;

/** By which rules everything is executed from now on, see fork.ts; Cancun's before the first call. */
export function setFork(number: u32): void {
  fork.set(number);
}

/** Drops all that is known of the state. First call of all but `setFork`. */
export function forget(seed: u64): void {
  world.forget(seed);
  codes.forget();
  journal.drop();
  logging.forget();
  frame.forget();
  committed.forget();
  output.forget();
  inputCapacity = 0;
}

/** As `forget`; from now on accounts and slots come out of tries here, whose nodes the host has. @param root 32 bytes */
export function openState(root: usize, seed: u64): void {
  forget(seed);
  arena.forget();
  trie.forget();
  failure.forget();
  witness.open(0, 0, seed, true);
  committed.open(root);
  source.useTries();
}

/** Puts what the block changed into the tries; new nodes and written accounts are then below. @param out where the root goes */
export function sealState(out: usize): void {
  output.begin();
  committed.apply(out);
  output.end();
}

/** A number of failure.ts when the tries are not what they must be. */
export function stateFailure(): i32 {
  return failure.code;
}

/** See output.ts. */
export function nodeData(): usize {
  return output.data;
}

export function nodeSize(): usize {
  return output.length;
}

export function writtenCount(): u32 {
  return vector.lengthOf(committed.written);
}

export function writtenAccount(i: u32): usize {
  return vector.item(committed.written, i);
}

/** Bytes of memory in use. */
export function used(): usize {
  return mark();
}

/** A block for the host to write `size` bytes to. */
export function input(size: usize): usize {
  if (size > inputCapacity) {
    inputCapacity = capacityOf(size);
    inputBuffer = allocate(size);
  }
  return inputBuffer;
}

/** Accounts and slots that are known. */
export function known(): u32 {
  return world.known();
}

/** @param p ten words, see context.ts */
export function setBlock(p: usize): void {
  context.setBlock(p);
}

let codesBefore: u32 = 0;

/** First call for every message. */
export function begin(): void {
  world.beginTransaction();
  codesBefore = codes.markNew();
}

/** Begins a message, see message.ts. @returns whether there is more to do, by `proceed` */
export function start(
  p: usize,
  creates: bool,
  gasLimit: i64,
  intrinsic: i64,
  floor: i64,
  accessCount: u32,
  blobCount: u32,
  authorizationCount: u32,
  dataSize: usize,
): bool {
  return message.start(p, creates, gasLimit, intrinsic, floor, accessCount, blobCount, authorizationCount, dataSize);
}

/** Goes on with it for about a million gas. @returns whether there is still more to do */
export function proceed(): bool {
  return message.proceed();
}

/** Whether the host is told of instructions and frames. */
export function watch(on: bool): void {
  observe.set(on);
}

/** The running frame (frame.ts), how many are above it, and the gas that it will get back. */
export function runningFrame(): usize {
  return frame.frame;
}

export function depth(): i32 {
  return frame.depth;
}

export function refund(): i64 {
  return storage.refund;
}

/** 64 bytes for the host to write to at any time. */
export function scratch(): usize {
  return SCRATCH;
}

/** Keeps what the last message changed for the block. */
export function keep(): void {
  world.endTransaction();
  frame.trim();
}

/** Undoes the last message, also one that the host broke off. */
export function rollback(): void {
  journal.revertTo(0);
  codes.truncateNew(codesBefore);
  frame.trim();
}

export function status(): i32 {
  return message.status;
}

export function gasUsed(): i64 {
  return message.gasUsed;
}

/** Address (20 bytes) that the last message was to create a contract at. */
export function contractAddress(): usize {
  return message.contract;
}

/** Output of the last message; gone after `keep` or `rollback`. */
export function outputData(): usize {
  return frame.returnData;
}

export function outputSize(): usize {
  return frame.returnSize;
}

/** Logs of the last message, see ops/logging.ts. */
export function logData(): usize {
  return logging.logs;
}

export function logSize(): usize {
  return logging.logsLength;
}

/** Accounts in the order in which they were created by the last message. */
export function createdCount(): u32 {
  return vector.lengthOf(world.createdAccounts);
}

/** 0 for one without code, or that destroyed itself. */
export function createdAccount(i: u32): usize {
  const p = vector.item(world.createdAccounts, i);
  const isGone = world.hasNoCode(p) || load<u32>(p, world.DESTROYED) == world.transaction;
  return isGone ? 0 : p;
}

/** Accounts and slots that were cold when the last message came to them, also in frames that were reverted. */
export function accessedAccountCount(): u32 {
  return vector.lengthOf(world.accessedAccounts);
}

export function accessedAccount(i: u32): usize {
  return vector.item(world.accessedAccounts, i);
}

export function accessedSlotCount(): u32 {
  return vector.lengthOf(world.accessedSlots);
}

export function accessedSlot(i: u32): usize {
  return vector.item(world.accessedSlots, i);
}

/** The account record for 20 bytes at `address`; its layout is world.ts'. */
export function account(address: usize): usize {
  return world.account(address);
}

/** As `account`, or 0 for one that isn't known here. */
export function findAccount(address: usize): usize {
  return world.findAccount(address);
}

/** Where the value of a slot is, or 0 when the state at large has it. @param key number */
export function findStorage(p: usize, key: usize): usize {
  return world.findValue(p, key);
}

/** Whether the account would be removed (EIP-161). */
export function isEmpty(p: usize): bool {
  return world.isEmpty(p);
}

/** The value of a slot: where its number is. @param key number */
export function storageValue(p: usize, key: usize): usize {
  return world.storageSlot(p, key) + world.VALUE;
}

/** The code record of an account; its layout is code.ts'. */
export function codeOf(p: usize): usize {
  return codes.recordOf(p);
}

// Changes that a host makes before a call, after `begin`.

export function setBalance(p: usize, value: usize): void {
  world.setBalance(p, value);
}

export function setNonce(p: usize, nonce: u64): void {
  world.setNonce(p, nonce);
}

export function setCode(p: usize, data: usize, size: usize): void {
  keccak256(data, size, data + size);
  world.setCode(p, data + size, codes.keep(data, size, data + size));
}

/** The call finds the value as if it had been there. */
export function setStorage(p: usize, key: usize, value: usize): void {
  const slot = world.storageSlot(p, key);
  world.setValue(slot, value);
  u256.copy(value, slot + world.ORIGINAL);
}

export function dropStorage(p: usize): void {
  world.dropStorage(p);
}

// What the block changed.
export function changedAccountCount(): u32 {
  return vector.lengthOf(world.changedAccounts);
}

export function changedAccount(i: u32): usize {
  return vector.item(world.changedAccounts, i);
}

export function changedSlotCount(): u32 {
  return vector.lengthOf(world.changedSlots);
}

/** A slot record, or 0 where the storage it belonged to is gone. */
export function changedSlot(i: u32): usize {
  const p = vector.item(world.changedSlots, i);
  return world.isAlive(p) ? p : 0;
}

export function newCodeCount(): u32 {
  return vector.lengthOf(codes.newCodes);
}

export function newCode(i: u32): usize {
  return vector.item(codes.newCodes, i);
}

/** The host has taken the block's changes and stands at the new root. */
export function endBlock(): void {
  world.endBlock();
  vector.clearVector(codes.newCodes);
}

/** Makes an opcode an invalid instruction, to show that tests notice. */
export function mutate(opcode: u32): void {
  gas.undefine(opcode);
}
