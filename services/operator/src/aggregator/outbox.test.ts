import { createLogger, systemClock } from '@tephra/core';
import type { RefusalCode } from '@tephra/protocol';
import { type TempDir, tempDir, waitUntil } from '@tephra/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SigningJournal } from '../journal/signing-journal.ts';
import { FakeAggregator } from '../testing/fake-aggregator.ts';
import { AggregatorClient } from './aggregator-client.ts';
import { type Delivery, Outbox } from './outbox.ts';

const logger = createLogger({ name: 'outbox-test', level: 'silent' });
const operatorId = `0x${'0f'.repeat(32)}` as const;
const METHOD = 'aggregator_processSignedTaskResponse';

let dir: TempDir;
let journal: SigningJournal;
let aggregator: FakeAggregator;
let outbox: Outbox;
let deliveries: Delivery[];
let conflicts: string[];

beforeEach(async () => {
  dir = await tempDir();
  journal = await SigningJournal.open({ directory: dir.path });
  aggregator = await FakeAggregator.start();
  deliveries = [];
  conflicts = [];
  outbox = new Outbox(
    { avs: 'echo', operatorId },
    {
      client: new AggregatorClient({ url: aggregator.url }),
      journal,
      logger,
      clock: systemClock,
      onDelivered: (delivery) => deliveries.push(delivery),
      onConflict: (taskKey) => conflicts.push(taskKey),
    },
  );
});
afterEach(async () => {
  await outbox.stop();
  await aggregator[Symbol.asyncDispose]();
  await journal.close();
  await dir.remove();
});

async function post(taskKey: string, ttlMs = 60_000): Promise<void> {
  const expiresAt = Date.now() + ttlMs;
  const digest = operatorId;
  const sequence = await journal.record({ avs: 'echo', taskKey, digest, response: '0xaa', expiresAt });
  outbox.post(taskKey, { sequence, signature: { X: 1n, Y: 2n }, response: '0xaa', expiresAt });
}

const empty = () => waitUntil(() => outbox.size === 0, { what: 'the outbox to be empty' });

describe('Outbox', () => {
  it('delivers an answer as the wire has it, and tells the journal', async () => {
    await post('7');
    await empty();
    expect(deliveries).toEqual(['accepted']);
    expect(aggregator.received).toEqual([
      {
        avs: 'echo',
        taskId: '7',
        operatorId,
        response: '0xaa',
        signature: { x: `0x${'0'.repeat(63)}1`, y: `0x${'0'.repeat(63)}2` },
        journalSequence: 1,
      },
    ]);
    expect(journal.undelivered('echo')).toEqual([]);
  });

  it.each(['down', 'UNKNOWN_TASK', 'RATE_LIMITED'] as const)('tries again after %s', async (refusal) => {
    aggregator.refuse[METHOD] = refusal;
    await post('1');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(outbox.size).toBe(1);
    delete aggregator.refuse[METHOD];
    await empty();
    expect(deliveries).toEqual(['accepted']);
    expect(aggregator.received).toHaveLength(1);
  });

  it.each<[RefusalCode, Delivery]>([
    ['DUPLICATE', 'accepted'],
    ['EXPIRED', 'expired'],
    ['NOT_IN_QUORUM', 'unasked'],
    ['UNKNOWN_OPERATOR', 'unasked'],
    ['BAD_SIGNATURE', 'refused'],
    ['MALFORMED', 'refused'],
    ['UNKNOWN_AVS', 'refused'],
  ])('takes %s for the end: %s', async (refusal, delivery) => {
    aggregator.refuse[METHOD] = refusal;
    await post('1');
    await empty();
    expect(deliveries).toEqual([delivery]);
    expect(conflicts).toEqual([]);
    expect(journal.undelivered('echo')).toEqual([]);
  });

  it('raises the alarm about another answer of the same key', async () => {
    aggregator.refuse[METHOD] = 'CONFLICTING';
    await post('3');
    await empty();
    expect(conflicts).toEqual(['3']);
    expect(deliveries).toEqual(['refused']);
  });

  it('gives up when the task has expired', async () => {
    aggregator.refuse[METHOD] = 'down';
    await post('1', 100);
    await empty();
    expect(deliveries).toEqual(['expired']);
  });

  it('leaves what is on its way to the next start when it is stopped', async () => {
    aggregator.refuse[METHOD] = 'down';
    await post('1');
    await outbox.stop();
    expect(deliveries).toEqual([]);
    expect(journal.undelivered('echo')).toMatchObject([{ taskKey: '1', sequence: 1 }]);
  });
});
