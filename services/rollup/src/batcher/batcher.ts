import {
  type Cancel,
  type Clock,
  errorMessage,
  type Logger,
  type Metrics,
  type Service,
  systemClock,
  type TypedEmitter,
} from '@tephra/core';
import { type L1Client, L1Error, rollupAbi, type TransactionSender } from '@tephra/l1';
import type { Address, BlockContent, Hex, Pack } from '@tephra/protocol';
import { keccak256 } from 'viem';
import type { ChainEvents, ChainReader } from '../chain.ts';
import { type BuiltPack, buildPack, type EncodedBlocks } from './buildPack.ts';
import { untilCertified } from './certifiedPack.ts';
import { BatcherError } from './errors.ts';
import { FrameEncoder } from './frameEncoder.ts';
import { batcherMetrics } from './metrics.ts';
import { OriginKeeper } from './originKeeper.ts';
import type { PacksReverted } from './packEvents.ts';
import { extendToKnownOrigin, packRange } from './packRange.ts';
import { type L1Tip, missingFrames, postFrameData, readTip, submitPackData } from './rollupContract.ts';

export type BatcherOptions = {
  rollup: Address;
  /** L1 read depth: a pack is waited for until this many blocks lie on top of it. */
  depth: number;
  /** From RollupNodeConfig.packs. */
  intervalMs: number;
  idleIntervalMs: number;
  maxBlocks: number;
  /** How often it looks whether a pack is due, ms; default 250. */
  pollIntervalMs?: number;
  /**
   * Packs are certified: they are proposed to operators, whose aggregator posts them. On a bond only when nobody did for the
   * contract's `maxPackDelay`. Default false.
   */
  certified?: boolean;
  /** Go on behind the terminal pack, with addenda to the settlement; default false. */
  addenda?: boolean;
};

export type BatcherDeps = {
  chain: ChainReader;
  events: TypedEmitter<ChainEvents>;
  /** Of the bonded proposer. */
  sender: Pick<TransactionSender, 'send' | 'address' | 'client'>;
  /** Knows what was voided, and when the packs on the L1 are others (PackTracker). */
  packs: { reverts(): readonly PacksReverted[]; onChange?(listener: () => void): Cancel };
  logger: Logger;
  clock?: Clock;
  metrics?: Metrics;
  /** Default: a {@link FrameEncoder}. */
  encoder?: { encode(blocks: BlockContent[]): Promise<EncodedBlocks>; close(): Promise<void> };
};

export type BatcherState = {
  /** Packs that this process posted. */
  posted: number;
  /** Failures in a row; 0 = healthy. */
  failures: number;
  lastError: string | null;
  /** True when the terminal pack is on the L1: the batcher has nothing left to do. */
  finished: boolean;
};

/** Blocks whose hashes EIP-2935 keeps, less room for the pack to be mined. */
const KNOWN_ORIGINS = 8_000n;
/** Output roots are calldata: this many fit a transaction that nodes still relay (128 KiB). */
const MAX_PACK_BLOCKS = 3_000;
const MAX_BACKOFF_MS = 30_000;
/**
 * A proposal that nobody certified is cut anew: its newest origin may be older than the operators, or inbox messages must not wait
 * longer. What was signed of the old one stays true, and is posted if it comes after all.
 */
const PROPOSAL_LIFE_MS = 15_000;

/**
 * Posts the chain to the L1: cuts packs of sealed blocks, posts their frames, submits them, waits until they lie deep
 * enough. It keeps nothing: what is next follows from the rollup contract each time, so a restart at any moment neither
 * loses nor repeats a pack.
 */
export class Batcher implements Service {
  readonly #options: Required<BatcherOptions>;
  readonly #deps: BatcherDeps;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #client: L1Client;
  readonly #encoder: NonNullable<BatcherDeps['encoder']>;
  readonly #origins: OriginKeeper;
  readonly #state: BatcherState = { posted: 0, failures: 0, lastError: null, finished: false };
  readonly #metrics: ReturnType<typeof batcherMetrics> | undefined;
  #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  #subscriptions: Cancel[] = [];
  #registry: Address | undefined;
  #proposal: Pack | undefined;
  /** Newest block that is known to be in a pack. */
  #postedBlock = 0n;
  /** Newest sealed block with transactions. */
  #newestBusyBlock = 0n;
  /** When the oldest waiting block with transactions was seen. */
  #busySince: number | null = null;
  #lastPackAt: number;
  /** The packs on the L1 are others than were thought: it is asked at the next turn, also when no pack is due. */
  #lookAgain = false;

  constructor(options: BatcherOptions, deps: BatcherDeps) {
    this.#options = { pollIntervalMs: 250, addenda: false, certified: false, ...options };
    this.#deps = deps;
    this.#clock = deps.clock ?? systemClock;
    this.#logger = deps.logger;
    this.#client = deps.sender.client;
    this.#encoder = deps.encoder ?? new FrameEncoder();
    this.#origins = new OriginKeeper(options.rollup, deps);
    this.#lastPackAt = this.#clock.now();
    this.#metrics = deps.metrics && batcherMetrics(deps.metrics, () => this.#waitingBlocks());
  }

  /** Returns at once: an L1 that does not answer delays packs, not the node. */
  async start(): Promise<void> {
    this.#stopping = new AbortController();
    this.#lastPackAt = this.#clock.now();
    this.#subscriptions = [
      this.#deps.events.on('sealed', (block) => {
        if (block.header.gasUsed > 0n) this.#noteBusy(block.header.number);
      }),
      // The L1 reorganisation behind it may have taken packs with it.
      this.#deps.events.on('reorged', ({ to }) => {
        if (to < this.#postedBlock) this.#postedBlock = to;
        if (to < this.#newestBusyBlock) this.#newestBusyBlock = to;
      }),
      ...this.#watchPacks(),
    ];
    this.#loop = this.#run(this.#stopping.signal);
  }

  #watchPacks(): Cancel[] {
    const cancel = this.#deps.packs.onChange?.(() => {
      this.#lookAgain = true;
    });
    return cancel ? [cancel] : [];
  }

  async stop(): Promise<void> {
    for (const cancel of this.#subscriptions) cancel();
    this.#subscriptions = [];
    this.#stopping.abort(new BatcherError('ENCODER_STOPPED', 'the batcher was stopped'));
    await this.#encoder.close();
    await this.#loop;
  }

  /** The pack that waits for its certificate. Its frames are on the L1. */
  get proposal(): Pack | undefined {
    return this.#proposal;
  }

  state(): BatcherState {
    return { ...this.#state };
  }

  async #run(signal: AbortSignal): Promise<void> {
    let started = false;
    while (!signal.aborted) {
      try {
        if (!started) {
          await this.#settleInFlight(signal);
          started = true;
        }
        // The L1 may take back even the last pack.
        if (!this.#state.finished || this.#lookAgain) await this.#step(signal);
        this.#succeed();
      } catch (error) {
        if (signal.aborted) return;
        this.#fail(error);
      }
      await this.#clock.sleep(this.#pauseMs(), signal).catch(() => undefined);
    }
  }

  /** A predecessor that was killed may have left a pack in flight; posting another before it is mined wastes gas. */
  async #settleInFlight(signal: AbortSignal): Promise<void> {
    const address = this.#deps.sender.address;
    for (let round = 0; round < 60 && !signal.aborted; round++) {
      const [mined, pending] = await Promise.all([
        this.#client.getTransactionCount({ address }),
        this.#client.getTransactionCount({ address, blockTag: 'pending' }),
      ]);
      if (pending <= mined) break;
      await this.#clock.sleep(this.#options.pollIntervalMs, signal);
    }
    const tip = await this.#readTip();
    this.#postedBlock = tip.lastBlock;
    const head = this.#deps.chain.head().number;
    for (let number = head; number > tip.lastBlock; number--) {
      if ((this.#deps.chain.headerByNumber(number)?.gasUsed ?? 0n) === 0n) continue;
      this.#noteBusy(number);
      break;
    }
  }

  /** The pack that the next of ours builds on: addenda of strangers may lie beside it. */
  #readTip(): Promise<L1Tip> {
    return readTip(this.#client, this.#options.rollup, { poster: this.#deps.sender.address });
  }

  /** Posts one pack if one is due. */
  async #step(signal: AbortSignal): Promise<void> {
    if (!this.#lookAgain && this.#nextRange(this.#postedBlock) === null) return;
    const tip = await this.#readTip();
    this.#noteTip(tip);
    this.#lookAgain = false;
    if (this.#state.finished) return;
    this.#checkParent(tip);
    this.#checkReverts(tip);
    const range = this.#nextRange(tip.lastBlock);
    if (range === null) return;
    const { chain } = this.#deps;
    const built = await buildPack(
      {
        index: tip.index + 1n,
        range: { firstBlock: tip.lastBlock + 1n, lastBlock: this.#withKnownOrigin(range, tip) },
        parentOutputRoot: tip.outputRoot,
        terminalFrom: this.#terminalFrom(tip),
      },
      { chain, encode: (blocks) => this.#encoder.encode(blocks) },
    );
    await this.#post(built, signal);
  }

  /** Behind the terminal pack all that follows is terminal; before it, the head is, which only that pack reaches. */
  #terminalFrom(tip: L1Tip): bigint | null {
    if (tip.terminal) return 0n;
    const { chain } = this.#deps;
    return chain.sealedMode() === 'settled' ? chain.head().number : null;
  }

  #nextRange(postedBlock: bigint): bigint | null {
    const { chain } = this.#deps;
    const now = this.#clock.now();
    return packRange(
      {
        firstBlock: postedBlock + 1n,
        head: chain.head().number,
        waitingMs: this.#newestBusyBlock > postedBlock && this.#busySince !== null ? now - this.#busySince : null,
        idleMs: now - this.#lastPackAt,
        settled: chain.sealedMode() === 'settled',
      },
      this.#options,
    );
  }

  #withKnownOrigin(lastBlock: bigint, tip: L1Tip): bigint {
    const { chain } = this.#deps;
    const oldest = tip.l1Block > KNOWN_ORIGINS ? tip.l1Block - KNOWN_ORIGINS : 0n;
    const extended = extendToKnownOrigin(
      { firstBlock: tip.lastBlock + 1n, lastBlock },
      chain.head().number,
      (number) => chain.blockByNumber(number)?.l1Origin.number,
      oldest,
      Math.max(MAX_PACK_BLOCKS, this.#options.maxBlocks),
    );
    if (extended !== null) return extended;
    throw new BatcherError('ORIGIN_TOO_OLD', `no block from ${lastBlock} on has an L1 origin that the L1 still knows`, {
      details: { lastBlock, oldestKnownOrigin: oldest },
      hint:
        chain.sealedMode() === 'settled'
          ? 'No block follows: rebuild the chain from the L1 into an empty folder and start the node there; it settles anew.'
          : 'A block with a fresh origin is sealed once the node reads the L1 again.',
      retryable: true,
    });
  }

  #noteTip(tip: L1Tip): void {
    if (tip.lastBlock < this.#postedBlock) this.#noteLoss(tip);
    this.#postedBlock = tip.lastBlock;
    if (this.#newestBusyBlock <= tip.lastBlock) this.#busySince = null;
    const wasFinished = this.#state.finished;
    this.#state.finished = tip.terminal && !this.#options.addenda;
    if (this.#state.finished && !wasFinished) {
      this.#logger.info({ pack: tip.index, lastBlock: tip.lastBlock }, 'the terminal pack is on the L1');
    }
  }

  /** Packs that were on the L1 are there no more: their blocks wait again. */
  #noteLoss(tip: L1Tip): void {
    this.#logger.warn(
      { lastBlock: tip.lastBlock, wasPosted: this.#postedBlock },
      'the L1 took packs back: their blocks are posted again',
    );
    const { chain } = this.#deps;
    for (let number = this.#postedBlock; number > tip.lastBlock; number--) {
      if ((chain.headerByNumber(number)?.gasUsed ?? 0n) === 0n) continue;
      this.#noteBusy(number);
      break;
    }
  }

  /** @throws BatcherError PACK_FOREIGN */
  #checkParent(tip: L1Tip): void {
    const own = this.#deps.chain.blockByNumber(tip.lastBlock);
    if (own && own.outputRoot === tip.outputRoot) return;
    throw new BatcherError(
      'PACK_FOREIGN',
      `pack ${tip.index} on the L1 does not describe this node’s block ${tip.lastBlock}`,
      {
        details: { l1OutputRoot: tip.outputRoot, ownOutputRoot: own?.outputRoot ?? null },
        hint: 'Rebuild the node from the L1 with `tephra rebuild`, or find out who posts for this chain.',
        retryable: true,
      },
    );
  }

  /**
   * What a dispute voided is not claimed again: that would be another bond lost.
   * @throws BatcherError PACK_REFUSED
   */
  #checkReverts({ revertEpoch, lastBlock }: L1Tip): void {
    const { packs, chain } = this.#deps;
    const reverts = packs.reverts();
    const voided = reverts
      .flatMap((revert) => revert.packs)
      .find(
        (pack) => pack.lastBlock > lastBlock && chain.blockByNumber(pack.lastBlock)?.outputRoot === pack.outputRoot,
      );
    if (voided !== undefined) {
      throw new BatcherError(
        'PACK_REFUSED',
        `the L1 voided this claim about blocks ${voided.firstBlock} to ${voided.lastBlock}`,
        {
          details: { pack: voided.index, packHash: voided.packHash },
          hint: 'The node goes back to the last valid pack by itself and executes again what followed.',
          retryable: true,
        },
      );
    }
    if (revertEpoch > BigInt(reverts.length)) {
      throw new BatcherError('REVERT_UNREAD', 'the L1 voided packs, and it is not deep enough yet to act upon', {
        hint: 'It is read as soon as it lies at the read depth.',
        retryable: true,
      });
    }
  }

  async #post(built: BuiltPack, signal: AbortSignal): Promise<void> {
    const { pack, frames } = built;
    const started = this.#clock.now();
    const { sender } = this.#deps;
    const registry = await this.#batchRegistry();
    const missing = await missingFrames(this.#client, registry, pack.frames);
    const unposted = [...new Map(frames.map((frame) => [keccak256(frame), frame]))].filter(([key]) => missing.has(key));
    await Promise.all(
      unposted.map(([, frame]) =>
        sender.send({ to: registry, data: postFrameData(frame), gas: frameGas(frame), signal }),
      ),
    );
    const sent = await this.#submit(pack, signal);
    if (sent === undefined) return;
    const bytes = frames.reduce((sum, frame) => sum + (frame.length - 2) / 2, 0);
    const counts = { frames: frames.length, bytes, transactions: built.transactions };
    this.#state.posted++;
    this.#postedBlock = pack.lastBlock;
    this.#lastPackAt = this.#clock.now();
    this.#busySince = this.#newestBusyBlock > pack.lastBlock ? started : null;
    this.#metrics?.record(counts);
    this.#logger.info(
      {
        pack: pack.index,
        firstBlock: pack.firstBlock,
        lastBlock: pack.lastBlock,
        terminal: pack.terminal,
        ...counts,
        ...sent,
      },
      'pack posted',
    );
    if (pack.terminal && !this.#options.addenda) this.#state.finished = true;
    await this.#origins.keep(pack.output.l1OriginNumber, signal);
  }

  /** What is known of the transaction that posted the pack; undefined when it is not on the L1. */
  async #submit(pack: Pack, signal: AbortSignal): Promise<object | undefined> {
    const { rollup, depth, certified, pollIntervalMs } = this.#options;
    if (certified) {
      this.#proposal = pack;
      const outcome = await untilCertified(
        pack,
        { rollup, depth, pollIntervalMs: 2 * pollIntervalMs, lifeMs: PROPOSAL_LIFE_MS },
        { client: this.#client, clock: this.#clock, signal },
      ).finally(() => {
        this.#proposal = undefined;
      });
      if (outcome === 'posted') return { certified };
      if (outcome !== 'fallback') {
        this.#logger.info({ pack: pack.index, outcome }, 'the pack is cut anew');
        this.#lookAgain = true;
        return undefined;
      }
    }
    const { hash: l1TransactionHash, receipt } = await this.#deps.sender.send({
      to: rollup,
      data: submitPackData(pack),
      confirmations: depth + 1,
      signal,
    });
    return { l1TransactionHash, l1Block: receipt.blockNumber, gasUsed: receipt.gasUsed };
  }

  async #batchRegistry(): Promise<Address> {
    this.#registry ??= await this.#client.readContract({
      address: this.#options.rollup,
      abi: rollupAbi,
      functionName: 'batchRegistry',
    });
    return this.#registry;
  }

  #noteBusy(number: bigint): void {
    if (number > this.#newestBusyBlock) this.#newestBusyBlock = number;
    this.#busySince ??= this.#clock.now();
  }

  #waitingBlocks(): number {
    return Number(this.#deps.chain.head().number - this.#postedBlock);
  }

  #succeed(): void {
    if (this.#state.failures > 0) this.#logger.info({ failures: this.#state.failures }, 'packs are posted again');
    this.#state.failures = 0;
    this.#state.lastError = null;
  }

  #fail(error: unknown): void {
    if (isOvertaken(error)) {
      this.#logger.info({ reason: errorMessage(error) }, 'another pack was there first');
      return;
    }
    this.#state.failures++;
    this.#state.lastError = errorMessage(error);
    this.#metrics?.failures.inc();
    const retryable = (error instanceof L1Error && error.code !== 'INSUFFICIENT_FUNDS') || isRetryable(error);
    const context = { err: error, failures: this.#state.failures };
    // Someone must look when a pack will never be accepted, or when nothing has worked for a while.
    if (!retryable || this.#state.failures >= 5) this.#logger.error(context, 'packs cannot be posted');
    else this.#logger.warn(context, 'posting a pack failed, will be tried again');
  }

  #pauseMs(): number {
    const { failures } = this.#state;
    if (failures === 0) return this.#options.pollIntervalMs;
    return Math.min(MAX_BACKOFF_MS, this.#options.pollIntervalMs * 2 ** Math.min(failures, 12));
  }
}

function isRetryable(error: unknown): boolean {
  return error instanceof BatcherError && error.retryable;
}

/** The contract has moved on since it was read: somebody else posted, or a pack of a killed predecessor was mined. */
function isOvertaken(error: unknown): boolean {
  const names = ['UnexpectedPack', 'BlocksNotContiguous', 'ChainTerminated'];
  return error instanceof L1Error && names.some((name) => name === error.details?.errorName);
}

/** EIP-7623 floor (40 gas for each byte that is not 0), the hash, two storage slots and the log. */
function frameGas(frame: Hex): bigint {
  return 120_000n + 44n * BigInt((frame.length - 2) / 2);
}
