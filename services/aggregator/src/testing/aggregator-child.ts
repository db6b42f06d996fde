import { createLogger, Metrics, systemClock } from '@tephra/core';
import { type DatabaseOptions, openDatabase } from '@tephra/db';
import type { AttestationTask, Hash } from '@tephra/protocol';
import { keccak256, toHex } from 'viem';
import type { AdapterContext, SubmissionRequest, SubmissionResult } from '../adapters/adapter.ts';
import { Aggregator } from '../aggregator.ts';
import { MemoryAvs } from './memory-avs.ts';

/** What the test tells this process. */
export type ChildConfig = { database: DatabaseOptions; chainUrl: string; operators: number };

/** An AVS whose chain is an HTTP server of the test's: `/tasks`, `/transactions/<hash>`. */
async function remoteAvs({ chainUrl, operators }: ChildConfig): Promise<MemoryAvs> {
  const avs = await MemoryAvs.create(Array.from({ length: operators }, () => [100n]));
  const tasks = async (): Promise<AttestationTask[]> =>
    (await (await fetch(`${chainUrl}/tasks`)).json()) as AttestationTask[];
  avs.fetchTask = async (taskId) => (await tasks()).find((task) => task.taskId === taskId) ?? null;
  avs.run = async ({ signal, onTask }: AdapterContext) => {
    while (!signal.aborted) {
      for (const task of await tasks()) await onTask(task);
      await systemClock.sleep(50, signal);
    }
  };
  avs.submit = async ({ certificate, previousHash, beforeBroadcast }: SubmissionRequest): Promise<SubmissionResult> => {
    if (!avs.isValid(certificate)) throw new Error('the certificate is not valid');
    const known = previousHash && (await fetch(`${chainUrl}/transactions/${previousHash}`)).ok;
    if (known) return { transactionHash: previousHash };
    // As with a nonce: no two attempts have one hash.
    const hash: Hash = keccak256(toHex(`${certificate.taskId} ${process.pid} ${performance.now()}`));
    await beforeBroadcast(hash);
    await fetch(`${chainUrl}/transactions/${hash}`, { method: 'POST', body: certificate.taskId });
    return { transactionHash: hash };
  };
  avs.isSubmitted = async () => true;
  return avs;
}

if (import.meta.main) {
  const config = JSON.parse(process.argv[2]!) as ChildConfig;
  const aggregator = await Aggregator.create(
    { listen: { host: '127.0.0.1', port: 0 }, instance: 'child', taskToken: null, sweepMs: 100 },
    {
      db: await openDatabase(config.database),
      adapters: [await remoteAvs(config)],
      logger: createLogger({ name: 'aggregator-child', level: 'silent' }),
      clock: systemClock,
      metrics: new Metrics(),
    },
  );
  await aggregator.start();
  process.stdout.write(`${aggregator.port}\n`);
}
