import { join } from 'node:path';
import { type Clock, type Logger, Mutex } from '@tephra/core';
import { ANVIL_RULES, AnvilProcess } from './anvil-process.ts';
import type { AnvilRpc } from './anvil-rpc.ts';
import { AnvilGoneError, DevnetError } from './errors.ts';
import type { Journal, JournalRecord } from './journal.ts';
import { classifyMethod } from './methods.ts';
import { type L1Head, loadSnapshot, mineBlock, readHead, replay } from './replay.ts';
import { type Segment, SegmentStore } from './segment-store.ts';

export type L1ChainOptions = {
  chainId: number;
  dir: string;
  /** False leaves out the syncs: for L1s that need not outlive the machine's power. */
  durable: boolean;
  /** A snapshot is taken after so many blocks, which bounds the replay at the next start. */
  snapshotBlocks: number;
};

export type L1ChainDeps = {
  logger: Logger;
  clock: Clock;
  /** The L1 cannot go on: it does not stay up, or the journal cannot be written. */
  onFatal: (error: unknown) => void;
};

/** Restarts in a row without a new block, after which the L1 is given up. */
const MAX_RESTARTS = 5;
/** A clean stop leaves at most so many blocks to replay. */
const STOP_SNAPSHOT_BLOCKS = 100;

/**
 * The L1 as an anvil child whose every change is journaled: calls that change the chain go one by one, are accepted by
 * anvil, written down and only then acknowledged; a block's timestamp is written down before it is mined. When anvil
 * dies, a new one is started and the journal replayed; callers wait and notice nothing.
 */
export class L1Chain {
  readonly #options: L1ChainOptions;
  readonly #deps: L1ChainDeps;
  readonly #store: SegmentStore;
  readonly #mutex = new Mutex();
  #restarts = 0;
  #ready: Promise<AnvilProcess>;
  #anvil: AnvilProcess | undefined;
  #journal: Journal | undefined;
  #segment!: Segment;
  #head!: L1Head;
  #offset = 0;
  #notBefore = 0;
  #settings: { m: string; p: unknown[] }[] = [];
  #snapshotMs = 0;
  #stopped = false;

  constructor(options: L1ChainOptions, deps: L1ChainDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#store = new SegmentStore(options);
    this.#ready = Promise.reject(new DevnetError('L1_STOPPED', 'the L1 has not started'));
    this.#ready.catch(() => {});
  }

  get head(): L1Head {
    return this.#head;
  }

  /** Seconds by which L1 time runs ahead of wall time. */
  get offset(): number {
    return this.#offset;
  }

  /** Process id of the current anvil child. */
  get pid(): number | undefined {
    return this.#anvil?.pid;
  }

  /** Starts anvil and replays what the folder holds. */
  async start(): Promise<void> {
    this.#ready = this.#mutex.run(() => this.#boot());
    this.#ready.catch(() => {});
    await this.#ready;
  }

  /** Runs a call that changes nothing; repeats it when the L1 was restarted meanwhile. */
  async read<T>(fn: (rpc: AnvilRpc) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const anvil = await this.#ready;
      try {
        return await fn(anvil.rpc);
      } catch (error) {
        if (!(error instanceof AnvilGoneError) || attempt === 3) throw error;
        await this.#settle(anvil, false);
      }
    }
  }

  /**
   * Runs a call that changes the chain and resolves with its result when it is on the disk.
   * @throws RpcResponseError as anvil answered
   */
  async submit(method: string, params: unknown[]): Promise<unknown> {
    const { result, written } = await this.#exclusive(async (rpc) => {
      const result = await rpc.call(method, params);
      const record = await this.#recordOf(rpc, method, params, result);
      if (classifyMethod(method) === 'setting') this.#settings.push({ m: method, p: params });
      return { result, written: this.#write(record) };
    });
    await written;
    return result;
  }

  /**
   * Mines one block. Its timestamp is wall time plus the travelled offset, later than its parent's, and at least
   * `timestamp` (seconds) if given.
   */
  mine(timestamp = 0): Promise<L1Head> {
    const wanted = this.#head.number + 1;
    return this.#exclusive(async (rpc) => {
      // After a crash in between, the replay has mined the announced block.
      if (timestamp === 0 && this.#head.number >= wanted) return this.#head;
      const now = Math.floor(this.#deps.clock.now() / 1_000) + this.#offset;
      const t = Math.max(this.#head.timestamp + 1, now, this.#notBefore, timestamp);
      await this.#write({ k: 'mine', n: this.#head.number + 1, t });
      this.#notBefore = 0;
      this.#head = await mineBlock(rpc, t);
      this.#restarts = 0;
      void this.#write({ k: 'block', n: this.#head.number, h: this.#head.hash });
      await this.#snapshotIfDue(rpc);
      return this.#head;
    });
  }

  /** The next block's timestamp will be at least this, seconds. */
  setNotBefore(timestamp: number): void {
    this.#notBefore = timestamp;
  }

  /** Moves L1 time ahead for good; the next block shows it. Returns the new offset, seconds. */
  async advance(seconds: number): Promise<number> {
    const { written, offset } = await this.#exclusive(async () => {
      this.#offset += seconds;
      return { written: this.#write({ k: 'offset', s: this.#offset }), offset: this.#offset };
    });
    await written;
    return offset;
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.#mutex.run(async () => {
      const blocks = (this.#head?.number ?? 0) - (this.#segment?.header.number ?? 0);
      if (this.#anvil?.alive && blocks > STOP_SNAPSHOT_BLOCKS)
        await this.#snapshot(this.#anvil.rpc).catch((error: unknown) =>
          this.#deps.logger.warn({ err: error }, 'no snapshot at the stop; the next start replays more'),
        );
      await this.#journal?.close();
      await this.#anvil?.stop();
    });
  }

  /** One change at a time, on a running anvil; repeated after a restart, which forgets what was not journaled. */
  async #exclusive<T>(fn: (rpc: AnvilRpc) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const anvil = await this.#ready;
      try {
        return await this.#mutex.run(() => {
          if (this.#stopped) throw new DevnetError('L1_STOPPED', 'the L1 is stopping', { retryable: true });
          if (!anvil.alive) throw new AnvilGoneError('the L1 process has gone');
          return fn(anvil.rpc);
        });
      } catch (error) {
        if (!(error instanceof AnvilGoneError) || attempt === 3 || this.#stopped) throw error;
        await this.#settle(anvil, true);
      }
    }
  }

  /** After a broken connection: waits until the process has gone, so that `#ready` is the next one. */
  async #settle(anvil: AnvilProcess, end: boolean): Promise<void> {
    await Promise.race([anvil.exited, this.#deps.clock.sleep(500)]);
    // Whether the call arrived is unknown. A replay of the journal makes it certain that it did not.
    if (end && anvil.alive) await anvil.stop();
  }

  async #boot(): Promise<AnvilProcess> {
    await this.#journal?.close();
    this.#journal = undefined;
    let segments = await this.#store.load();
    if (segments.length === 0) {
      const genesis = Math.floor(this.#deps.clock.now() / 1_000);
      const origin = { number: 0, hash: null, timestamp: genesis, offset: 0, settings: [], baseFee: null };
      segments = [await this.#store.begin(1, { genesis, anvil: identity(this.#options.chainId), ...origin }, null)];
    }
    for (let from = segments.length - 1; ; from--) {
      const anvil = await this.#bootFrom(segments, from).catch((error: unknown) => {
        // A snapshot may have missed something that an older one with a longer replay has.
        if (from === 0 || !(error instanceof DevnetError) || error.code !== 'L1_REPLAY_MISMATCH') throw error;
        this.#deps.logger.warn({ err: error }, 'replaying from an older snapshot');
        return undefined;
      });
      if (anvil) return anvil;
    }
  }

  async #bootFrom(segments: Segment[], from: number): Promise<AnvilProcess> {
    const first = segments[from];
    const last = segments.at(-1);
    if (!first || !last) throw new Error('at least one segment');
    const { header } = first;
    const anvil = await AnvilProcess.start(
      {
        chainId: this.#options.chainId,
        genesisTimestamp: header.genesis,
        pidFile: join(this.#options.dir, 'anvil.pid'),
      },
      this.#deps,
    );
    try {
      const startedAt = this.#deps.clock.now();
      const head = header.state
        ? await loadSnapshot(anvil.rpc, header, await this.#store.readState(header.state))
        : await readHead(anvil.rpc);
      const records = segments.slice(from).flatMap((segment) => segment.records);
      const result = await replay(anvil.rpc, { head, offset: header.offset }, records);
      this.#head = result.head;
      this.#offset = result.offset;
      this.#segment = last;
      this.#settings = [
        ...last.header.settings,
        ...last.records.filter((record) => record.k === 'call' && classifyMethod(record.m) === 'setting'),
      ].map((setting) => ({ m: (setting as { m: string }).m, p: (setting as { p: unknown[] }).p }));
      this.#journal = await this.#store.append(last);
      if (result.unrecorded) void this.#write({ k: 'block', n: result.head.number, h: result.head.hash });
      this.#deps.logger.info(
        { number: result.head.number, records: records.length, ms: this.#deps.clock.now() - startedAt },
        'the L1 is up',
      );
    } catch (error) {
      await anvil.stop();
      throw error instanceof AnvilGoneError
        ? new DevnetError('L1_START_FAILED', `anvil ended during the replay: ${error.message}`, { cause: error })
        : error;
    }
    this.#anvil = anvil;
    void anvil.exited.then(() => this.#onExit(anvil));
    return anvil;
  }

  #onExit(anvil: AnvilProcess): void {
    if (this.#stopped || this.#anvil !== anvil) return;
    this.#restarts++;
    this.#deps.logger.warn({ anvil: anvil.pid }, 'the L1 process ended; starting it again');
    this.#ready =
      this.#restarts > MAX_RESTARTS
        ? Promise.reject(new DevnetError('L1_START_FAILED', 'the L1 process does not stay up'))
        : this.#mutex.run(async () => {
            await anvil.stop();
            if (this.#stopped) throw new DevnetError('L1_STOPPED', 'the L1 is stopping');
            return this.#boot();
          });
    this.#ready.catch((error: unknown) => {
      if (!this.#stopped) this.#deps.onFatal(error);
    });
  }

  /** What has to be repeated for the same effect, whatever the clock says then. */
  async #recordOf(rpc: AnvilRpc, method: string, params: unknown[], result: unknown): Promise<JournalRecord> {
    if (method === 'eth_sendRawTransaction') return { k: 'tx', raw: String(params[0]) };
    if (method !== 'eth_sendTransaction') return { k: 'call', m: method, p: params };
    // Anvil filled in nonce, gas and fees and signed: the outcome is journaled, not the wish.
    const [given] = params as [{ from?: string }];
    const raw = await rpc.call<string | null>('eth_getRawTransactionByHash', [result]);
    const accounts = await rpc.call<string[]>('eth_accounts', []);
    const from = String(given?.from ?? accounts[0]).toLowerCase();
    if (raw && accounts.some((account) => account.toLowerCase() === from)) return { k: 'tx', raw };
    const sent = await rpc.call<Record<string, unknown>>('eth_getTransactionByHash', [result]);
    const { gas, gasPrice, maxFeePerGas, maxPriorityFeePerGas, nonce } = sent;
    const fees = maxFeePerGas ? { maxFeePerGas, maxPriorityFeePerGas } : { gasPrice };
    return { k: 'call', m: method, p: [{ ...given, from, gas, nonce, ...fees }] };
  }

  #write(record: JournalRecord): Promise<void> {
    if (!this.#journal) return Promise.reject(new DevnetError('L1_STOPPED', 'the journal is closed'));
    const written = this.#journal.append(record);
    written.catch((error: unknown) => {
      if (!this.#stopped) this.#deps.onFatal(error);
    });
    return written;
  }

  async #snapshotIfDue(rpc: AnvilRpc): Promise<void> {
    const blocks = this.#head.number - this.#segment.header.number;
    // At most a hundredth of the time goes into snapshots, however large the chain has become.
    if (blocks < Math.max(this.#options.snapshotBlocks, this.#snapshotMs / 10)) return;
    await this.#snapshot(rpc).catch((error: unknown) => {
      if (error instanceof AnvilGoneError) throw error;
      this.#deps.logger.warn({ err: error }, 'no snapshot of the L1');
    });
  }

  /** Begins a new segment at the head. Waiting transactions are not in a snapshot: then the next block tries again. */
  async #snapshot(rpc: AnvilRpc): Promise<void> {
    const pool = await rpc.call<{ pending: string; queued: string }>('txpool_status', []);
    if (Number(pool.pending) + Number(pool.queued) > 0) return;
    const startedAt = this.#deps.clock.now();
    const pending = await rpc.call<{ baseFeePerGas: string }>('eth_getBlockByNumber', ['pending', false]);
    const dump = await rpc.call<string>('anvil_dumpState', [false]);
    const { genesis, anvil } = this.#segment.header;
    const header = {
      genesis,
      anvil,
      ...this.#head,
      offset: this.#offset,
      settings: this.#settings,
      baseFee: pending.baseFeePerGas,
    };
    const segment = await this.#store.begin(this.#segment.index + 1, header, Buffer.from(dump.slice(2), 'hex'));
    const old = this.#journal;
    this.#journal = await this.#store.append(segment);
    this.#segment = segment;
    await old?.close();
    this.#snapshotMs = this.#deps.clock.now() - startedAt;
    this.#deps.logger.debug({ number: this.#head.number, ms: this.#snapshotMs }, 'took a snapshot of the L1');
  }
}

function identity(chainId: number): string {
  return [`chain ${chainId}`, ...ANVIL_RULES].join(' ');
}
