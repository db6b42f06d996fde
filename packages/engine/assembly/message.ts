/** A transaction from its upfront payment to its refunds and fees (yellow paper 6.2, EIP-1559, EIP-2930, EIP-3529, EIP-7623). */
import * as authorization from './authorization';
import * as codes from './code';
import * as context from './context';
import { createAddress } from './createAddress';
import { delegateOf } from './delegation';
import { ADDRESS_BYTES, enterCall, enterCreate, outcome, outcomeGas } from './enter';
import * as frame from './frame';
import * as interpreter from './interpreter';
import * as logging from './ops/logging';
import * as storage from './ops/storage';
import { RETURNED, REVERTED } from './status';
import * as u256 from './u256';
import * as world from './world';

/** EIP-3529: at most this part of the gas used is refunded. */
const MAX_REFUND_QUOTIENT: i64 = 5;

/** Of the last message. */
export let status: i32 = 0;
export let gasUsed: i64 = 0;
/** Address that a creation was for, 20 bytes. */
export const contract: usize = memory.data(32, 16);

// Words at the start of the input, big-endian.
export const FROM: usize = 0;
export const TO: usize = 32;
export const VALUE: usize = 64;
export const GAS_PRICE: usize = 96;
/** Price of all blobs (EIP-4844), which is burned. */
const BLOB_FEE: usize = 128;
/** Paid to the block's DATA_FEE_RECIPIENT whatever comes of the message. */
export const DATA_FEE: usize = 160;
export const HEAD: usize = 192;

const value: usize = memory.data(32, 16);
const amount: usize = memory.data(32, 16);
const price: usize = memory.data(32, 16);
const dataFee: usize = memory.data(32, 16);

/** amount = gas * price */
function feeOf(gas: i64, perGas: usize): usize {
  u256.setU64(amount, <u64>gas);
  u256.mul(perGas, amount);
  return amount;
}

function pay(recipient: usize, fee: usize): void {
  if (!u256.isZero(fee)) world.credit(recipient, fee);
}

/** Accounts by their numbers: COINBASE and the like. */
const ADDRESS: usize = memory.data(32, 16);

function accountOf(number: usize): usize {
  u256.toAddress(number, ADDRESS);
  return world.account(ADDRESS);
}

/** Executes a message to its end; see `start`. */
export function execute(
  input: usize,
  creates: bool,
  gasLimit: i64,
  intrinsic: i64,
  floor: i64,
  accessCount: u32,
  blobCount: u32,
  authorizationCount: u32,
  dataSize: usize,
): void {
  let more = start(input, creates, gasLimit, intrinsic, floor, accessCount, blobCount, authorizationCount, dataSize);
  while (more) more = proceed();
}

// Of the message that was started.
let payer: usize = 0;
let limit: i64 = 0;
let least: i64 = 0;

/**
 * Begins a message that was found valid. At `input`: the words above; for each of `accessCount` entries of the access
 * list address (20), number of keys (u32) and keys (32 each); `blobCount` versioned hashes (32 each);
 * `authorizationCount` entries of authorization.ts; the data.
 * The transaction was begun (`begin`); it is kept or undone afterwards.
 * @param floor gas that it uses at least (EIP-7623)
 * @returns whether there is more to do, by `proceed`
 */
export function start(
  input: usize,
  creates: bool,
  gasLimit: i64,
  intrinsic: i64,
  floor: i64,
  accessCount: u32,
  blobCount: u32,
  authorizationCount: u32,
  dataSize: usize,
): bool {
  logging.truncate(0, 0);
  storage.setRefund(0);
  frame.reset();
  u256.fromBytes(input + VALUE, value);
  u256.fromBytes(input + GAS_PRICE, context.GAS_PRICE);
  u256.fromBytes(input + FROM, context.ORIGIN);
  const sender = world.account(input + FROM + 12);
  world.setNonce(sender, load<u64>(sender, world.NONCE) + 1);
  u256.fromBytes(input + BLOB_FEE, price);
  u256.add(feeOf(gasLimit, context.GAS_PRICE), price);
  u256.fromBytes(input + DATA_FEE, dataFee);
  u256.add(dataFee, price);
  if (!u256.isZero(price)) world.debit(sender, price);

  world.warmAccount(sender);
  world.warmAccount(accountOf(context.COINBASE));
  let p = input + HEAD;
  for (let i: u32 = 0; i < accessCount; i++) {
    const account = world.account(p);
    world.warmAccount(account);
    const keys = load<u32>(p, 20);
    p += 24;
    for (let k: u32 = 0; k < keys; k++) {
      u256.fromBytes(p, price);
      world.warmSlot(world.slot(account, price));
      p += 32;
    }
  }
  context.setBlobs(p, blobCount);
  p += <usize>blobCount << 5;
  authorization.apply(p, authorizationCount);
  const data = p + <usize>authorizationCount * authorization.ENTRY;

  const available = gasLimit - intrinsic;
  let entered: bool;
  if (creates) {
    createAddress(sender, load<u64>(sender, world.NONCE) - 1, ADDRESS_BYTES);
    memory.copy(contract, ADDRESS_BYTES, 20);
    entered = enterCreate(sender, value, data, dataSize, available);
  } else {
    const to = world.account(input + TO + 12);
    world.warmAccount(to);
    const delegate = delegateOf(codes.recordOf(to));
    if (delegate != 0) world.warmAccount(world.account(delegate));
    entered = enterCall(to, to, sender, 0, value, true, data, dataSize, available, 0);
  }
  payer = sender;
  limit = gasLimit;
  least = floor;
  if (entered) return true;
  status = outcome;
  if (status != RETURNED && status != REVERTED) frame.setReturn(0, 0);
  settle(sender, gasLimit, outcomeGas);
  return false;
}

/** Goes on for a while. @returns whether there is still more to do */
export function proceed(): bool {
  if (interpreter.run()) return true;
  status = interpreter.finalStatus;
  settle(payer, limit, interpreter.finalGas);
  return false;
}

/** Refunds, fees, and the accounts that go. Base fees are never burned. */
function settle(sender: usize, gasLimit: i64, left: i64): void {
  gasUsed = gasLimit - left;
  gasUsed -= min<i64>(storage.refund, gasUsed / MAX_REFUND_QUOTIENT);
  if (gasUsed < least) gasUsed = least;
  const gasPrice = context.GAS_PRICE;
  if (!u256.isZero(gasPrice)) {
    pay(sender, feeOf(gasLimit - gasUsed, gasPrice));
    const hasTip = u256.less(context.BASE_FEE, gasPrice);
    u256.copy(hasTip ? context.BASE_FEE : gasPrice, price);
    if (hasTip) {
      u256.sub(gasPrice, price);
      pay(accountOf(context.COINBASE), feeOf(gasUsed, price));
      u256.copy(context.BASE_FEE, price);
    }
    pay(accountOf(context.BASE_FEE_RECIPIENT), feeOf(gasUsed, price));
  }
  if (!u256.isZero(dataFee)) world.credit(accountOf(context.DATA_FEE_RECIPIENT), dataFee);
}
