import { join } from 'node:path';
import { createLogger, isTephraError } from '@tephra/core';
import { type TempDir, tempDir, waitUntil } from '@tephra/testing';
import { privateKeyToAccount } from 'viem/accounts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Devnet, type DevnetOptions } from './devnet.ts';
import { BLOCKHASH_RECORDER, block, hashes, post, rpc } from './testing/l1-client.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
let dir: TempDir;
let running: Devnet[] = [];

async function start(options: Partial<DevnetOptions> = {}): Promise<Devnet> {
  const devnet = await Devnet.create(
    { port: 0, dataDir: join(dir.path, 'l1'), blockTimeMs: 100, ...options },
    { logger },
  );
  running.push(devnet);
  await devnet.start();
  return devnet;
}

beforeEach(async () => {
  dir = await tempDir();
});
afterEach(async () => {
  await Promise.all(running.map((devnet) => devnet.stop()));
  running = [];
  await dir.remove();
});

describe('Devnet', () => {
  it('is an Ethereum node with funded accounts and a steady block time', async () => {
    const devnet = await start();
    const url = devnet.rpcUrl;
    expect(await rpc(url, 'eth_chainId')).toBe('0x384');
    const [account] = devnet.accounts;
    expect(BigInt(await rpc(url, 'eth_getBalance', account!.address, 'latest'))).toBe(10_000n * 10n ** 18n);
    expect(await rpc<string[]>(url, 'eth_accounts')).toHaveLength(10);
    const answers = (await post(url, [
      { jsonrpc: '2.0', id: 'a', method: 'eth_blockNumber', params: [] },
      {
        jsonrpc: '2.0',
        id: 'b',
        method: 'eth_sendTransaction',
        params: [{ from: account!.address, to: account!.address }],
      },
      { jsonrpc: '2.0', id: 'c', method: 'evm_snapshot', params: [] },
    ])) as { id: string; result?: string; error?: { code: number; message: string } }[];
    expect(answers.map((answer) => answer.id)).toEqual(['a', 'b', 'c']);
    expect(answers[2]?.error).toMatchObject({ code: -32004, message: expect.stringContaining('evm_snapshot') });
    const receipt = await waitUntil(
      () => rpc<{ status: string }>(url, 'eth_getTransactionReceipt', answers[1]?.result),
      {
        what: 'the receipt',
      },
    );
    expect(receipt.status).toBe('0x1');
    const head = devnet.head.number;
    await waitUntil(() => devnet.head.number >= head + 3, { what: 'three blocks' });
    const times = await Promise.all(
      [head, head + 1, head + 2].map(async (n) => Number((await block(url, n)).timestamp)),
    );
    expect(times[1]).toBeGreaterThan(times[0]!);
    expect(times[2]).toBeGreaterThan(times[1]!);
    expect(await post(url, 'nonsense')).toMatchObject({ error: { code: -32600 } });
  });

  it('takes raw transactions and answers eth_sendRawTransactionSync with the receipt', async () => {
    const devnet = await start();
    const account = privateKeyToAccount(devnet.accounts[1]!.privateKey);
    const raw = await account.signTransaction({
      chainId: 900,
      to: account.address,
      nonce: 0,
      gas: 21_000n,
      maxFeePerGas: 10n ** 10n,
      maxPriorityFeePerGas: 1n,
      type: 'eip1559',
    });
    const receipt = await rpc<{ status: string; from: string }>(devnet.rpcUrl, 'eth_sendRawTransactionSync', raw);
    expect(receipt).toMatchObject({ status: '0x1', from: account.address.toLowerCase() });
    await expect(rpc(devnet.rpcUrl, 'eth_sendRawTransaction', raw)).rejects.toThrow(/nonce too low/);
  });

  it('serves subscriptions over WebSocket, and changes on the same socket', async () => {
    const devnet = await start();
    const socket = new WebSocket(devnet.rpcUrl.replace('http', 'ws'));
    const messages: { id?: number; result?: string; method?: string; params?: { result: { number: string } } }[] = [];
    socket.on('message', (data) => messages.push(JSON.parse(data.toString())));
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_subscribe', params: ['newHeads'] }));
    const address = devnet.accounts[0]?.address;
    socket.send(
      JSON.stringify({
        jsonrpc: '2.0',
        id: 2,
        method: 'eth_sendTransaction',
        params: [{ from: address, to: address }],
      }),
    );
    await waitUntil(() => messages.filter((message) => message.method === 'eth_subscription').length >= 2, {
      what: 'two heads',
    });
    expect(messages.find((message) => message.id === 2)?.result).toMatch(/^0x[0-9a-f]{64}$/);
    socket.terminate();
  });

  it('has the same blocks after a stop, from snapshots and journal, BLOCKHASH included', async () => {
    let devnet = await start({ snapshotBlocks: 25, blockTimeMs: 20 });
    const from = devnet.accounts[0]!.address;
    const hash = await rpc(devnet.rpcUrl, 'eth_sendTransaction', { from, data: BLOCKHASH_RECORDER });
    const { contractAddress } = await waitUntil(
      () => rpc<{ contractAddress: string } | null>(devnet.rpcUrl, 'eth_getTransactionReceipt', hash),
      { what: 'the contract' },
    );
    await rpc(devnet.rpcUrl, 'anvil_setBalance', `0x${'ee'.repeat(20)}`, '0x7');
    for (let round = 0; round < 3; round++) {
      const until = devnet.head.number + 40;
      while (devnet.head.number < until)
        await rpc(devnet.rpcUrl, 'eth_sendTransaction', { from, to: contractAddress, gas: '0x20000' });
      const last = devnet.head.number;
      const before = await hashes(devnet.rpcUrl, last);
      await devnet.stop();
      devnet = await start({ snapshotBlocks: 25, blockTimeMs: 20 });
      expect(await hashes(devnet.rpcUrl, last)).toEqual(before);
    }
    // The opcode sees the blocks of before the restart.
    const number = devnet.head.number + 1;
    await rpc(devnet.rpcUrl, 'eth_sendTransaction', { from, to: contractAddress, gas: '0x20000' });
    const stored = await waitUntil(
      async () => {
        for (let n = number; n <= devnet.head.number; n++) {
          const value = await rpc(devnet.rpcUrl, 'eth_getStorageAt', contractAddress, `0x${n.toString(16)}`, 'latest');
          if (BigInt(value) !== 0n) return { n, value };
        }
        return undefined;
      },
      { what: 'the recorded hash' },
    );
    expect(stored.value).toBe((await block(devnet.rpcUrl, stored.n - 20)).hash);
    expect(await rpc(devnet.rpcUrl, 'eth_getBalance', `0x${'ee'.repeat(20)}`, 'latest')).toBe('0x7');
  });

  it('travels in time and stays there', async () => {
    let devnet = await start();
    const before = devnet.head.timestamp;
    const after = await devnet.travel(7 * 86_400);
    expect(after).toBeGreaterThanOrEqual(before + 7 * 86_400);
    expect(Number((await block(devnet.rpcUrl, 'latest')).timestamp)).toBeGreaterThanOrEqual(after);
    await devnet.stop();
    devnet = await start();
    expect(devnet.timeOffset).toBe(7 * 86_400);
    await waitUntil(() => devnet.head.timestamp > after, { what: 'the next block' });
    expect(await rpc<number>(devnet.rpcUrl, 'evm_increaseTime', 60)).toBe(7 * 86_400 + 60);
  });

  it('keeps impersonation over snapshots and restarts', async () => {
    const whale = `0x${'ab'.repeat(20)}`;
    let devnet = await start({ snapshotBlocks: 5 });
    await rpc(devnet.rpcUrl, 'anvil_setBalance', whale, '0xde0b6b3a7640000');
    await rpc(devnet.rpcUrl, 'anvil_impersonateAccount', whale);
    const sent = await rpc(devnet.rpcUrl, 'eth_sendTransaction', { from: whale, to: whale, value: '0x1' });
    await waitUntil(() => rpc(devnet.rpcUrl, 'eth_getTransactionReceipt', sent), { what: 'the first receipt' });
    const last = devnet.head.number;
    const before = await hashes(devnet.rpcUrl, last);
    await rpc(devnet.rpcUrl, 'evm_mine', { blocks: 12 });
    await devnet.stop();
    devnet = await start({ snapshotBlocks: 5 });
    expect(await hashes(devnet.rpcUrl, last)).toEqual(before);
    const again = await rpc(devnet.rpcUrl, 'eth_sendTransaction', { from: whale, to: whale, value: '0x1' });
    await waitUntil(() => rpc(devnet.rpcUrl, 'eth_getTransactionReceipt', again), { what: 'the second receipt' });
  });

  it('names a taken port', async () => {
    const devnet = await start();
    const port = Number(new URL(devnet.rpcUrl).port);
    const error = await start({ port, dataDir: join(dir.path, 'other') }).catch((caught: unknown) => caught);
    expect(isTephraError(error, 'L1_PORT_IN_USE')).toBe(true);
    expect((error as Error).message).toContain(String(port));
  });

  it('answers loopback clients and pages only', async () => {
    const devnet = await start();
    const call = (headers: Record<string, string>): Promise<number> =>
      fetch(devnet.rpcUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] }),
      }).then((response) => response.status);
    expect(await call({ origin: 'http://localhost:8080' })).toBe(200);
    expect(await call({ origin: 'chrome-extension://abc' })).toBe(200);
    expect(await call({ origin: 'https://evil.example' })).toBe(403);
    expect(await call({ origin: 'http://localhost.evil.example' })).toBe(403);
  });
});
