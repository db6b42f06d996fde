/** Addresses of new contracts (yellow paper 7, EIP-1014). */
import { keccak256 } from './keccak';
import * as u256 from './u256';

const BUFFER: usize = memory.data(96, 16);

/** @param to 20 bytes: keccak256 of the RLP of creator and nonce, without its first 12 bytes */
export function createAddress(creator: usize, nonce: u64, to: usize): void {
  let length: usize = 0;
  if (nonce == 0) store<u8>(BUFFER, 0x80, 22);
  else if (nonce < 0x80) store<u8>(BUFFER, <u8>nonce, 22);
  else {
    length = 8 - ((<usize>clz<u64>(nonce)) >> 3);
    store<u8>(BUFFER, <u8>(0x80 + length), 22);
    for (let i: usize = 0; i < length; i++) store<u8>(BUFFER + 23 + i, <u8>(nonce >> <u64>((length - 1 - i) << 3)));
  }
  store<u8>(BUFFER, <u8>(0xc0 + 22 + length), 0);
  store<u8>(BUFFER, 0x94, 1);
  memory.copy(BUFFER + 2, creator, 20);
  keccak256(BUFFER, 23 + length, BUFFER);
  memory.copy(to, BUFFER + 12, 20);
}

/** @param salt number as in u256.ts */
export function create2Address(creator: usize, salt: usize, initCode: usize, size: usize, to: usize): void {
  store<u8>(BUFFER, 0xff);
  memory.copy(BUFFER + 1, creator, 20);
  u256.toBytes(salt, BUFFER + 21);
  keccak256(initCode, size, BUFFER + 53);
  keccak256(BUFFER, 85, BUFFER);
  memory.copy(to, BUFFER + 12, 20);
}
