import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createLogger, freePort } from '@tephra/core';
import { encodeFunctionData, type Hex, parseAbi } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createL1Client, type L1Client } from '../client.ts';
import { TransactionSender } from './transaction-sender.ts';

const KEY: Hex = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
const OTHER = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const logger = createLogger({ name: 'sender-test', level: 'fatal' });

let anvil: ChildProcess;
let anvilUrl: string;
let client: L1Client;

/** Sits between sender and anvil; `mangle` may swallow the answer after the node has acted. */
let proxy: Server;
let proxyUrl: string;
let mangle: (method: string) => 'pass' | 'lose-answer' | 'drop' = () => 'pass';

async function rpc(method: string, params: unknown[] = []): Promise<unknown> {
  const response = await fetch(anvilUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  return ((await response.json()) as { result: unknown }).result;
}

beforeAll(async () => {
  const port = await freePort();
  anvilUrl = `http://127.0.0.1:${port}`;
  const require = createRequire(import.meta.url);
  const binary = path.join(
    path.dirname(
      require.resolve(
        `@foundry-rs/anvil-${process.platform}-${process.arch === 'x64' ? 'amd64' : 'arm64'}/package.json`,
      ),
    ),
    'bin/anvil',
  );
  anvil = spawn(binary, ['--port', String(port), '--no-mining', '--chain-id', '900', '--silent', '--order', 'fifo']);
  client = createL1Client({ rpcUrl: anvilUrl, chainId: 900 });
  for (;;) {
    try {
      await rpc('eth_chainId');
      break;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  proxy = createServer((request, response) => {
    void (async () => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const parsed = JSON.parse(body) as { method: string } | { method: string }[];
      const methods = (Array.isArray(parsed) ? parsed : [parsed]).map((call) => call.method);
      const fates = methods.map(mangle);
      if (fates.includes('drop')) return response.destroy();
      const answer = await fetch(anvilUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      if (fates.includes('lose-answer')) return response.destroy();
      response.setHeader('content-type', 'application/json');
      return response.end(await answer.text());
    })();
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
});

afterAll(async () => {
  anvil.kill('SIGKILL');
  proxy.closeAllConnections();
  proxy.close();
});

beforeEach(() => {
  mangle = () => 'pass';
});

const sender = (stuckAfterMs = 60_000): Promise<TransactionSender> =>
  TransactionSender.create(
    { rpcUrl: proxyUrl, privateKey: KEY, chainId: 900, pollIntervalMs: 20, stuckAfterMs },
    { logger },
  );

const nonce = async (): Promise<number> => client.getTransactionCount({ address: privateKeyToAccount(KEY).address });

/** Mines until `promise` settles. */
async function mining<T>(promise: Promise<T>): Promise<T> {
  let done = false;
  const settled = promise.finally(() => {
    done = true;
  });
  settled.catch(() => undefined);
  while (!done) {
    await rpc('evm_mine');
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  return settled;
}

async function pooled(count: number): Promise<void> {
  for (;;) {
    const status = (await rpc('txpool_status')) as { pending: Hex; queued: Hex };
    if (Number(status.pending) + Number(status.queued) >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('TransactionSender', () => {
  it('sends many at once with consecutive nonces', async () => {
    const subject = await sender();
    const start = await nonce();
    const sent = await mining(Promise.all(Array.from({ length: 20 }, () => subject.send({ to: OTHER, value: 1n }))));
    expect(new Set(sent.map(({ hash }) => hash)).size).toBe(20);
    expect(await nonce()).toBe(start + 20);
  });

  it('names each transaction before it goes out, and sends nothing when that fails', async () => {
    const subject = await sender(100);
    const start = await nonce();
    const told: { hash: Hex; known: unknown }[] = [];
    const beforeBroadcast = async (hash: Hex): Promise<void> => {
      told.push({ hash, known: await rpc('eth_getTransactionByHash', [hash]) });
    };
    const waiting = subject.send({ to: OTHER, value: 9n, gas: 21_000n, beforeBroadcast });
    await pooled(1);
    while (told.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    const { hash } = await mining(waiting);
    expect(told.map(({ known }) => known)).toEqual(told.map(() => null));
    expect(told.map((entry) => entry.hash)).toContain(hash);
    const refuse = () => Promise.reject(new Error('the disk is full'));
    await expect(subject.send({ to: OTHER, value: 9n, beforeBroadcast: refuse })).rejects.toThrow('the disk is full');
    await mining(subject.send({ to: OTHER, value: 9n }));
    expect(await nonce()).toBe(start + 2);
  });

  it('waits for the asked number of blocks', async () => {
    const subject = await sender();
    const { receipt } = await mining(subject.send({ to: OTHER, value: 1n, confirmations: 3 }));
    expect(await client.getBlockNumber()).toBeGreaterThanOrEqual(receipt.blockNumber + 2n);
  });

  it('does not send twice when the answer to a delivered transaction is lost', async () => {
    const subject = await sender();
    const start = await nonce();
    let lost = 0;
    mangle = (method) => (method === 'eth_sendRawTransaction' && lost++ < 2 ? 'lose-answer' : 'pass');
    await mining(subject.send({ to: OTHER, value: 7n }));
    expect(lost).toBeGreaterThan(1);
    expect(await nonce()).toBe(start + 1);
  });

  it('rides out an L1 that is gone for a while', async () => {
    const subject = await sender();
    let refused = 0;
    const sent = subject.send({ to: OTHER, value: 1n, gas: 21_000n });
    await pooled(1);
    mangle = () => (refused++ < 8 ? 'drop' : 'pass');
    await mining(sent);
    expect(refused).toBeGreaterThan(8);
  });

  it('sends again what the pool dropped', async () => {
    const subject = await sender(100);
    const start = await nonce();
    const sent = subject.send({ to: OTHER, value: 3n, gas: 21_000n });
    await pooled(1);
    await rpc('anvil_dropAllTransactions');
    await pooled(1);
    await mining(sent);
    expect(await nonce()).toBe(start + 1);
  });

  it('raises the fee of a stuck transaction under the same nonce', async () => {
    const subject = await sender(100);
    const start = await nonce();
    const sent = subject.send({ to: OTHER, value: 3n, gas: 21_000n });
    await pooled(1);
    const inPool = async () =>
      (await client.getBlock({ blockTag: 'pending', includeTransactions: true })).transactions[0]!;
    const first = await inPool();
    let replaced = first;
    while (replaced.hash === first.hash) replaced = await inPool();
    expect(replaced.nonce).toBe(first.nonce);
    expect(replaced.maxFeePerGas!).toBeGreaterThan(first.maxFeePerGas!);
    const { hash } = await mining(sent);
    expect(hash).not.toBe(first.hash);
    expect(await nonce()).toBe(start + 1);
  });

  it('takes a new nonce when another sender used its own', async () => {
    const subject = await sender();
    const rival = await sender();
    const start = await nonce();
    await mining(rival.send({ to: OTHER, value: 1n }));
    await mining(subject.send({ to: OTHER, value: 2n }));
    expect(await nonce()).toBe(start + 2);
  });

  it('fills the gap that an abandoned and dropped transaction leaves', async () => {
    const subject = await sender(100);
    const start = await nonce();
    const abort = new AbortController();
    const abandoned = subject.send({ to: OTHER, value: 1n, gas: 21_000n, signal: abort.signal });
    await pooled(1);
    abort.abort();
    await expect(abandoned).rejects.toMatchObject({ code: 'ABORTED' });
    await rpc('anvil_dropAllTransactions');
    await mining(subject.send({ to: OTHER, value: 2n, gas: 21_000n }));
    expect(await nonce()).toBe(start + 2);
  });

  it('goes on with the nonces of an L1 that took transactions back', async () => {
    const subject = await sender();
    const start = await nonce();
    const { receipt } = await mining(subject.send({ to: OTHER, value: 1n }));
    await mining(subject.send({ to: OTHER, value: 2n }));
    const depth = Number((await client.getBlockNumber()) - receipt.blockNumber) + 1;
    await rpc('anvil_reorg', [depth, []]);
    expect(await nonce()).toBe(start);
    // Long before anything would count as stuck.
    await mining(subject.send({ to: OTHER, value: 3n }));
    expect(await nonce()).toBe(start + 1);
  });

  it('names the custom error of a call that would fail and sends nothing', async () => {
    const subject = await sender();
    const start = await nonce();
    // PUSH4 selector of IBridge.ZeroAmount(), left-aligned in memory, REVERT.
    const code: Hex = `0x63${errorSelector('ZeroAmount()').slice(2)}60e01b60005260046000fd`;
    await rpc('anvil_setCode', [OTHER, code]);
    const data = encodeFunctionData({ abi: parseAbi(['function f()']), functionName: 'f' });
    await expect(subject.send({ to: OTHER, data })).rejects.toMatchObject({
      code: 'SIMULATION_REVERTED',
      message: expect.stringContaining('ZeroAmount()'),
    });
    expect(await nonce()).toBe(start);
    await expect(mining(subject.send({ to: OTHER, data, gas: 100_000n }))).rejects.toMatchObject({
      code: 'REVERTED',
      details: { errorName: 'ZeroAmount' },
    });
    await rpc('anvil_setCode', [OTHER, '0x']);
  });

  it('says what is missing when the account is empty', async () => {
    const poor = await TransactionSender.create(
      { rpcUrl: anvilUrl, privateKey: `0x${'11'.repeat(32)}`, chainId: 900, pollIntervalMs: 20 },
      { logger },
    );
    await expect(poor.send({ to: OTHER, value: 1n, gas: 21_000n })).rejects.toMatchObject({
      code: 'INSUFFICIENT_FUNDS',
      hint: expect.stringContaining(poor.address),
    });
  });

  it('refuses an endpoint of another chain', async () => {
    await expect(
      TransactionSender.create({ rpcUrl: anvilUrl, privateKey: KEY, chainId: 1 }, { logger }),
    ).rejects.toMatchObject({ code: 'WRONG_CHAIN' });
  });
});

function errorSelector(signature: string): Hex {
  return encodeFunctionData({
    abi: parseAbi([`function ${signature}` as 'function ZeroAmount()']),
    functionName: 'ZeroAmount',
  });
}
