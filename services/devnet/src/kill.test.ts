import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isProcessAlive, processIdentity } from '@tephra/core';
import { seededRandom, type TempDir, tempDir, waitUntil } from '@tephra/testing';
import { privateKeyToAccount } from 'viem/accounts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { devAccounts } from './accounts.ts';
import { block, hashes, rpc } from './testing/l1-client.ts';

/** Kills per test; `TEPHRA_KILLS=100` for the long run. */
const KILLS = Number(process.env.TEPHRA_KILLS ?? 3);
const SEED = Number(process.env.TEPHRA_SEED ?? 1);

type Running = { child: ChildProcess; url: string; anvilPid: number };

let dir: TempDir;
let current: Running | undefined;

beforeEach(async () => {
  dir = await tempDir();
});
afterEach(async () => {
  current?.child.kill('SIGKILL');
  await dir.remove();
});

async function boot(): Promise<Running> {
  const script = fileURLToPath(new URL('./testing/devnet-child.ts', import.meta.url));
  const child = spawn(process.execPath, [script, dir.path, '30'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    child.once('exit', (code) => reject(new Error(`the devnet ended with ${code}`)));
  });
  const { rpcUrl, anvilPid } = JSON.parse(line) as { rpcUrl: string; anvilPid: number };
  current = { child, url: rpcUrl, anvilPid };
  return current;
}

/** One account that sends as fast as it gets acknowledgements, and remembers what it was promised. */
class Sender {
  readonly acknowledged: string[] = [];
  readonly #account;
  #stop = false;
  #run: Promise<void> = Promise.resolve();

  constructor(privateKey: `0x${string}`) {
    this.#account = privateKeyToAccount(privateKey);
  }

  start(url: string): void {
    this.#stop = false;
    this.#run = this.#loop(url);
  }

  async stop(): Promise<void> {
    this.#stop = true;
    await this.#run;
  }

  async #loop(url: string): Promise<void> {
    while (!this.#stop) {
      try {
        const nonce = Number(await rpc(url, 'eth_getTransactionCount', this.#account.address, 'pending'));
        const raw = await this.#account.signTransaction({
          chainId: 900,
          type: 'eip1559',
          to: this.#account.address,
          value: BigInt(this.acknowledged.length),
          nonce,
          gas: 21_000n,
          maxFeePerGas: 100n * 10n ** 9n,
          maxPriorityFeePerGas: 1n,
        });
        this.acknowledged.push(await rpc(url, 'eth_sendRawTransaction', raw));
      } catch {
        // Killed under it: not acknowledged, so nothing was promised.
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
  }
}

async function expectMined(url: string, transactions: string[]): Promise<void> {
  for (const hash of transactions)
    await waitUntil(() => rpc(url, 'eth_getTransactionReceipt', hash), {
      what: `the acknowledged transaction ${hash}`,
    });
}

describe('SIGKILL under load', () => {
  it('of anvil: clients only wait, every acknowledged transaction is mined, blocks keep their hashes', async () => {
    const random = seededRandom(SEED);
    const { url, anvilPid } = await boot();
    const senders = devAccounts(3).map(({ privateKey }) => new Sender(privateKey));
    for (const sender of senders) sender.start(url);
    let pid = anvilPid;
    for (let kill = 0; kill < KILLS; kill++) {
      await new Promise((resolve) => setTimeout(resolve, 300 + random() * 700));
      const number = Number((await block(url, 'latest')).number);
      const before = await hashes(url, number);
      process.kill(pid, 'SIGKILL');
      expect(await hashes(url, number)).toEqual(before);
      pid = await waitUntil(() => nextAnvil(pid), { what: 'the next anvil' });
    }
    for (const sender of senders) await sender.stop();
    const all = senders.flatMap((sender) => sender.acknowledged);
    expect(all.length).toBeGreaterThan(10);
    await expectMined(url, all);
  });

  it('of the whole devnet: the next one has the same blocks, nothing acknowledged is lost, no process is left', async () => {
    const random = seededRandom(SEED + 1);
    const senders = devAccounts(3).map(({ privateKey }) => new Sender(privateKey));
    for (let kill = 0; kill < KILLS; kill++) {
      const { child, url, anvilPid } = await boot();
      const anvil = processIdentity(anvilPid)!;
      for (const sender of senders) sender.start(url);
      await new Promise((resolve) => setTimeout(resolve, 200 + random() * 800));
      const number = Number((await block(url, 'latest')).number);
      const before = await hashes(url, number);
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
      for (const sender of senders) await sender.stop();
      const next = await boot();
      expect(await hashes(next.url, number)).toEqual(before);
      expect(isProcessAlive(anvil)).toBe(false);
      await expectMined(
        next.url,
        senders.flatMap((sender) => sender.acknowledged.slice(-20)),
      );
      const ended = new Promise((resolve) => next.child.once('exit', resolve));
      next.child.kill(kill % 2 === 0 ? 'SIGTERM' : 'SIGKILL');
      await ended;
    }
    const { url } = await boot();
    const all = senders.flatMap((sender) => sender.acknowledged);
    expect(all.length).toBeGreaterThan(10);
    await expectMined(url, all);
  });
});

/** The anvil that the devnet has started in place of `old`. */
async function nextAnvil(old: number): Promise<number | undefined> {
  const { pid } = JSON.parse(await readFile(join(dir.path, 'anvil.pid'), 'utf8')) as { pid: number };
  return pid === old ? undefined : pid;
}
