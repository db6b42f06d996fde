import type { Clock, Logger, Service, TypedEmitter } from '@tephra/core';
import type { Engine } from '@tephra/engine';
import { bridgeAbi, type L1Client, rollupAbi, type TransactionSender } from '@tephra/l1';
import { type Address, outboxLeaf } from '@tephra/protocol';
import type { ChainEvents, ChainReader } from '../chain.ts';
import { type LedgerEntry, ledgerEntry, type SettlementPhase, type SettlementStatus } from './ledger.ts';
import { type OutboxRecord, outboxMessages } from './outboxMessages.ts';
import { type Payment, paySettlement } from './paySettlement.ts';
import { planSettlement } from './plan.ts';
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

/**
 * The end of a chain's life (PROTOCOL.md section 8): once the CLOSE message is sealed it writes who owns what into the
 * outbox, waits for the terminal pack's window and pays everything out on the L1. Every step looks at the chain and the
 * L1 first, so it goes on where a crash or another party stopped.
 */
export class Settlement implements Service {
  readonly #options: SettlementOptions;
  readonly #deps: SettlementDeps;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #entries: LedgerEntry[] = [];
  #status: Omit<SettlementStatus, 'counts' | 'entries'> = {
    phase: 'open',
    written: 0,
    planned: 0,
    terminalPack: null,
    windowEnd: null,
    escrowWei: null,
    gasUsed: 0n,
    error: null,
  };

  constructor(options: SettlementOptions, deps: SettlementDeps) {
    this.#options = options;
    this.#deps = deps;
  }

  async start(): Promise<void> {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Progress and the whole ledger; the ledger is empty until the layer has written it. */
  status(): SettlementStatus {
    const counts = { pending: 0, paid: 0, claimable: 0 };
    for (const entry of this.#entries) counts[entry.status]++;
    return { ...this.#status, counts, entries: this.#entries };
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
    await this.#closing(signal);
    if (this.#deps.chain.mode() !== 'settled') await this.#write(signal);
    await this.#until(signal, async () => (this.#sealedMode() === 'settled' ? true : undefined));
    this.#enter('posting');
    const terminal = await this.#until(signal, () => this.#terminalPack());
    const messages = outboxMessages(this.#deps.chain, 1n, this.#deps.chain.head().number);
    this.#assertLeaves(messages);
    this.#entries = await this.#ledger(messages);
    this.#status.terminalPack = terminal.index;
    this.#status.windowEnd = terminal.windowEnd;
    this.#enter('window');
    await this.#until(signal, () => this.#finalised(terminal.index));
    this.#enter('paying');
    const result = await paySettlement(
      {
        bridge: this.#options.bridge,
        packIndex: terminal.index,
        messages,
        beyondEscrow: this.#options.beyondEscrow,
        createdAtBlock: this.#options.createdAtBlock,
      },
      {
        client: this.#deps.client,
        sender: this.#deps.sender,
        signal,
        onPayments: (payments, gasUsed) => this.#record(payments, gasUsed),
      },
    );
    if (result === 'escrow-spent') this.#deps.logger.warn('settlement escrow is spent; what is left stays claimable');
    for (const entry of this.#entries) if (entry.status === 'pending') entry.status = 'claimable';
    this.#status.escrowWei = await this.#deps.client.readContract({
      address: this.#options.bridge,
      abi: bridgeAbi,
      functionName: 'escrow',
    });
    this.#status.error = null;
    this.#enter('done');
  }

  /** Waits for the CLOSE message to be in a sealed block. */
  async #closing(signal: AbortSignal): Promise<void> {
    await this.#until(signal, async () => (this.#sealedMode() === 'active' ? undefined : true));
  }

  async #write(signal: AbortSignal): Promise<void> {
    this.#enter('writing');
    const { chain, engine, sink } = this.#deps;
    const plan = await planSettlement(chain, engine);
    if (plan.leftOut.length > 0) {
      this.#deps.logger.error({ tokens: plan.leftOut }, 'tokens with too many candidates are not settled');
    }
    signal.throwIfAborted();
    await writeSettlement(plan, {
      chain,
      engine,
      sink,
      onProgress: ({ written, total }) => {
        this.#status.written = written;
        this.#status.planned = total;
        signal.throwIfAborted();
      },
    });
  }

  /** Mode after the last sealed block: while a block is open the reader's mode may be one step ahead. */
  #sealedMode(): ReturnType<ChainReader['mode']> {
    return this.#deps.chain.sealedMode();
  }

  async #terminalPack(): Promise<{ index: bigint; windowEnd: bigint } | undefined> {
    const { client } = this.#deps;
    const index = await client.readContract({
      address: this.#options.rollup,
      abi: rollupAbi,
      functionName: 'packCount',
    });
    if (index === 0n) return undefined;
    const record = await client.readContract({
      address: this.#options.rollup,
      abi: rollupAbi,
      functionName: 'packRecord',
      args: [index],
    });
    return record.terminal ? { index, windowEnd: record.windowEnd } : undefined;
  }

  async #finalised(index: bigint): Promise<true | undefined> {
    const { client } = this.#deps;
    const finalised = await client.readContract({
      address: this.#options.rollup,
      abi: rollupAbi,
      functionName: 'isFinalised',
      args: [index],
    });
    return finalised ? true : undefined;
  }

  async #ledger(messages: OutboxRecord[]): Promise<LedgerEntry[]> {
    const twins = new Map<Address, Address>();
    const twinOf = async (l2Token: Address): Promise<Address> => {
      let twin = twins.get(l2Token);
      if (!twin) {
        twin = await this.#deps.client.readContract({
          address: this.#options.bridge,
          abi: bridgeAbi,
          functionName: 'twinOf',
          args: [l2Token],
        });
        twins.set(l2Token, twin);
      }
      return twin;
    };
    const entries: LedgerEntry[] = [];
    for (const { index, message } of messages) {
      let twin: Address | null = null;
      if (message.kind === 'collection' || message.kind === 'mintErc721') twin = await twinOf(message.l2Token);
      if (message.kind === 'mintNative') {
        twin = await this.#deps.client.readContract({
          address: this.#options.bridge,
          abi: bridgeAbi,
          functionName: 'nativeTwin',
        });
      }
      entries.push(ledgerEntry(index, message, twin));
    }
    return entries;
  }

  #record(payments: Payment[], gasUsed: bigint): void {
    this.#status.gasUsed += gasUsed;
    for (const { index, paid, transactionHash } of payments) {
      const entry = this.#entries[Number(index)];
      if (!entry) continue;
      entry.status = paid ? 'paid' : 'claimable';
      entry.l1TransactionHash = transactionHash;
    }
  }

  /** The leaves that we prove against must be those of the layer, or every proof would fail on the L1. */
  #assertLeaves(messages: OutboxRecord[]): void {
    for (const [position, record] of messages.entries()) {
      if (record.index !== BigInt(position) || outboxLeaf(record.index, record.message) !== record.leaf) {
        throw new Error(`outbox message ${record.index} does not hash to its leaf`);
      }
    }
  }

  #enter(phase: SettlementPhase): void {
    if (this.#status.phase === phase) return;
    this.#status.phase = phase;
    this.#deps.logger.info({ phase }, 'settlement');
  }

  async #until<T>(signal: AbortSignal, probe: () => Promise<T | undefined>): Promise<T> {
    for (;;) {
      signal.throwIfAborted();
      const value = await probe();
      if (value !== undefined) return value;
      await this.#pause(this.#options.pollIntervalMs);
    }
  }

  async #pause(ms: number): Promise<void> {
    await this.#deps.clock.sleep(ms, this.#stopping.signal).catch(() => undefined);
  }
}
