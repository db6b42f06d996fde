/** Memory of a node whose state has millions of accounts, all of which are in use. See bench/registry.ts. */
import { type ChildProcess, fork } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { seededRandom, waitUntil } from '@tephra/testing';
import { concatHex, type Hex, keccak256, numberToHex } from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import { TEST_CHAIN_ID } from '../../services/rollup/src/producer/testing.ts';
import { RealNode } from '../../services/rollup/src/rpc/testing/real-node.ts';
import { endWith } from '../support/end-with.ts';
import { quantile, report } from '../support/figure.ts';
import { RpcConnection } from '../support/rpc-connection.ts';
import { Signer } from '../support/signer.ts';

const { values } = parseArgs({
  options: {
    accounts: { type: 'string', default: '5000000' },
    seconds: { type: 'string', default: '180' },
    /** Set in the child that is the node. */
    serve: { type: 'boolean', default: false },
  },
});
const ACCOUNTS = Number(values.accounts);
const SECONDS = Number(values.seconds);
const CONNECTIONS = 4;
/** Transfers in a request, and as many reads behind them. */
const BATCH = 50;
const SENDERS = 100;
/** Accounts that one transaction of the most gas can make. */
const PER_TRANSACTION = 900;
/** Transactions that make accounts, in a block. */
const PER_BLOCK = 110;
const SAMPLE_MS = 2_000;
const MIB = 1024 * 1024;
const CHAIN_ID = Number(TEST_CHAIN_ID);

/**
 * Pays 1 wei to each of so many (second word) consecutive addresses from one (first word) on:
 * PUSH0 CALLDATALOAD PUSH1 32 CALLDATALOAD
 * JUMPDEST DUP1 ISZERO PUSH1 end JUMPI
 * PUSH0 PUSH0 PUSH0 PUSH0 PUSH1 1 DUP7 PUSH0 CALL POP
 * SWAP1 PUSH1 1 ADD SWAP1 PUSH1 1 SWAP1 SUB PUSH1 5 JUMP
 * JUMPDEST STOP
 */
const PAYER: Hex = '0x5f356020355b80156021575f5f5f5f6001865ff1509060010190600190036005565b00';

const keyOf = (index: number): Hex => numberToHex(0x9_0000 + index, { size: 32 });
const accountAt = (index: number): Hex => numberToHex(0x1_0000_0000 + index, { size: 20 });

/** Where the node's memory is, bytes. */
type Memory = { resident: number; anonymous: number; mappedFiles: number; heap: number; external: number };
type Question = 'memory' | 'size';

async function serve(): Promise<void> {
  const accounts = Array.from({ length: SENDERS }, (_, index) => ({
    address: privateKeyToAddress(keyOf(index)),
    balance: 10n ** 21n,
  }));
  const node = await RealNode.start({
    blockTimeMs: 1_000,
    genesis: { accounts, blockGasLimit: 4_000_000_000n },
    // A block of a hundred thousand new accounts takes its time on a slow disk.
    limits: { idleTimeoutMs: 600_000 },
  });
  process.on('message', async (question: Question) => {
    if (question === 'memory') process.send?.(await ownMemory());
    else process.send?.((await stat(join(node.directory, 'chain/data.mdb'))).size);
  });
  process.once('disconnect', async () => {
    await node[Symbol.asyncDispose]();
    process.exit(0);
  });
  process.send?.(node.url);
}

/** As the kernel and V8 count it; where there is no /proc, all that is resident is called anonymous. */
async function ownMemory(): Promise<Memory> {
  const { rss, heapUsed, external } = process.memoryUsage();
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const field = (name: string): number | undefined => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status);
    return found === null ? undefined : Number(found[1]) * 1_024;
  };
  return {
    resident: rss,
    anonymous: field('RssAnon') ?? rss,
    mappedFiles: field('RssFile') ?? 0,
    heap: heapUsed,
    external,
  };
}

class Node {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  static async start(): Promise<Node> {
    const child = endWith(fork(fileURLToPath(import.meta.url), ['--serve']));
    const url = await new Promise<string>((resolve, reject) => {
      child.once('message', (message) => resolve(String(message)));
      child.once('exit', (code) => reject(new Error(`the node ended with ${code}`)));
    });
    return new Node(url, child);
  }

  ask<T>(question: Question): Promise<T> {
    return new Promise((resolve) => {
      this.#child.once('message', (answer) => resolve(answer as T));
      this.#child.send(question);
    });
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.disconnect();
    await gone;
  }
}

/** Sends raw transactions and waits for the receipt of the last. @throws Error when one fails */
async function send(connection: RpcConnection, raws: Hex[]): Promise<{ contractAddress: Hex | null }> {
  const calls = raws.map((raw, id) => ({ jsonrpc: '2.0', id, method: 'eth_sendRawTransaction', params: [raw] }));
  const answer = await connection.post(JSON.stringify(calls));
  if (answer.includes('"error"')) throw new Error(answer.slice(0, 300));
  const receipt = await waitUntil(
    () =>
      connection.call<{ status: Hex; contractAddress: Hex | null } | null>('eth_getTransactionReceipt', [
        keccak256(raws.at(-1)!),
      ]),
    { what: 'a receipt', timeoutMs: 600_000, intervalMs: 20 },
  );
  if (receipt.status !== '0x1') throw new Error('a transaction failed');
  return receipt;
}

async function makeAccounts(connection: RpcConnection, signer: Signer): Promise<void> {
  const init = concatHex([`0x60${hexLength(PAYER)}600a5f3960${hexLength(PAYER)}5ff3`, PAYER]);
  const deployed = await send(connection, [signer.sign({ data: init, value: BigInt(ACCOUNTS), gas: 1_000_000n })]);
  const payer = deployed.contractAddress!;
  const began = performance.now();
  let shown = 0;
  for (let first = 0; first < ACCOUNTS; ) {
    const raws: Hex[] = [];
    for (; raws.length < PER_BLOCK && first < ACCOUNTS; first += PER_TRANSACTION) {
      const count = Math.min(PER_TRANSACTION, ACCOUNTS - first);
      const data = concatHex([numberToHex(BigInt(accountAt(first)), { size: 32 }), numberToHex(count, { size: 32 })]);
      raws.push(signer.sign({ to: payer, data, gas: 33_500_000n }));
    }
    await send(connection, raws);
    if (first - shown >= 500_000) {
      shown = first;
      console.log(`${shown.toLocaleString('en-US')} accounts after ${seconds(began)} s`);
    }
  }
  report('accounts made by transactions', ACCOUNTS / ((performance.now() - began) / 1_000), 'accounts/s');
}

const hexLength = (hex: Hex): string => (hex.length / 2 - 1).toString(16).padStart(2, '0');
const seconds = (since: number): number => Math.round((performance.now() - since) / 1_000);

/** Transfers to accounts anywhere in the state and reads of others, until `until`; gives how many of each. */
async function useAccounts(connection: RpcConnection, signers: Signer[], until: number): Promise<number> {
  let done = 0;
  let next = 0;
  const random = seededRandom(7);
  const someAccount = (): Hex => accountAt(Math.floor(random() * ACCOUNTS));
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (performance.now() < until) {
        const calls = Array.from({ length: 2 * BATCH }, (_, id) => {
          if (id >= BATCH) return { jsonrpc: '2.0', id, method: 'eth_getBalance', params: [someAccount(), 'latest'] };
          const raw = signers[next++ % SENDERS]!.sign({ to: someAccount(), value: 1n, gas: 21_000n });
          return { jsonrpc: '2.0', id, method: 'eth_sendRawTransaction', params: [raw] };
        });
        const answers = JSON.parse(await connection.post(JSON.stringify(calls))) as { result?: Hex; error?: object }[];
        for (const [id, { result, error }] of answers.entries()) {
          if (error !== undefined) throw new Error(JSON.stringify(error));
          if (id >= BATCH && BigInt(result!) < 1n) throw new Error('an account that was made has nothing');
        }
        done += BATCH;
      }
    }),
  );
  return done;
}

async function main(): Promise<void> {
  const node = await Node.start();
  const connection = new RpcConnection(node.url, CONNECTIONS);
  const signers = Array.from({ length: SENDERS }, (_, i) => new Signer({ privateKey: keyOf(i), chainId: CHAIN_ID }));
  report('anonymous memory of the new node', (await node.ask<Memory>('memory')).anonymous / MIB, 'MiB');
  await makeAccounts(connection, signers[0]!);
  report('database', (await node.ask<number>('size')) / MIB, 'MiB');
  const before = await node.ask<Memory>('memory');
  report('anonymous memory when they were made', before.anonymous / MIB, 'MiB');

  const samples: Memory[] = [];
  const began = performance.now();
  let sampling = true;
  const sampler = (async () => {
    while (sampling) {
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
      const sample = await node.ask<Memory>('memory');
      samples.push(sample);
      if (samples.length % 10 !== 0) continue;
      const parts = Object.entries(sample).map(([name, bytes]) => `${name} ${Math.round(bytes / MIB)}`);
      console.log(`after ${seconds(began)} s, MiB: ${parts.join(', ')}`);
    }
  })();
  const done = await useAccounts(connection, signers, began + SECONDS * 1_000);
  sampling = false;
  await sampler;
  const elapsed = (performance.now() - began) / 1_000;
  report('transfers to random ones of them, and as many reads', done / elapsed, 'of each/s');
  const third = Math.floor(samples.length / 3);
  for (const [name, part] of [
    ['first', samples.slice(0, third)],
    ['second', samples.slice(third, 2 * third)],
    ['last', samples.slice(2 * third)],
  ] as const) {
    report(
      `anonymous memory meanwhile, ${name} third, p95`,
      quantile(
        part.map(({ anonymous }) => anonymous / MIB),
        0.95,
      ),
      'MiB',
    );
  }
  const last = samples.at(-1)!;
  report('of it JavaScript heap, at the end', last.heap / MIB, 'MiB');
  report('of it WebAssembly and buffers, at the end', last.external / MIB, 'MiB');
  report('pages of the database that are mapped, at the end', last.mappedFiles / MIB, 'MiB');
  connection.close();
  await node.stop();
}

await (values.serve ? serve() : main());
