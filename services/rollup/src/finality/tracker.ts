import { type Cancel, type Clock, errorMessage, type Logger, type Service, type TypedEmitter } from '@tephra/core';
import type { ChainEvents, ChainReader } from '../chain.ts';
import type { BlockCertificate } from '../verification/index.ts';
import type { FinalityView, PackEvidence } from './finality-of.ts';

/** Packs as the L1 has them now. */
export interface PackSource {
  /** Ascending and contiguous from pack 1; packs that were reverted or reorganised away are gone. */
  packs(): readonly PackEvidence[];
  /** Calls `listener` after each change. */
  onChange(listener: () => void): Cancel;
}

/** A block of the L1; seconds. */
type L1Time = {
  number: bigint;
  timestamp: bigint;
  /** Oldest pack with an open challenge at that block; absent when there is none. It and those after it are not final. */
  firstContested?: bigint;
};

/** Newest finalised block of the L1. */
export interface FinalisedL1 {
  finalized(): Promise<L1Time>;
}

/** Certificates of blocks, where the chain's tier 2 is theirs to give. */
export interface CertificateSource {
  /** Newest block that is certified; 0 while none is. */
  readonly certified: bigint;
  covering(blockNumber: bigint): BlockCertificate | undefined;
  onCertificate(listener: () => void): Cancel;
}

/** Where the chain keeps its marks; what {@link ChainReader.safeNumber} and finalizedNumber answer. */
export interface FinalityMarks {
  setFinality(marks: { safe: bigint; finalized: bigint }): void;
}

/**
 * Moves the marks `safe` (a pack on the L1 covers the block, or where there are certificates one of these vouches for it) and `finalized` (the challenge window was over by the time
 * of a finalised L1 block, which itself lies at or above the pack's) and keeps the evidence. `finalized` never goes back;
 * `safe` does when packs are reverted, and the event says so.
 */
export class FinalityTracker implements Service, FinalityView {
  readonly #options: { pollIntervalMs: number; createdAtBlock: bigint };
  readonly #chain: ChainReader;
  readonly #marks: FinalityMarks;
  readonly #packs: PackSource;
  readonly #l1: FinalisedL1;
  readonly #isOwn: (pack: PackEvidence) => boolean;
  readonly #certificates: CertificateSource | undefined;
  readonly #events: TypedEmitter<ChainEvents>;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #finalisedL1: L1Time = { number: 0n, timestamp: 0n };
  #cancel: Cancel[] = [];
  #stopped = new AbortController();
  #polling: Promise<void> = Promise.resolve();

  /** `createdAtBlock`: L1 block in which the chain and its genesis were recorded. */
  constructor(
    options: { pollIntervalMs: number; createdAtBlock: bigint },
    deps: {
      chain: ChainReader;
      marks: FinalityMarks;
      packs: PackSource;
      l1: FinalisedL1;
      /** Whether a pack claims this node's blocks; what doesn't gives them no tier. Default: each does. */
      isOwn?: (pack: PackEvidence) => boolean;
      /** Absent where tier 2 means that a pack is on the L1. */
      certificates?: CertificateSource | undefined;
      events: TypedEmitter<ChainEvents>;
      clock: Clock;
      logger: Logger;
    },
  ) {
    this.#options = options;
    this.#chain = deps.chain;
    this.#marks = deps.marks;
    this.#packs = deps.packs;
    this.#l1 = deps.l1;
    this.#isOwn = deps.isOwn ?? (() => true);
    this.#certificates = deps.certificates;
    this.#events = deps.events;
    this.#clock = deps.clock;
    this.#logger = deps.logger;
  }

  async start(): Promise<void> {
    this.#stopped = new AbortController();
    this.#cancel = [
      this.#packs.onChange(() => this.update()),
      // A rollback of the chain may leave packs ahead of the head for a while.
      this.#events.on('reorged', () => this.update()),
      ...(this.#certificates ? [this.#certificates.onCertificate(() => this.update())] : []),
    ];
    await this.refresh();
    this.#polling = this.#poll();
  }

  async stop(): Promise<void> {
    for (const cancel of this.#cancel) cancel();
    this.#cancel = [];
    this.#stopped.abort();
    await this.#polling;
  }

  /** Newest block of the L1 that is final there; 0 until it has said. */
  get finalisedL1Block(): bigint {
    return this.#finalisedL1.number;
  }

  packOf(blockNumber: bigint): PackEvidence | undefined {
    if (blockNumber === 0n) return this.#genesis();
    const packs = this.#packs.packs();
    let low = 0;
    let high = packs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (packs[middle]!.lastBlock < blockNumber) low = middle + 1;
      else high = middle;
    }
    const pack = packs[low];
    return pack && pack.firstBlock <= blockNumber && this.#isOwn(pack) ? pack : undefined;
  }

  certificateOf(blockNumber: bigint): BlockCertificate | undefined {
    return this.#certificates?.covering(blockNumber);
  }

  /** Asks the L1 for its finalised block, then moves the marks. An L1 that cannot be reached leaves them as they are. */
  async refresh(): Promise<void> {
    try {
      const finalised = await this.#l1.finalized();
      if (finalised.number >= this.#finalisedL1.number) this.#finalisedL1 = finalised;
    } catch (error) {
      this.#logger.warn({ reason: errorMessage(error) }, 'cannot read the finalised L1 block');
    }
    this.update();
  }

  /** Moves the marks by what is known now. */
  update(): void {
    const head = this.#chain.head().number;
    const before = { safe: this.#chain.safeNumber(), finalized: this.#chain.finalizedNumber() };
    const packs = this.#ownPacks();
    let finalized = before.finalized;
    for (const pack of packs) {
      if (pack.l1BlockNumber > this.#finalisedL1.number || pack.windowEnd > this.#finalisedL1.timestamp) break;
      if (pack.index >= (this.#finalisedL1.firstContested ?? pack.index + 1n)) break;
      if (pack.lastBlock > finalized && pack.lastBlock <= head) finalized = pack.lastBlock;
    }
    const verified = this.#certificates ? this.#certificates.certified : (packs.at(-1)?.lastBlock ?? 0n);
    const reached = verified < head ? verified : head;
    const safe = reached > finalized ? reached : finalized;
    if (safe === before.safe && finalized === before.finalized) return;
    this.#marks.setFinality({ safe, finalized });
    this.#events.emit('finality', { safe, finalized, reverted: safe < before.safe });
  }

  /** Each pack builds on the one before it: behind the first that claims something else nothing is this chain's. */
  #ownPacks(): readonly PackEvidence[] {
    const packs = this.#packs.packs();
    let own = packs.length;
    while (own > 0 && !this.#isOwn(packs[own - 1]!)) own--;
    return packs.slice(0, own);
  }

  async #poll(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        await this.#clock.sleep(this.#options.pollIntervalMs, signal);
      } catch {
        return;
      }
      await this.refresh();
    }
  }

  /** Block 0 is final from the start: it is part of the chain's record on the L1. */
  #genesis(): PackEvidence {
    return {
      index: 0n,
      firstBlock: 0n,
      lastBlock: 0n,
      packHash: `0x${'0'.repeat(64)}`,
      l1TransactionHash: `0x${'0'.repeat(64)}`,
      l1BlockNumber: this.#options.createdAtBlock,
      windowEnd: 0n,
    };
  }
}
