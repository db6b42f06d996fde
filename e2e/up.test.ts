/** The platform as a user starts, uses and stops it. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { isProcessAlive } from '@tephra/core';
import { type TempDir, tempDir, waitUntil } from '@tephra/testing';
import type { Hex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cliJson, rpc, runCli, startUp, type Up } from './support/up.ts';

type LayerDetail = {
  flashlayer: { id: string; status: string; resources: { rpc: string; chainId: string } };
  contracts: { bridge: Hex };
  chain: { head: number };
  restarts: number;
};

let dir: TempDir;
let up: Up;

beforeAll(async () => {
  dir = await tempDir();
  up = await startUp(['--data-dir', dir.path, '--challenge-period', '2']);
});
afterAll(async () => {
  up?.child.kill('SIGKILL');
  await dir.remove();
});

const pidOf = async (id: string): Promise<number> =>
  (JSON.parse(await readFile(path.join(dir.path, 'chains', id, 'node.pid'), 'utf8')) as { pid: number }).pid;

describe('a running platform', () => {
  let layer: LayerDetail;

  test('says in one JSON line what a program needs to use it', () => {
    expect(Object.keys(up.ready)).toEqual(['ready', 'url', 'l1Url', 'l1ChainId', 'token', 'accounts']);
    expect(up.ready).toMatchObject({ ready: true, l1ChainId: 900 });
    expect(privateKeyToAccount(up.ready.accounts[0]!.privateKey).address).toBe(up.ready.accounts[0]!.address);
  });

  test('launches a layer whose RPC answers', async () => {
    layer = await cliJson<LayerDetail>(up.ready, ['launch', 'first', '--block-time', '0.5']);
    expect(layer.flashlayer.status).toBe('STATUS_ACTIVE');
    const { rpc: url, chainId } = layer.flashlayer.resources;
    expect(Number(await rpc<Hex>(url, 'eth_chainId'))).toBe(Number(chainId));
    expect(Number(await rpc<Hex>(url, 'eth_blockNumber'))).toBeGreaterThan(0);
  });

  test('refuses a second layer of the name and names what is wrong with a third', async () => {
    const connection = ['--url', up.ready.url, '--token', up.ready.token];
    expect(await runCli(['launch', 'first', ...connection])).toMatchObject({ code: 5 });
    const wrong = await runCli(['launch', 'third', '--block-time', '99', '--symbol', 'X', ...connection]);
    expect(wrong.code).toBe(5);
    expect(wrong.stderr).toMatch(/blockTime/);
    expect(wrong.stderr).toMatch(/tokenSymbol/);
    expect(await runCli(['ls', '--url', up.ready.url, '--token', 'wrong'])).toMatchObject({ code: 6 });
  });

  test('deposits ETH and takes it back with a proof', async () => {
    const deposit = await cliJson<{ l2Token: Hex; l2BlockNumber: string }>(up.ready, [
      'deposit',
      'first',
      '--amount',
      '2',
    ]);
    expect(Number(deposit.l2BlockNumber)).toBeGreaterThan(0);
    const bridgeBalance = async (): Promise<bigint> =>
      BigInt(await rpc<Hex>(up.ready.l1Url, 'eth_getBalance', [layer.contracts.bridge, 'latest']));
    const before = await bridgeBalance();
    const withdrawal = await cliJson<{ paid: boolean; packIndex: string; l1TransactionHash: Hex }>(up.ready, [
      ...['withdraw', 'first', '--asset', 'eth', '--amount', '2', '--finalise'],
    ]);
    expect(withdrawal.paid).toBe(true);
    expect(before - (await bridgeBalance())).toBe(2n * 10n ** 18n);
    const finality = await cliJson<{ tier: number; evidence: { kind: string }[] }>(up.ready, [
      ...['finality', 'first', deposit.l2BlockNumber, '--wait', '3'],
    ]);
    expect(finality.tier).toBe(3);
    expect(finality.evidence.map(({ kind }) => kind)).toContain('window-over');
  });

  test('hands out coins, shows logs and the clock, and finds itself healthy', async () => {
    const { address } = up.ready.accounts[1]!;
    await cliJson(up.ready, ['faucet', 'first', address, '--amount', '3']);
    const { rpc: url } = layer.flashlayer.resources;
    await waitUntil(
      async () => BigInt(await rpc<Hex>(url, 'eth_getBalance', [address, 'latest'])) === 3n * 10n ** 18n,
      {
        what: 'the faucet’s coins',
      },
    );
    const logs = await runCli(['logs', 'first', '--tail', '20', '--url', up.ready.url, '--token', up.ready.token]);
    expect(logs.stdout).toContain('node is up');
    const before = await cliJson<{ l1Timestamp: number }>(up.ready, ['time']);
    const after = await cliJson<{ l1Timestamp: number }>(up.ready, ['time', '+1h']);
    expect(after.l1Timestamp).toBeGreaterThanOrEqual(before.l1Timestamp + 3_600);
    const { findings } = await cliJson<{ findings: { check: string; level: string }[] }>(up.ready, ['doctor']);
    expect(findings.filter(({ level }) => level === 'fail')).toEqual([]);
    expect(findings.map(({ check }) => check)).toContain('layer first');
  });

  test('starts a killed node again, with the same blocks', async () => {
    const { id, resources } = layer.flashlayer;
    const head = await rpc<{ number: Hex; hash: Hex }>(resources.rpc, 'eth_getBlockByNumber', ['latest', false]);
    const pid = await pidOf(id);
    process.kill(pid, 'SIGKILL');
    await waitUntil(
      async () => {
        const now = await rpc<{ hash: Hex } | null>(resources.rpc, 'eth_getBlockByNumber', [head.number, false]);
        return now?.hash === head.hash && !isProcessAlive({ pid, started: null });
      },
      { what: 'the node to answer again' },
    );
    await waitUntil(async () => Number(await rpc<Hex>(resources.rpc, 'eth_blockNumber')) > Number(head.number), {
      what: 'new blocks',
    });
    const detail = await cliJson<LayerDetail>(up.ready, ['info', 'first']);
    expect(detail.restarts).toBe(1);
  });

  test('keeps others out of its data folder', async () => {
    const second = await runCli(['up', '--data-dir', dir.path, '--port', '0', '--l1-port', '0', '--json']);
    expect(second.code).toBe(11);
    expect(JSON.parse(second.stderr)).toMatchObject({ error: { code: 'DATA_DIR_LOCKED' } });
  });

  test('stops on SIGTERM, leaves no process and no port, and goes on where it was', async () => {
    const { id, resources } = layer.flashlayer;
    const head = await rpc<{ number: Hex; hash: Hex }>(resources.rpc, 'eth_getBlockByNumber', ['latest', false]);
    const node = await pidOf(id);
    const { url, l1Url } = up.ready;
    expect(await up.end('SIGTERM')).toBe(0);
    expect(isProcessAlive({ pid: node, started: null })).toBe(false);
    await expect(fetch(url)).rejects.toThrow();
    await expect(fetch(l1Url)).rejects.toThrow();

    up = await startUp(['--data-dir', dir.path, '--challenge-period', '2']);
    const rpcUrl = `${up.ready.url}/rpc/first`;
    await waitUntil(
      async () => {
        const same = await rpc<{ hash: Hex } | null>(rpcUrl, 'eth_getBlockByNumber', [head.number, false]);
        return same?.hash === head.hash;
      },
      { what: 'the layer to be resumed' },
    );
    await waitUntil(async () => Number(await rpc<Hex>(rpcUrl, 'eth_blockNumber')) > Number(head.number), {
      what: 'new blocks',
    });
  });
});

describe('a start that cannot succeed', () => {
  let taken: Server;
  let port: string;

  beforeAll(async () => {
    taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    port = String((taken.address() as AddressInfo).port);
  });
  afterAll(() => taken.close());

  test.each([
    ['the port is taken', () => ['--port', port, '--l1-port', '0'], 10, 'PORT_TAKEN'],
    ["the L1's port is taken", () => ['--port', '0', '--l1-port', port], 10, 'PORT_TAKEN'],
    [
      'the given L1 does not answer',
      () => ['--port', '0', '--l1-rpc', 'http://127.0.0.1:9', '--l1-key', `0x${'11'.repeat(32)}`],
      12,
      'L1_UNAVAILABLE',
    ],
    ['the given L1 has no key', () => ['--port', '0', '--l1-rpc', 'http://127.0.0.1:9'], 2, 'USAGE'],
    ['a setting is wrong', () => ['--port', 'eighty'], 2, 'INVALID_SETTINGS'],
  ])('ends with its own exit code when %s', async (_, args, code, word) => {
    const { code: found, stderr, stdout } = await runCli(['up', '--ephemeral', '--json', ...args()]);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: word } });
    expect(found).toBe(code);
    expect(stdout).toBe('');
  });
});
