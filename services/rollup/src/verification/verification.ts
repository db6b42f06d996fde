import { errorMessage, type Logger } from '@tephra/core';
import { decodeSigners, type L1Client, L1Error, rollupAbi, rpcAnswer, vitalAttestationAbi } from '@tephra/l1';
import {
  type Address,
  decodeVitalBlock,
  type Hex,
  type Pack,
  type VitalBlockStatement,
  vitalTaskId,
} from '@tephra/protocol';
import type { ChainReader } from '../chain.ts';
import { type BlockCertificate, CertificateBook, type CertificateStore } from './certificateBook.ts';
import { VerificationError } from './errors.ts';
import { newestPovEnd } from './povGrid.ts';

export type VerificationOptions = {
  rollup: Address;
  /** Contract that says whose signatures count. */
  attestation: Address;
  /** Blocks in a proof of validity (see `povBlocks`). */
  povBlocks: number;
};

export type VerificationDeps = {
  chain: ChainReader;
  store: CertificateStore;
  client: L1Client;
  logger: Logger;
  /** The pack that waits for its certificate. */
  proposal: () => Pack | undefined;
};

export type VerificationStatus = {
  attestation: Address;
  povBlocks: number;
  /** Newest block at which a proof ends. */
  newest: bigint;
  /** Newest block that is certified; 0 while none is. */
  certified: bigint;
  proposal: Pack | undefined;
};

/** Certificates that are looked at at a time: each is a call to the L1, and anybody may send them. */
const MAX_CHECKS = 2;

/**
 * What a node has to do with VITAL: says which blocks and which pack wait to be verified, and takes certificates of blocks from
 * whoever brings them. It believes no certificate: the contract on the L1 is asked.
 */
export class Verification {
  readonly #options: VerificationOptions;
  readonly #deps: VerificationDeps;
  readonly #book: CertificateBook;
  readonly #listeners = new Set<() => void>();
  #checks = 0;

  constructor(options: VerificationOptions, deps: VerificationDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#book = new CertificateBook(deps);
  }

  get certified(): bigint {
    return this.#book.newest;
  }

  covering(number: bigint): BlockCertificate | undefined {
    return this.#book.covering(number);
  }

  /** Calls `listener` after each new certificate. */
  onCertificate(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  status(): VerificationStatus {
    const { chain, proposal } = this.#deps;
    const { attestation, povBlocks } = this.#options;
    const newest = newestPovEnd(chain.head().number, povBlocks, chain.sealedMode() === 'settled');
    return { attestation, povBlocks, newest, certified: this.certified, proposal: proposal() };
  }

  /**
   * Takes a certificate of a block; false when it says nothing new.
   * @param statement `encodeVitalBlock`
   * @param signers `encodeSigners`
   * @throws VerificationError
   */
  async accept(statement: Hex, signers: Hex): Promise<boolean> {
    const { said, params, nonSignerIds } = decode(statement, signers);
    const own = this.#deps.chain.headerByNumber(said.number);
    if (said.rollup !== this.#options.rollup.toLowerCase() || own?.hash !== said.blockHash) {
      throw new VerificationError('CERTIFICATE_FOREIGN', `this node has no block ${said.number} ${said.blockHash}`, {
        hint: 'It was rolled back, or belongs to another chain.',
      });
    }
    if (this.#book.covering(said.number)?.statement.number === said.number) return false;
    if (this.#checks >= MAX_CHECKS) {
      throw new VerificationError('CERTIFICATE_BUSY', 'other certificates are being checked', {
        hint: 'Send it again in a moment.',
        retryable: true,
      });
    }
    this.#checks++;
    try {
      const signedPercentages = await this.#check(said, params);
      const { attestation } = this.#options;
      const taskId = vitalTaskId({ kind: 'block', ...said });
      const isNew = this.#book.add({ statement: said, attestation, taskId, nonSignerIds, signedPercentages });
      if (!isNew) return false;
    } finally {
      this.#checks--;
    }
    this.#deps.logger.debug({ block: said.number, missing: nonSignerIds.length }, 'block certified');
    for (const listener of [...this.#listeners]) listener();
    return true;
  }

  /** Percent of each quorum's stake that signed. @throws VerificationError */
  async #check(said: VitalBlockStatement, params: ReturnType<typeof decode>['params']): Promise<number[]> {
    const { client } = this.#deps;
    const { attestation, rollup } = this.#options;
    const epoch = await client.readContract({ address: rollup, abi: rollupAbi, functionName: 'revertEpoch' });
    if (epoch !== said.revertEpoch) {
      throw new VerificationError('CERTIFICATE_FOREIGN', `it is of epoch ${said.revertEpoch}, the L1 is in ${epoch}`, {
        hint: 'Packs were voided since; what was signed before counts no more.',
      });
    }
    try {
      const [, totals] = await client.readContract({
        address: attestation,
        abi: vitalAttestationAbi,
        functionName: 'checkBlock',
        args: [said, params],
      });
      return totals.signedStakeForQuorum.map((signed, index) =>
        Number((signed * 100n) / (totals.totalStakeForQuorum[index] || 1n)),
      );
    } catch (cause) {
      if (rpcAnswer(cause) === undefined && !(cause instanceof L1Error)) throw cause;
      throw new VerificationError('CERTIFICATE_REFUSED', `the L1 does not take it: ${errorMessage(cause)}`, {
        hint: 'Compare stakes and keys at its reference block.',
        cause,
      });
    }
  }
}

function decode(statement: Hex, signers: Hex) {
  try {
    return { said: decodeVitalBlock(statement), ...decodeSigners(signers) };
  } catch (cause) {
    throw new VerificationError('CERTIFICATE_MALFORMED', 'this is no certificate of a block', {
      hint: 'Send encodeVitalBlock of the statement, and encodeSigners of its signers.',
      cause,
    });
  }
}
