import type { Clock, Logger, Metrics } from '@tephra/core';
import type { Database } from '@tephra/db';
import type { AvsAdapter } from './adapters/adapter.ts';

export type AggregatorOptions = {
  /**
   * Where to listen; null when another server of the process hands requests over (see `Mount` in packages/http). Port 0
   * takes a free one.
   */
  listen: { host: string; port: number } | null;
  /** Name of this process among its replicas; kept over restarts, it takes up its own work at once. */
  instance: string;
  /** Who sends it may create tasks; null: nobody may. */
  taskToken: string | null;
  /** How long the first answer of a batch waits for others, milliseconds; default 3. */
  batchWindowMs?: number;
  /** Answers that are verified at once; default 256. */
  maxBatch?: number;
  /** Tasks of one AVS that take answers at a time; default 1024. */
  maxOpenTasks?: number;
  /** A writer that dies is replaced after this, milliseconds; default 10,000. */
  leaseMs?: number;
  /** Finished tasks are kept this long, milliseconds; default 7 days. Evidence is kept for ever. */
  retentionMs?: number;
  /** An operator that has not answered after this is called missing, milliseconds; default 5,000. */
  graceMs?: number;
  /** An AVS without a task for this long is called idle, milliseconds; default 120,000. */
  idleAfterMs?: number;
  /** How often unfinished work is looked after, milliseconds; default 1,000. */
  sweepMs?: number;
};

export type AggregatorDeps = {
  db: Database;
  adapters: readonly AvsAdapter[];
  logger: Logger;
  clock: Clock;
  metrics: Metrics;
};

/** {@link AggregatorOptions} with everything decided. */
export type ResolvedOptions = Required<AggregatorOptions>;

export function resolveOptions(options: AggregatorOptions): ResolvedOptions {
  return {
    batchWindowMs: 3,
    maxBatch: 256,
    maxOpenTasks: 1_024,
    leaseMs: 10_000,
    retentionMs: 7 * 24 * 60 * 60 * 1_000,
    graceMs: 5_000,
    idleAfterMs: 120_000,
    sweepMs: 1_000,
    ...options,
  };
}
