import { createLogger, Metrics } from '@tephra/core';
import type { Engine } from '@tephra/engine';
import {
  GENESIS_DEFAULTS,
  type GenesisConfig,
  type Hex,
  type Preconfirmation,
  preconfirmationDigest,
} from '@tephra/protocol';
import { FakeClock } from '@tephra/testing';
import secp256k1 from 'secp256k1';
import { bytesToHex, concat, hexToBytes, numberToHex, parseGwei } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import type { PackEvidence } from '../../finality/finality-of.ts';
import type { RpcLimits } from '../context.ts';
import { FaucetSender } from '../faucet.ts';
import { RpcServer } from '../server.ts';
import { deployCode } from './contracts.ts';
import { MemoryChain } from './memory-chain.ts';

const key = (byte: string): Hex => `0x${byte.repeat(32)}`;
export const alice = privateKeyToAccount(key('a1'));
export const bob = privateKeyToAccount(key('b2'));
export const PRODUCER_KEY = key('c3');
export const FAUCET_KEY = key('d4');
export const ADMIN_TOKEN = 'test-admin-token';
export const producer = privateKeyToAccount(PRODUCER_KEY).address;

export const genesisConfig: GenesisConfig = {
  chainId: 4242n,
  timestamp: 1_760_000_000n,
  blockGasLimit: 30_000_000n,
  gasless: false,
  ...GENESIS_DEFAULTS,
  minBaseFee: 1n,
  tokenName: 'Test Coin',
  tokenSymbol: 'TST',
  tokenDecimals: 18,
  owner: alice.address,
  faucetOperator: privateKeyToAccount(FAUCET_KEY).address,
  faucetReserve: 10n ** 24n,
  l1Origin: { number: 5n, hash: key('0f'), timestamp: 1_759_999_990n },
  accounts: [
    { address: alice.address, balance: 10n ** 21n },
    { address: privateKeyToAccount(FAUCET_KEY).address, balance: 10n ** 18n },
  ],
};

/** A node's RPC on any free port over a {@link MemoryChain}, and a plain caller. */
export class TestNode {
  readonly chain: MemoryChain;
  readonly server: RpcServer;
  readonly clock: FakeClock;
  readonly metrics = new Metrics();
  packs: PackEvidence[] = [];
  #id = 0;

  private constructor(chain: MemoryChain, clock: FakeClock, limits: Partial<RpcLimits>) {
    this.chain = chain;
    this.clock = clock;
    const faucet = new FaucetSender({ faucetKey: FAUCET_KEY }, { chain, sink: chain, clock });
    this.server = new RpcServer(
      {
        host: '127.0.0.1',
        port: 0,
        clientVersion: 'tephra/v0.0.0-test',
        name: 'test',
        producer,
        gasless: genesisConfig.gasless,
        minBaseFee: genesisConfig.minBaseFee,
        ordering: 'fcfs',
        blockTimeMs: 1_000,
        adminToken: ADMIN_TOKEN,
        limits,
        routes: { '/healthz': (_request, response) => void response.end('ok') },
      },
      {
        chain,
        engine: chain.engine,
        sink: chain,
        events: chain.events,
        finality: {
          packOf: (number) => this.packs.find((pack) => pack.firstBlock <= number && number <= pack.lastBlock),
        },
        signPreconfirmation,
        status: () => ({ settlement: null, l1Head: 9n }),
        settlement: async () => null,
        settlementPreview: async () => null,
        drip: (to, amount) => faucet.drip(to, amount),
        verification: () => null,
        packStatus: () => null,
        disputeStep: async () => null,
        addCertificate: () => Promise.reject(new Error('nobody verifies a chain in memory')),
        prove: () => Promise.reject(new Error('a chain in memory makes no proofs')),
        clock,
        logger: createLogger({ name: 'test', level: 'silent' }),
        metrics: this.metrics,
      },
    );
  }

  static async start(
    options: { limits?: Partial<RpcLimits>; genesis?: Partial<GenesisConfig>; engine?: Engine['name'] } = {},
  ): Promise<TestNode> {
    const chain = await MemoryChain.create({ ...genesisConfig, ...options.genesis }, options.engine);
    const node = new TestNode(chain, new FakeClock(), options.limits ?? {});
    await node.server.start();
    return node;
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.chain.engine.close();
  }

  get url(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  get wsUrl(): string {
    return `ws://127.0.0.1:${this.server.port}`;
  }

  /** Signs as alice, with her next nonce and enough of everything. */
  async sign(fields: { to?: Hex; data?: Hex; value?: bigint; nonce?: number; gas?: bigint }): Promise<Hex> {
    return alice.signTransaction({
      type: 'eip1559',
      chainId: Number(genesisConfig.chainId),
      nonce: Number(await this.call<Hex>('eth_getTransactionCount', alice.address, 'pending')),
      gas: 1_000_000n,
      maxFeePerGas: parseGwei('10'),
      maxPriorityFeePerGas: parseGwei('1'),
      ...fields,
    });
  }

  /** Sends as alice; returns the hash. */
  async send(fields: Parameters<TestNode['sign']>[0]): Promise<Hex> {
    return this.call<Hex>('eth_sendRawTransaction', await this.sign(fields));
  }

  /** Deploys in a block of its own; returns the address. */
  async deploy(runtime: Hex): Promise<Hex> {
    const hash = await this.send({ data: deployCode(runtime) });
    await this.chain.seal();
    return (await this.call<{ contractAddress: Hex }>('eth_getTransactionReceipt', hash)).contractAddress;
  }

  /** The whole JSON-RPC answer. */
  async ask(method: string, params: unknown[] = [], headers: Record<string, string> = {}) {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ jsonrpc: '2.0', id: ++this.#id, method, params }),
    });
    return (await response.json()) as { result?: never; error?: { code: number; message: string; data?: unknown } };
  }

  /** The result; throws on an error answer. */
  async call<T = unknown>(method: string, ...params: unknown[]): Promise<T> {
    const { result, error } = await this.ask(method, params);
    if (error) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result as T;
  }
}

function signPreconfirmation(promise: Omit<Preconfirmation, 'signature'>): Preconfirmation {
  const { signature, recid } = secp256k1.ecdsaSign(
    hexToBytes(preconfirmationDigest(promise)),
    hexToBytes(PRODUCER_KEY),
  );
  return { ...promise, signature: concat([bytesToHex(signature), numberToHex(27 + recid)]) };
}
