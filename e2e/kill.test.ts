/**
 * SIGKILL of a layer's node, of the whole platform (control plane, L1 and nodes) or of the L1 alone, at random moments under
 * load. `TEPHRA_KILLS` sets how often (default 4), `TEPHRA_SEED` repeats a run.
 */
import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { seededRandom, type TempDir, tempDir, waitUntil } from '@tephra/testing';
import { createPublicClient, erc20Abi, type Hex, http } from 'viem';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Load } from './support/load.ts';
import { cliJson, rpc, startUp, type Up } from './support/up.ts';

const KILLS = Number(process.env.TEPHRA_KILLS ?? 4);
const SEED = Number(process.env.TEPHRA_SEED ?? Date.now() % 1_000_000);

const VICTIMS = ['node', 'platform', 'l1'] as const;

let dir: TempDir;
let up: Up;

beforeAll(async () => {
  dir = await tempDir();
  up = await startUp(['--data-dir', dir.path]);
});
afterAll(async () => {
  up?.child.kill('SIGTERM');
  await up?.exited;
  await dir.remove();
});

test(`nothing acknowledged is lost over ${KILLS} kills (seed ${SEED})`, {
  timeout: KILLS * 30_000 + 60_000,
}, async () => {
  const random = seededRandom(SEED);
  const { flashlayer } = await cliJson<{ flashlayer: { id: string; resources: { chainId: string } } }>(up.ready, [
    ...['launch', 'victim', '--block-time', '0.5'],
  ]);
  const load = new Load({ chainId: Number(flashlayer.resources.chainId), senders: 6 });
  for (let kill = 0; kill < KILLS; kill++) {
    const url = `${up.ready.url}/rpc/victim`;
    const before = load.acknowledged.length;
    load.start(url);
    await waitUntil(() => load.acknowledged.length > before + 5, { what: 'the load' });
    await new Promise((resolve) => setTimeout(resolve, random() * 2_500));
    const l1Block = await rpc<{ number: Hex; hash: Hex }>(up.ready.l1Url, 'eth_getBlockByNumber', ['latest', false]);
    const victim = VICTIMS[kill % VICTIMS.length]!;
    if (victim === 'node') process.kill(await nodePid(flashlayer.id), 'SIGKILL');
    else if (victim === 'l1') process.kill(await l1Pid(), 'SIGKILL');
    else await up.end('SIGKILL');
    await load.stop();
    if (victim === 'platform') up = await startUp(['--data-dir', dir.path]);
    const same = () => rpc<{ hash: Hex } | null>(up.ready.l1Url, 'eth_getBlockByNumber', [l1Block.number, false]);
    const found = await waitUntil(() => same().catch(() => undefined), {
      what: `the L1 after the ${victim} was killed`,
    });
    expect(found.hash).toBe(l1Block.hash);
    await answers(`${up.ready.url}/rpc/victim`).catch(async (cause: unknown) => {
      throw new Error(`after kill ${kill + 1}:\n${await logTails()}`, { cause });
    });
  }
  const url = `${up.ready.url}/rpc/victim`;
  const head = Number(await rpc<Hex>(url, 'eth_blockNumber'));
  await waitUntil(async () => Number(await rpc<Hex>(url, 'eth_blockNumber')) > head, {
    what: 'the open block to be sealed',
  });
  expect(load.acknowledged.length).toBeGreaterThan(KILLS * 5);
  expect(load.blocks.size).toBeGreaterThan(0);
  expect(await load.broken(url)).toEqual({ lost: [], replaced: [] });
});

test(`a settlement that is killed again and again still pays everybody, once (seed ${SEED})`, {
  timeout: 180_000,
}, async () => {
  const random = seededRandom(SEED + 1);
  const accounts = Array.from({ length: 150 }, () => privateKeyToAddress(generatePrivateKey()));
  const settings = path.join(dir.path, 'settings.json');
  const genesisAccounts = accounts.map((account, index) => ({ account, balance: String(1_000 + index) }));
  await writeFile(settings, JSON.stringify({ blockTime: 0.5, challengePeriod: 2, genesisAccounts }));
  const { flashlayer, contracts } = await cliJson<{ flashlayer: { id: string }; contracts: { nativeTwin: Hex } }>(
    up.ready,
    [...['launch', 'mortal', '--settings', settings]],
  );
  await cliJson(up.ready, ['destroy', 'mortal', '--yes', '--no-wait']);
  // Fewer than what the platform takes for a crash loop.
  for (let kill = 0; kill < 4; kill++) {
    await new Promise((resolve) => setTimeout(resolve, 300 + random() * 3_000));
    const pid = await nodePid(flashlayer.id).catch(() => undefined);
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  }
  type Ledger = { settlement: { counts: { total: number; paid: number } } };
  const { settlement } = await cliJson<Ledger>(up.ready, ['destroy', flashlayer.id]);
  expect(settlement.counts).toMatchObject({ total: accounts.length, paid: accounts.length });
  const l1 = createPublicClient({ transport: http(up.ready.l1Url, { batch: true }) });
  const twin = { address: contracts.nativeTwin, abi: erc20Abi } as const;
  const balances = await Promise.all(
    accounts.map((account) => l1.readContract({ ...twin, functionName: 'balanceOf', args: [account] })),
  );
  expect(balances).toEqual(accounts.map((_, index) => 1_000n + BigInt(index)));
  const supply = await l1.readContract({ ...twin, functionName: 'totalSupply' });
  expect(supply).toBe(balances.reduce((sum, balance) => sum + balance, 0n));
});

async function nodePid(id: string): Promise<number> {
  const file = path.join(dir.path, 'chains', id, 'node.pid');
  return (JSON.parse(await readFile(file, 'utf8')) as { pid: number }).pid;
}

/** The L1's process: a child of the platform's. */
async function l1Pid(): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,ppid=,args=']);
  for (const line of stdout.split('\n')) {
    const [, pid, parent, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (Number(parent) === up.child.pid && args?.includes('anvil')) return Number(pid);
  }
  throw new Error('the platform has no anvil');
}

async function logTails(): Promise<string> {
  const folder = path.join(dir.path, 'logs');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.log'));
  const tails = files.map(async (name) => {
    const text = await readFile(path.join(folder, name), 'utf8');
    return `--- ${name}\n${text.split('\n').slice(-15).join('\n')}`;
  });
  return (await Promise.all(tails)).join('\n');
}

/** The layer's RPC answers and makes blocks again. */
async function answers(url: string): Promise<void> {
  const first = await waitUntil(() => rpc<Hex>(url, 'eth_blockNumber').catch(() => undefined), {
    what: 'the layer’s RPC',
  });
  await waitUntil(async () => Number(await rpc<Hex>(url, 'eth_blockNumber').catch(() => '0x0')) > Number(first), {
    what: 'the next block',
  });
}
