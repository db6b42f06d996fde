import type { Address, Hex } from '@tephra/protocol';
import secp256k1 from 'secp256k1';
import { bytesToHex, checksumAddress, hexToBytes, keccak256, serializeTransaction, stringToHex } from 'viem';

/** An account of the demo: made from the seed, never held a coin. */
export type Minter = { address: Address; privateKey: Uint8Array };

/** `count` accounts that everybody can make again from the seed. */
export function makeMinters(seed: string, count: number): Minter[] {
  return Array.from({ length: count }, (_, index) => makeMinter(seed, String(index)));
}

export function makeMinter(seed: string, name: string): Minter {
  let privateKey = keccak256(stringToHex(`tephra demo ${seed} ${name}`), 'bytes');
  // One hash in 2^128 is no key.
  while (!secp256k1.privateKeyVerify(privateKey)) privateKey = keccak256(privateKey, 'bytes');
  const publicKey = secp256k1.publicKeyCreate(privateKey, false);
  return { privateKey, address: checksumAddress(`0x${keccak256(publicKey.subarray(1)).slice(26)}`) };
}

export type UnsignedCall = {
  chainId: number;
  nonce: number;
  /** Undefined deploys `data`. */
  to: Address | undefined;
  data: Hex;
  gas: bigint;
  value?: bigint;
};

/** A raw EIP-1559 transaction that pays nothing for gas; the native signer makes some ten thousand a second. */
export function signCall(minter: Minter, call: UnsignedCall): { raw: Hex; hash: Hex } {
  const transaction = {
    type: 'eip1559' as const,
    maxFeePerGas: 0n,
    maxPriorityFeePerGas: 0n,
    value: 0n,
    ...call,
  };
  const digest = keccak256(serializeTransaction(transaction), 'bytes');
  const { signature, recid } = secp256k1.ecdsaSign(digest, minter.privateKey);
  const raw = serializeTransaction(transaction, {
    r: bytesToHex(signature.subarray(0, 32)),
    s: bytesToHex(signature.subarray(32)),
    yParity: recid,
  });
  return { raw, hash: keccak256(hexToBytes(raw)) };
}
