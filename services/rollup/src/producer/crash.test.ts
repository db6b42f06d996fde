import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Hash } from '@tephra/protocol';
import { seededRandom, tempDir } from '@tephra/testing';
import { describe, expect, it } from 'vitest';
import { openTestChain, scriptedDeposits, testGenesis } from './testing.ts';

const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 4);
const SEED = Number(process.env.CRASH_SEED ?? 1);

type Acknowledged = {
  sealed: Map<bigint, Hash>;
  executed: Map<Hash, { block: bigint; index: number }>;
  /** Raw transactions that wait for an earlier nonce. */
  queued: Map<Hash, Uint8Array>;
};

type Ordering = 'fcfs' | 'pga';

/** Runs a node under load and kills it `ms` after it is ready; adds to `known` what it said by then. */
async function runAndKill(
  { dataDir, round, ordering }: { dataDir: string; round: number; ordering: Ordering },
  ms: number,
  known: Acknowledged,
): Promise<void> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('crashChild.ts', import.meta.url)), dataDir, String(round), ordering],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  let timer: NodeJS.Timeout | undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (timer === undefined && output.includes('ready')) timer = setTimeout(() => child.kill('SIGKILL'), ms);
  });
  await once(child, 'close');
  expect(child.signalCode).toBe('SIGKILL');
  // The last line may be cut off: then the write wasn't finished, nothing was said.
  for (const line of output.split('\n').slice(0, -1)) {
    const [word, first, second, third] = line.split(' ') as [string, string, string, string];
    if (word === 'sealed') known.sealed.set(BigInt(first), second as Hash);
    if (word === 'executed') {
      known.executed.set(first as Hash, { block: BigInt(second), index: Number(third) });
      known.queued.delete(first as Hash);
    }
    if (word === 'queued' && !known.executed.has(first as Hash))
      known.queued.set(first as Hash, Buffer.from(second, 'hex'));
  }
}

async function check(
  { dataDir, round, ordering }: { dataDir: string; round: number; ordering: Ordering },
  known: Acknowledged,
): Promise<void> {
  const node = await openTestChain(dataDir, {
    l1: scriptedDeposits(round),
    genesis: testGenesis(scriptedDeposits(0)),
    blockTimeMs: 60_000,
    mempool: { ordering },
  });
  try {
    for (const [number, hash] of known.sealed)
      expect(node.chain.headerByNumber(number)?.hash, `block ${number}`).toBe(hash);
    for (const [hash, place] of known.executed) {
      const found = node.chain.transactionByHash(hash);
      expect(found && { block: found.transaction.blockNumber, index: found.transaction.index }, hash).toEqual(place);
    }
    await node.producer.start();
    for (const [hash, raw] of known.queued) {
      await expect(node.producer.submit(raw), hash).rejects.toThrow(/already known|nonce too low/);
    }
  } finally {
    await node.producer.stop();
    await node.close();
  }
}

describe('a node that is killed', () => {
  it.each<Ordering>(['fcfs', 'pga'])(
    `loses nothing that it acknowledged (${ROUNDS} kills, %s)`,
    {
      timeout: 30_000 + ROUNDS * 20_000,
    },
    async (ordering) => {
      const random = seededRandom(SEED);
      await using dir = await tempDir('tephra-crash-');
      const known: Acknowledged = { sealed: new Map(), executed: new Map(), queued: new Map() };
      for (let round = 0; round < ROUNDS; round++) {
        const run = { dataDir: dir.path, round, ordering };
        await runAndKill(run, Math.floor(random() * 600), known);
        await check(run, known);
      }
      expect(known.executed.size).toBeGreaterThan(0);
      expect(known.sealed.size).toBeGreaterThan(0);
    },
  );
});
