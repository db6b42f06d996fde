import path from 'node:path';
import { createLogger, Metrics, systemClock } from '@tephra/core';
import type { GenesisConfig, Hex } from '@tephra/protocol';
import { type TempDir, tempDir } from '@tephra/testing';
import type { MempoolOptions } from '../../aggregator/index.ts';
import { PovService } from '../../pov/index.ts';
import { openTestChain, ScriptedL1, type TestChain, testGenesis } from '../../producer/testing.ts';
import type { RpcLimits } from '../context.ts';
import { FaucetSender } from '../faucet.ts';
import { RpcServer } from '../server.ts';

/** Private key of the account that testGenesis makes the faucet's operator. */
const FAUCET_KEY: Hex = `0x${(0x1001).toString(16).padStart(64, '0')}`;
export const REAL_NODE_ADMIN_TOKEN = 'real-node-admin';

/** RPC over the real producer, journal, store and engine; the L1 is scripted, the clock is the machine's. */
export class RealNode implements AsyncDisposable {
  readonly l1: ScriptedL1;
  readonly chain: TestChain;
  readonly server: RpcServer;
  readonly metrics: Metrics;
  readonly #povs: PovService;
  readonly #dir: TempDir;

  private constructor(
    parts: Pick<RealNode, 'l1' | 'chain' | 'server' | 'metrics'> & { povs: PovService; dir: TempDir },
  ) {
    this.l1 = parts.l1;
    this.chain = parts.chain;
    this.server = parts.server;
    this.metrics = parts.metrics;
    this.#povs = parts.povs;
    this.#dir = parts.dir;
  }

  static async start(
    options: {
      blockTimeMs?: number;
      genesis?: Partial<GenesisConfig>;
      limits?: Partial<RpcLimits>;
      mempool?: Partial<MempoolOptions>;
    } = {},
  ): Promise<RealNode> {
    const dir = await tempDir();
    const l1 = new ScriptedL1(2);
    const blockTimeMs = options.blockTimeMs ?? 100;
    const chain = await openTestChain(dir.path, {
      l1,
      blockTimeMs,
      genesis: testGenesis(l1, options.genesis),
      ...(options.mempool ? { mempool: options.mempool } : {}),
    });
    const { producer } = chain;
    const faucet = new FaucetSender(
      { faucetKey: FAUCET_KEY },
      { chain: chain.chain, sink: producer, clock: systemClock },
    );
    const povs = new PovService(
      { chainId: chain.genesis.chainId, rules: chain.genesis, storePath: path.join(dir.path, 'chain') },
      { store: chain.store, messages: async (position, _above, origin) => l1.messages(position, origin) },
    );
    const metrics = new Metrics();
    const server = new RpcServer(
      {
        host: '127.0.0.1',
        port: 0,
        clientVersion: 'tephra/v0.0.0-test',
        name: 'real',
        producer: producer.address,
        gasless: chain.genesis.gasless,
        minBaseFee: chain.genesis.minBaseFee,
        ordering: options.mempool?.ordering ?? 'fcfs',
        blockTimeMs,
        adminToken: REAL_NODE_ADMIN_TOKEN,
        limits: options.limits,
      },
      {
        chain: chain.chain,
        engine: chain.engine,
        sink: producer,
        events: chain.events,
        finality: { packOf: () => undefined },
        signPreconfirmation: (promise) => producer.signPreconfirmation(promise),
        status: () => ({ settlement: null, l1Head: l1.origin().number }),
        settlement: async () => null,
        settlementPreview: async () => null,
        drip: (to, amountWei) => faucet.drip(to, amountWei),
        verification: () => null,
        packStatus: () => null,
        disputeStep: async () => null,
        addCertificate: () => Promise.reject(new Error('nobody verifies this chain')),
        prove: (first, last) => povs.prove(first, last),
        clock: systemClock,
        logger: createLogger({ name: 'test', level: 'error' }),
        metrics,
      },
    );
    await producer.start();
    await server.start();
    return new RealNode({ l1, chain, server, metrics, povs, dir });
  }

  /** The node's data folder. */
  get directory(): string {
    return this.#dir.path;
  }

  get url(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  get wsUrl(): string {
    return `ws://127.0.0.1:${this.server.port}`;
  }

  /** One JSON-RPC call; throws on an error answer. */
  async call<T = unknown>(method: string, ...params: unknown[]): Promise<T> {
    const response = await fetch(this.url, {
      method: 'POST',
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      headers: { authorization: `Bearer ${REAL_NODE_ADMIN_TOKEN}` },
    });
    const { result, error } = (await response.json()) as { result: T; error?: unknown };
    if (error) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop();
    await this.#povs.stop();
    await this.chain.producer.stop();
    await this.chain.close();
    await this.#dir.remove();
  }
}
