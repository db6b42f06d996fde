import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { findPostgres, PostgresServer } from './postgres.ts';
import { seededRandom } from './random.ts';
import { tempDir } from './temp-dir.ts';
import { waitUntil } from './wait-until.ts';

it('removes its folder', async () => {
  let path = '';
  {
    await using dir = await tempDir();
    path = dir.path;
    expect(existsSync(path)).toBe(true);
  }
  expect(existsSync(path)).toBe(false);
});

it('repeats random numbers by seed', () => {
  const numbers = (seed: number): number[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 1_000 }, random);
  };
  expect(numbers(7)).toEqual(numbers(7));
  expect(numbers(7)).not.toEqual(numbers(8));
  const sum = numbers(1).reduce((total, value) => total + value, 0);
  expect(sum).toBeGreaterThan(450);
  expect(sum).toBeLessThan(550);
});

it('waits for a value and names what did not come', async () => {
  let count = 0;
  expect(await waitUntil(() => (++count > 2 ? count : undefined), { what: 'three' })).toBe(3);
  await expect(waitUntil(() => false, { what: 'godot', timeoutMs: 10 })).rejects.toThrow('gave up waiting for godot');
});

it.skipIf(!findPostgres())('runs a PostgreSQL server with databases of its own', async () => {
  await using server = await PostgresServer.start();
  const [one, two] = [await server.createDatabase(), await server.createDatabase()];
  expect(one).not.toBe(two);
  expect(one).toContain(`127.0.0.1:${server.port}/`);
});
