import { createRequire } from 'node:module';
import { bytesToHex, hexToBytes, keccak256 } from '@tephra/engine';
import {
  type Address,
  blockDigest,
  type Hash,
  type Hex,
  type Preconfirmation,
  preconfirmationDigest,
} from '@tephra/protocol';
import type secp256k1Api from 'secp256k1';

// The addon itself: the package's entry falls back silently to a much slower implementation.
const secp256k1 = createRequire(import.meta.url)('secp256k1/bindings') as typeof secp256k1Api;

/** Signs what the producer stands for: promises and block hashes. Signatures are r || s || v with v = 27 or 28. */
export class ProducerSigner {
  readonly address: Address;
  readonly #key: Uint8Array;

  constructor(privateKey: Hex) {
    this.#key = hexToBytes(privateKey);
    const publicKey = secp256k1.publicKeyCreate(this.#key, false);
    this.address = bytesToHex(keccak256(publicKey.subarray(1)).subarray(12));
  }

  signPreconfirmation(promise: Omit<Preconfirmation, 'signature'>): Preconfirmation {
    return { ...promise, signature: this.#sign(preconfirmationDigest(promise)) };
  }

  signBlock(block: { chainId: bigint; number: bigint; hash: Hash }): Hex {
    return this.#sign(blockDigest(block));
  }

  #sign(digest: Hash): Hex {
    const { signature, recid } = secp256k1.ecdsaSign(hexToBytes(digest), this.#key);
    return `${bytesToHex(signature)}${(27 + recid).toString(16)}`;
  }
}
