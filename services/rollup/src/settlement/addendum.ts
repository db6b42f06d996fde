import { type Clock, type Logger, type Service, TephraError } from '@tephra/core';
import type { Engine } from '@tephra/engine';
import { bridgeAbi, type L1Client, type TransactionSender } from '@tephra/l1';
import type { Address } from '@tephra/protocol';
import { readTip } from '../batcher/rollupContract.ts';
import type { ChainReader } from '../chain.ts';
import type { SettlementPhase, SettlementStatus } from './ledger.ts';
import { LedgerBook } from './ledgerBook.ts';
import { outboxMessages } from './outboxMessages.ts';
import { paySettlement } from './paySettlement.ts';
import { type AddendumRequest, planAddendum } from './planAddendum.ts';
import type { SettlementWork } from './settlement.ts';
import { addenda, isFinalised, type PayablePack, terminalPack } from './terminalPack.ts';
import { until } from './until.ts';
import { type SettlementSink, writeAddendum } from './writeSettlement.ts';

/** OVERTAKEN: somebody else's addendum came first; this one must be built upon it. */
export class AddendumError extends TephraError<'OVERTAKEN'> {}

export type AddendumOptions = {
  request: AddendumRequest;
  rollup: Address;
  bridge: Address;
  createdAtBlock: bigint;
  pollIntervalMs: number;
};

export type AddendumDeps = {
  chain: ChainReader;
  engine: Engine;
  sink: SettlementSink;
  client: L1Client;
  sender: TransactionSender;
  /** Not started: it posts once everything is written. */
  batcher: Service;
  clock: Clock;
  logger: Logger;
};

/**
 * Settles something that a settlement left out (PROTOCOL.md section 8): more blocks on the settled chain, more packs behind
 * the terminal one, and their payouts, all at the cost of who runs it.
 */
export class Addendum implements Service, SettlementWork {
  readonly #options: AddendumOptions;
  readonly #deps: AddendumDeps;
  readonly #stopping = new AbortController();
  readonly #ledger: LedgerBook;
  #running: Promise<void> = Promise.resolve();
  #failure: unknown;
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

  constructor(options: AddendumOptions, deps: AddendumDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#ledger = new LedgerBook(options, deps);
  }

  async start(): Promise<void> {
    this.#running = this.#run().catch((error: unknown) => {
      if (!this.#stopping.signal.aborted) this.#failure = error;
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#deps.batcher.stop();
  }

  /** Progress, and the rows of the addenda alone. */
  status(): SettlementStatus {
    return { ...this.#status, ...this.#ledger.status(this.#status.unsettled) };
  }

  get failure(): unknown {
    return this.#failure;
  }

  async #run(): Promise<void> {
    const { chain, engine, client } = this.#deps;
    const { rollup, request } = this.#options;
    await this.#until(() => terminalPack(client, rollup, chain));
    this.#enter('writing');
    const { plan, accounts } = await planAddendum(request, chain, engine);
    const { unsettled } = await writeAddendum(plan, {
      ...this.#deps,
      accounts,
      onProgress: ({ written, total }) => {
        this.#status.written = written;
        this.#status.planned = total;
        this.#stopping.signal.throwIfAborted();
      },
    });
    this.#status.unsettled = unsettled;
    await this.#until(async () => (chain.open() === null ? true : undefined));
    this.#enter('posting');
    await this.#deps.batcher.start();
    await this.#until(() => this.#posted());
    for (const pack of await addenda(client, rollup, chain, this.#deps.sender.address)) await this.#pay(pack);
    this.#enter('done');
  }

  /** @throws AddendumError OVERTAKEN */
  async #posted(): Promise<true | undefined> {
    const { chain, client } = this.#deps;
    const head = chain.head().number;
    const tip = await readTip(client, this.#options.rollup, { poster: this.#deps.sender.address });
    if (tip.lastBlock > head || chain.blockByNumber(tip.lastBlock)?.outputRoot !== tip.outputRoot) {
      throw new AddendumError('OVERTAKEN', `pack ${tip.index} is an addendum of somebody else`, {
        details: { pack: tip.index, lastBlock: tip.lastBlock },
        hint: 'Run the command again, into another folder if you named one: it then builds upon that addendum.',
        retryable: true,
      });
    }
    return tip.lastBlock === head ? true : undefined;
  }

  async #pay(pack: PayablePack): Promise<void> {
    const { client, chain, sender } = this.#deps;
    const { rollup, bridge, createdAtBlock } = this.#options;
    const messages = outboxMessages(chain, 1n, pack.lastBlock);
    const own = messages.filter(({ blockNumber }) => blockNumber >= pack.firstBlock);
    await this.#ledger.open(own, pack.poster);
    this.#status.terminalPack = pack.index;
    this.#status.windowEnd = pack.windowEnd;
    this.#enter('window');
    await this.#until(async () => ((await isFinalised(client, rollup, pack.index)) ? true : undefined));
    this.#enter('paying');
    await paySettlement(
      {
        bridge,
        packIndex: pack.index,
        poster: pack.poster,
        messages,
        order: [{ start: messages.length - own.length, end: messages.length }],
        beyondEscrow: true,
        createdAtBlock,
      },
      {
        client,
        sender,
        signal: this.#stopping.signal,
        onPayments: (payments, gasUsed) => {
          this.#status.gasUsed += gasUsed;
          this.#ledger.record(payments);
        },
      },
    );
    this.#status.escrowWei = await client.readContract({ address: bridge, abi: bridgeAbi, functionName: 'escrow' });
  }

  #enter(phase: SettlementPhase): void {
    if (this.#status.phase === phase) return;
    this.#status.phase = phase;
    this.#deps.logger.info({ phase }, 'addendum');
  }

  #until<T>(probe: () => Promise<T | undefined>): Promise<T> {
    return until(probe, {
      clock: this.#deps.clock,
      signal: this.#stopping.signal,
      pollIntervalMs: this.#options.pollIntervalMs,
    });
  }
}
