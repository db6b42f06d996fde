import type { G1Point, G2Point } from '@tephra/protocol';
import type { Hash } from 'viem';
import { type Bls, loadBls } from '../bls/bls.ts';
import type { BlsSecretKey } from '../bls/secretKey.ts';
import type { BlsSigner } from './blsSigner.ts';

/** Signs with a key in this process's memory. */
export class LocalBlsSigner implements BlsSigner {
  readonly #bls: Bls;
  readonly #key: BlsSecretKey;

  private constructor(bls: Bls, key: BlsSecretKey) {
    this.#bls = bls;
    this.#key = key;
  }

  static async create(key: BlsSecretKey): Promise<LocalBlsSigner> {
    return new LocalBlsSigner(await loadBls(), key);
  }

  async publicKeys(): Promise<{ g1: G1Point; g2: G2Point }> {
    return this.#bls.publicKeys(this.#key);
  }

  async sign(digest: Hash): Promise<G1Point> {
    return this.#bls.sign(this.#key, digest);
  }
}
