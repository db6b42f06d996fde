export { ANVIL_KEYS, type Anvil, startAnvil } from './anvil.ts';
export { FakeClock } from './fake-clock.ts';
export { findPostgres, PostgresServer } from './postgres.ts';
export { seededRandom } from './random.ts';
export { type TempDir, tempDir } from './temp-dir.ts';
export { waitUntil } from './wait-until.ts';
