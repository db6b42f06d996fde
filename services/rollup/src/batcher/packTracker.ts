import {
  type Cancel,
  type Clock,
  errorMessage,
  type Logger,
  type Metrics,
  type Service,
  systemClock,
} from '@tephra/core';
import type { L1Client } from '@tephra/l1';
import type { Address, Hash } from '@tephra/protocol';
import type { PackSource } from '../finality/tracker.ts';
import { BatcherError } from './errors.ts';
import { applyPackEvents, type PacksReverted, type PostedPack, readPackEvents } from './packEvents.ts';
import { readTip } from './rollupContract.ts';

export type PackTrackerOptions = {
  rollup: Address;
  /** L1 block of the chain's creation. */
  createdAtBlock: bigint;
  /** Blocks that must lie on top of a pack's block before the pack counts. */
  depth: number;
  pollIntervalMs: number;
};

export type PackTrackerDeps = { client: L1Client; logger: Logger; clock?: Clock; metrics?: Metrics };

/**
 * Packs as the L1 has them at the read depth. Keeps nothing on disk: events since the chain's creation tell everything, and
 * after each scan the list must agree with the contract's own count and last output root, else it is read anew.
 */
export class PackTracker implements Service, PackSource {
  readonly #options: PackTrackerOptions;
  readonly #client: L1Client;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #listeners = new Set<() => void>();
  #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  #packs: readonly PostedPack[] = [];
  /** By their epoch. */
  #reverts: ReadonlyMap<bigint, PacksReverted> = new Map();
  #scanned: bigint;
  /** L1 head of the last scan: nothing changes without another one. */
  #seen: Hash | undefined;
  #failures = 0;

  constructor(options: PackTrackerOptions, deps: PackTrackerDeps) {
    this.#options = options;
    this.#client = deps.client;
    this.#logger = deps.logger;
    this.#clock = deps.clock ?? systemClock;
    this.#scanned = options.createdAtBlock - 1n;
    deps.metrics?.gauge({
      name: 'packs_included',
      help: 'Packs of this chain on the L1 at read depth',
      collect: () => this.#packs.length,
    });
  }

  /** Resolves when the packs of the past are known, or after a first attempt on an L1 that does not answer. */
  async start(): Promise<void> {
    this.#stopping = new AbortController();
    await this.#tryRefresh();
    this.#loop = this.#run(this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  packs(): readonly PostedPack[] {
    return this.#packs;
  }

  /** Each time that the contract voided packs, oldest first. */
  reverts(): PacksReverted[] {
    return [...this.#reverts.values()];
  }

  onChange(listener: () => void): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reads what is new. @throws when the L1 does not answer or its logs are not whole */
  async refresh(): Promise<void> {
    const head = await this.#client.getBlock();
    if (head.hash === this.#seen) return;
    const target = head.number - BigInt(this.#options.depth);
    if (target < this.#options.createdAtBlock) return;
    const tip = await readTip(this.#client, this.#options.rollup, { blockNumber: target });
    let { packs, reverts } = await this.#read(this.#scanned + 1n, target, this.#known());
    // A difference means an L1 reorg below the depth, or logs that were left out.
    if (!agrees(packs, tip)) {
      ({ packs, reverts } = await this.#read(this.#options.createdAtBlock, target, { packs: [], reverts: new Map() }));
    }
    if (!agrees(packs, tip)) {
      throw new BatcherError('PACKS_INCONSISTENT', 'the L1 endpoint’s pack logs do not match the contract', {
        details: { packCount: tip.index, found: packs.length },
        hint: 'It is asked again; if this stays, use another L1 endpoint.',
        retryable: true,
      });
    }
    if (target > this.#scanned) this.#scanned = target;
    this.#seen = head.hash;
    const before = this.#known();
    this.#packs = packs;
    this.#reverts = reverts;
    const isOther = before.packs.length !== packs.length || before.packs.at(-1)?.packHash !== packs.at(-1)?.packHash;
    if (isOther || before.reverts.size !== reverts.size) {
      for (const listener of [...this.#listeners]) listener();
    }
  }

  #known(): Known {
    return { packs: this.#packs, reverts: this.#reverts };
  }

  async #read(from: bigint, to: bigint, base: Known): Promise<Known> {
    if (from > to) return base;
    const events = await readPackEvents(this.#client, this.#options.rollup, { from, to }, this.#stopping.signal);
    if (events.length === 0) return base;
    const { packs, reverts } = applyPackEvents(base.packs, events);
    return {
      packs,
      reverts: new Map([...base.reverts, ...reverts.map((revert) => [revert.revertEpoch, revert] as const)]),
    };
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#pause(signal);
      if (!signal.aborted) await this.#tryRefresh();
    }
  }

  async #pause(signal: AbortSignal): Promise<void> {
    const backoff = this.#failures === 0 ? 0 : Math.min(15_000, this.#options.pollIntervalMs * 2 ** this.#failures);
    await this.#clock.sleep(this.#options.pollIntervalMs + backoff, signal).catch(() => undefined);
  }

  async #tryRefresh(): Promise<void> {
    try {
      await this.refresh();
      this.#failures = 0;
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#failures++;
      this.#logger.warn({ reason: errorMessage(error), failures: this.#failures }, 'reading the packs failed');
    }
  }
}

type Known = { packs: readonly PostedPack[]; reverts: ReadonlyMap<bigint, PacksReverted> };

function agrees(packs: readonly PostedPack[], tip: { index: bigint; outputRoot: Hash }): boolean {
  if (BigInt(packs.length) !== tip.index) return false;
  return packs.length === 0 || packs.at(-1)!.outputRoot === tip.outputRoot;
}
