import type { Clock, Logger, Service, TypedEmitter } from '@tephra/core';
import type { Engine } from '@tephra/engine';
import { bridgeAbi, type L1Client, type TransactionSender } from '@tephra/l1';
import type { Address } from '@tephra/protocol';
import type { ChainEvents, ChainReader } from '../chain.ts';
import type { SettlementPhase, SettlementStatus } from './ledger.ts';
import { LedgerBook } from './ledgerBook.ts';
import { type OutboxRecord, outboxMessages } from './outboxMessages.ts';
import { payOrder } from './payOrder.ts';
import { paySettlement } from './paySettlement.ts';
import { planSettlement, type SettlementPlan } from './plan.ts';
import { fateOf, type PayablePack, terminalPack } from './terminalPack.ts';
import { until } from './until.ts';
import { type SettlementSink, writeSettlement } from './writeSettlement.ts';

export type SettlementOptions = {
  rollup: Address;
  bridge: Address;
  createdAtBlock: bigint;
  /** How often the L1 is asked while waiting, milliseconds. */
  pollIntervalMs: number;
  /** Pay on when the escrow is spent (`tephra settle`); a node stops there. */
  beyondEscrow: boolean;
};

export type SettlementDeps = {
  chain: ChainReader;
  engine: Engine;
  events: TypedEmitter<ChainEvents>;
  sink: SettlementSink;
  client: L1Client;
  sender: TransactionSender;
  clock: Clock;
  logger: Logger;
};

/** What a node settles: its whole chain, or an addendum. */
export interface SettlementWork {
  /** Progress and the whole ledger; the ledger is empty until the layer has written it. */
  status(): SettlementStatus;
  /** Why it cannot go on; undefined while it can. */
  readonly failure: unknown;
}

/**
 * The end of a chain's life (PROTOCOL.md section 8): once the CLOSE message is sealed it writes who owns what into the
 * outbox, waits for the terminal pack's window and pays everything out on the L1. Every step looks at the chain and the
 * L1 first, so it goes on where a crash or another party stopped.
 */
export class Settlement implements Service, SettlementWork {
  /** Every step is tried again. */
  readonly failure = undefined;
  readonly #options: SettlementOptions;
  readonly #deps: SettlementDeps;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  readonly #ledger: LedgerBook;
  #status: Omit<SettlementStatus, 'counts' | 'entries'> = {
    phase: 'open',
    written: 0,
    planned: 0,
    terminalPack: null,
    windowEnd: null,
    escrowWei: null,
    gasUsed: 0n,
    error: null,
    unsettled: [],
  };

  constructor(options: SettlementOptions, deps: SettlementDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#ledger = new LedgerBook(options, deps);
  }

  async start(): Promise<void> {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  status(): SettlementStatus {
    return { ...this.#status, ...this.#ledger.status(this.#status.unsettled) };
  }

  /** Resolves when everything that can be paid is paid. */
  async finished(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted; ) {
      try {
        await this.#settle(signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        failures++;
        this.#status.error = error instanceof Error ? error.message : String(error);
        this.#deps.logger.error(
          { err: error, phase: this.#status.phase },
          'settlement step failed, will be tried again',
        );
        await this.#pause(Math.min(1_000 * 2 ** failures, 30_000));
      }
    }
  }

  async #settle(signal: AbortSignal): Promise<void> {
    const { client } = this.#deps;
    const { bridge } = this.#options;
    await this.#closing(signal);
    const plan = await this.#write(signal);
    await this.#until(signal, async () => (this.#sealedMode() === 'settled' ? true : undefined));
    let found: { terminal: PayablePack; messages: OutboxRecord[] } | undefined;
    while (!found) found = await this.#finalPack(signal);
    const { terminal, messages } = found;
    this.#enter('paying');
    const result = await paySettlement(
      {
        bridge,
        packIndex: terminal.index,
        poster: terminal.poster,
        messages,
        order: payOrder(messages, plan.appeared),
        beyondEscrow: this.#options.beyondEscrow,
        createdAtBlock: this.#options.createdAtBlock,
      },
      {
        client,
        sender: this.#deps.sender,
        signal,
        onPayments: (payments, gasUsed) => {
          this.#status.gasUsed += gasUsed;
          this.#ledger.record(payments);
        },
      },
    );
    if (result === 'escrow-spent') this.#deps.logger.warn('settlement escrow is spent; what is left stays claimable');
    this.#ledger.close();
    this.#status.escrowWei = await client.readContract({ address: bridge, abi: bridgeAbi, functionName: 'escrow' });
    this.#status.error = null;
    this.#enter('done');
  }

  /** The terminal pack when it is final, with what it pays; undefined when it fell in a dispute: another will take its place. */
  async #finalPack(signal: AbortSignal): Promise<{ terminal: PayablePack; messages: OutboxRecord[] } | undefined> {
    const { chain, client } = this.#deps;
    const { rollup } = this.#options;
    this.#enter('posting');
    const terminal = await this.#until(signal, () => terminalPack(client, rollup, chain));
    // Addenda that lie behind it are paid by who posts them.
    const messages = outboxMessages(chain, 1n, terminal.lastBlock);
    await this.#ledger.open(messages, terminal.poster);
    this.#status.terminalPack = terminal.index;
    this.#status.windowEnd = terminal.windowEnd;
    this.#enter('window');
    const fate = await this.#until(signal, async () => {
      const now = await fateOf(client, rollup, chain, terminal);
      return now === 'open' ? undefined : now;
    });
    return fate === 'final' ? { terminal, messages } : undefined;
  }

  /** Waits for the CLOSE message to be in a sealed block. */
  async #closing(signal: AbortSignal): Promise<void> {
    await this.#until(signal, async () => (this.#sealedMode() === 'active' ? undefined : true));
  }

  /** Writes what is not written yet; the plan of a settled chain is still the same. */
  async #write(signal: AbortSignal): Promise<SettlementPlan> {
    const { chain, engine, sink } = this.#deps;
    if (chain.mode() !== 'settled') this.#enter('writing');
    const { plan, accounts } = await planSettlement(chain, engine);
    signal.throwIfAborted();
    const { unsettled } = await writeSettlement(plan, {
      chain,
      accounts,
      sink,
      onProgress: ({ written, total }) => {
        this.#status.written = written;
        this.#status.planned = total;
        signal.throwIfAborted();
      },
    });
    this.#status.unsettled = unsettled;
    if (unsettled.length > 0) this.#deps.logger.warn({ unsettled }, 'tokens that wait for an addendum');
    return plan;
  }

  /** Mode after the last sealed block: while a block is open the reader's mode may be one step ahead. */
  #sealedMode(): ReturnType<ChainReader['mode']> {
    return this.#deps.chain.sealedMode();
  }

  #enter(phase: SettlementPhase): void {
    if (this.#status.phase === phase) return;
    this.#status.phase = phase;
    this.#deps.logger.info({ phase }, 'settlement');
  }

  #until<T>(signal: AbortSignal, probe: () => Promise<T | undefined>): Promise<T> {
    return until(probe, { clock: this.#deps.clock, signal, pollIntervalMs: this.#options.pollIntervalMs });
  }

  async #pause(ms: number): Promise<void> {
    await this.#deps.clock.sleep(ms, this.#stopping.signal).catch(() => undefined);
  }
}
