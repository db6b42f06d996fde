import type { Hash, Hex } from '@tephra/protocol';

/** JSON-RPC quantity: no leading zeros, zero is `0x0`. */
export function quantity(value: bigint | number): Hex {
  return `0x${value.toString(16)}`;
}

/** Quantity from big-endian bytes in hex, as RLP holds integers (`0x` is zero). */
export function quantityOfBytes(bytes: Hex): Hex {
  let i = 2;
  while (i < bytes.length && bytes.charCodeAt(i) === 48) i++;
  return i === bytes.length ? '0x0' : `0x${bytes.slice(i)}`;
}

export const ZERO_HASH: Hash = `0x${'0'.repeat(64)}`;
export const EMPTY_BLOOM: Hex = `0x${'0'.repeat(512)}`;
/** keccak256(rlp([])), the ommers hash of every block since the merge. */
export const EMPTY_OMMERS_HASH: Hash = '0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347';
/** Root of the empty trie: withdrawals root of every block here. */
export const EMPTY_TRIE_ROOT: Hash = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421';
export const EMPTY_CODE_HASH: Hash = '0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470';
