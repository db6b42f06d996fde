import type { AvsEvidence, AvsStatus, AvsTask } from '@tephra/api';
import type { Database } from '@tephra/db';
import type { SignedTaskResponse } from '@tephra/protocol';
import { waitUntil } from '@tephra/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AggregatorError } from './errors.ts';
import { onDatabases, TestAggregator } from './testing/harness.ts';
import { answerTo, MemoryAvs } from './testing/memory-avs.ts';

const HOUR = 3_600_000;
/** Four equal operators in quorum 0, three of them in quorum 1: 67 % needs three of four, and all but a third. */
const WEIGHTS = [
  [100n, 50n],
  [100n, 50n],
  [100n, 50n],
  [100n, null],
];

onDatabases((open) => {
  let db: Database;
  let avs: MemoryAvs;
  let running: TestAggregator[];
  beforeEach(async () => {
    db = await open();
    avs = await MemoryAvs.create(WEIGHTS);
    running = [];
  });
  afterEach(async () => {
    await Promise.all(running.map((aggregator) => aggregator.stop()));
  });

  const start = async (options: Parameters<typeof TestAggregator.start>[2] = {}): Promise<TestAggregator> => {
    const aggregator = await TestAggregator.start(db, [avs], options);
    running.push(aggregator);
    return aggregator;
  };
  const newTask = async (on: TestAggregator, id: string, change = {}) => {
    const task = avs.task(id, { expiresAt: on.clock.now() + HOUR, ...change });
    await avs.announce(task);
    return task;
  };
  const taskOn = (on: TestAggregator, id: string) => on.get<AvsTask>(`/v1/avs/memory/tasks/${id}`);
  const evidenceOn = async (on: TestAggregator) =>
    (await on.get<{ items: AvsEvidence[] }>('/v1/avs/memory/evidence')).items;
  const confirmed = (on: TestAggregator, id: string) =>
    waitUntil(async () => (await taskOn(on, id)).state === 'confirmed', { what: `task ${id} on the chain` });

  describe('a task', () => {
    it('is certified by the answer that crosses every threshold, and its certificate goes to the chain once', async () => {
      const on = await start();
      const task = await newTask(on, '1');
      const first = await on.rpc('aggregator_processSignedTaskResponse', avs.respond(0, task));
      expect(first.result).toEqual({
        accepted: true,
        stakeSigned: [
          { quorum: 0, stake: '100', total: '400', percentage: 25 },
          { quorum: 1, stake: '50', total: '150', percentage: 33 },
        ],
        thresholdReached: false,
      });
      // Three of four in quorum 0, but only two thirds (66 %) of quorum 1.
      expect(await on.send(avs.respond(3, task))).toBe('accepted');
      const third = await on.rpc('aggregator_processSignedTaskResponse', avs.respond(1, task));
      expect(third.result).toMatchObject({
        thresholdReached: false,
        stakeSigned: [{ percentage: 75 }, { percentage: 66 }],
      });
      expect((await taskOn(on, '1')).certificate).toBeNull();
      const last = await on.rpc('aggregator_processSignedTaskResponse', avs.respond(2, task));
      expect(last.result).toMatchObject({ thresholdReached: true });
      await confirmed(on, '1');
      const { certificate, signers } = await taskOn(on, '1');
      expect(certificate).toMatchObject({
        digest: avs.digestOf(task, answerTo(task, 'ok')),
        nonSignerIds: [],
        signedPercentages: [100, 100],
        submission: { state: 'confirmed', transactionHash: avs.chain[0]!.hash, reason: null },
      });
      expect(signers.map(({ verdict }) => verdict)).toEqual(['signed', 'signed', 'signed', 'signed']);
      expect(avs.chain).toHaveLength(1);
      expect(avs.isValid(avs.chain[0]!.certificate)).toBe(true);
      const asked = await on.rpc('aggregator_getCertificate', { avs: 'memory', taskId: '1' });
      expect(asked.result).toEqual(certificate);
    });

    it('does not wait for those who are missing, and names them; late signatures still fill the grid', async () => {
      avs = await MemoryAvs.create([[100n], [100n], [100n], [1n]]);
      const on = await start();
      const task = await newTask(on, '1');
      for (const index of [0, 1, 2]) expect(await on.send(avs.respond(index, task))).toBe('accepted');
      await confirmed(on, '1');
      expect((await taskOn(on, '1')).certificate?.nonSignerIds).toEqual([avs.operators[3]!.operatorId]);
      expect(await on.send(avs.respond(3, task))).toBe('accepted');
      const { signers, certificate } = await taskOn(on, '1');
      expect(signers.every(({ verdict }) => verdict === 'signed')).toBe(true);
      expect(certificate?.nonSignerIds).toHaveLength(1);
      expect(avs.chain).toHaveLength(1);
    });

    it('can be created by the platform, and by nobody else', async () => {
      const on = await start();
      const task = avs.task('made', { expiresAt: on.clock.now() + HOUR });
      for (const token of [undefined, 'wrong'])
        expect((await on.rpc('aggregator_createTask', task, token)).error?.data?.code).toBe('UNAUTHENTICATED');
      expect((await on.rpc('aggregator_createTask', task, TestAggregator.token)).result).toEqual(task);
      expect(await on.send(avs.respond(0, task))).toBe('accepted');
      const bad = { ...task, taskId: 'other', quorumNumbers: [1, 0] };
      expect((await on.rpc('aggregator_createTask', bad, TestAggregator.token)).error?.data?.code).toBe('MALFORMED');
    });

    it('is found when an operator sees it before we do', async () => {
      const on = await start();
      const task = avs.task('early', { expiresAt: on.clock.now() + HOUR });
      expect(await on.send(avs.respond(0, task))).toBe('UNKNOWN_TASK');
      avs.silentTasks.set('early', task);
      // Not asked for again at once.
      const { lookups } = avs;
      expect(await on.send(avs.respond(0, task))).toBe('UNKNOWN_TASK');
      expect(avs.lookups).toBe(lookups);
      await on.pass(1_000);
      const answers = await Promise.all([0, 1, 2].map((index) => on.send(avs.respond(index, task))));
      expect(answers).toEqual(['accepted', 'accepted', 'accepted']);
      expect(avs.lookups).toBe(lookups + 1);
    });

    it('ends when its time is over', async () => {
      const on = await start();
      const task = await newTask(on, '1', { expiresAt: on.clock.now() + 60_000 });
      expect(await on.send(avs.respond(0, task))).toBe('accepted');
      await on.pass(60_001);
      expect(await on.send(avs.respond(1, task))).toBe('EXPIRED');
      await waitUntil(async () => (await taskOn(on, '1')).state === 'expired', { what: 'the end of the task' });
      // Also when it is no longer in memory.
      expect(await on.send(avs.respond(1, task))).toBe('EXPIRED');
      const signed = (await taskOn(on, '1')).signers.filter(({ verdict }) => verdict === 'signed');
      expect(signed.map(({ operatorId }) => operatorId)).toEqual([avs.operators[0]!.operatorId]);
    });

    it('is refused when too many are open', async () => {
      const on = await start({ maxOpenTasks: 2 });
      for (const id of ['1', '2']) await newTask(on, id);
      await expect(newTask(on, '3')).rejects.toMatchObject({ code: 'TOO_MANY_TASKS' });
    });

    it('gives way to another of its id, which a reorganised L1 brings', async () => {
      const on = await start();
      const old = await newTask(on, '1');
      expect(await on.send(avs.respond(0, old))).toBe('accepted');
      const other = await newTask(on, '1', { content: '0x1234' });
      expect((await taskOn(on, '1')).signers.every(({ verdict }) => verdict === 'missed')).toBe(true);
      for (const index of [0, 1, 2]) expect(await on.send(avs.respond(index, other))).toBe('accepted');
      await confirmed(on, '1');
    });
  });

  describe('refused are', () => {
    it('answers that cannot count, each with its reason', async () => {
      const on = await start();
      const task = await newTask(on, '1');
      const other = await newTask(on, '2', { quorumNumbers: [1], thresholdPercentages: [50] });
      const good = avs.respond(0, task);
      const cases: [string, SignedTaskResponse][] = [
        ['UNKNOWN_AVS', { ...good, avs: 'nobody' }],
        ['UNKNOWN_TASK', { ...good, taskId: '404' }],
        ['UNKNOWN_OPERATOR', { ...good, operatorId: `0x${'ab'.repeat(32)}` }],
        ['NOT_IN_QUORUM', avs.respond(3, other)],
        ['MALFORMED', { ...good, response: '0x00' }],
        ['MALFORMED', { ...good, response: '0x0' as never }],
        ['MALFORMED', { ...good, signature: { x: '0x1', y: '0x2' } }],
        ['MALFORMED', { ...good, journalSequence: -1 }],
        ['MALFORMED', { ...good, response: `0x${'00'.repeat(5_000)}` }],
        ['BAD_SIGNATURE', { ...good, signature: avs.respond(1, task).signature }],
        ['BAD_SIGNATURE', { ...good, signature: { x: `0x${'00'.repeat(32)}`, y: `0x${'00'.repeat(32)}` } }],
        ['BAD_SIGNATURE', { ...good, signature: { x: `0x${'ff'.repeat(32)}`, y: `0x${'ff'.repeat(32)}` } }],
      ];
      for (const [code, response] of cases) expect([await on.send(response), response], code).toEqual([code, response]);
      expect(await on.send(good)).toBe('accepted');
      expect(await on.send(good)).toBe('DUPLICATE');
      expect(await evidenceOn(on)).toEqual([]);
    });

    it('second answers of an operator; both are kept as evidence', async () => {
      const on = await start();
      const task = await newTask(on, '1');
      expect(await on.send(avs.respond(0, task, 'ok'))).toBe('accepted');
      // Somebody else's word is no evidence.
      const forged = { ...avs.respond(0, task, 'no'), signature: avs.respond(1, task, 'no').signature };
      expect(await on.send(forged)).toBe('BAD_SIGNATURE');
      expect(await evidenceOn(on)).toEqual([]);
      expect(await on.send(avs.respond(0, task, 'no'))).toBe('CONFLICTING');
      expect(await on.send(avs.respond(0, task, 'no'))).toBe('CONFLICTING');
      const evidence = await evidenceOn(on);
      expect(evidence.map(({ response }) => response).sort()).toEqual([answerTo(task, 'no'), answerTo(task, 'ok')]);
      expect(evidence[0]).toMatchObject({
        kind: 'conflicting',
        taskId: '1',
        task: task.content,
        operatorId: avs.operators[0]!.operatorId,
        operator: avs.operators[0]!.address,
      });
      // The first one counts.
      for (const index of [1, 2]) await on.send(avs.respond(index, task));
      await confirmed(on, '1');
    });

    it('of two that arrive together, the second', async () => {
      const on = await start({ batchWindowMs: 50 });
      const task = await newTask(on, '1');
      const [first, second, third] = await Promise.all([
        on.send(avs.respond(0, task, 'ok')),
        on.send(avs.respond(0, task, 'no')),
        on.send(avs.respond(0, task, 'ok')),
      ]);
      expect([first, second, third].filter((code) => code === 'accepted')).toHaveLength(1);
      expect(await evidenceOn(on)).toHaveLength(2);
    });

    it('floods, which do not shut out who signed rightly before', async () => {
      const on = await start();
      const task = await newTask(on, '1');
      expect(await on.send(avs.respond(1, task))).toBe('accepted');
      const forged = { ...avs.respond(0, task), signature: avs.respond(1, task).signature };
      const codes = await Promise.all(Array.from({ length: 300 }, () => on.send(forged)));
      expect(new Set(codes)).toEqual(new Set(['BAD_SIGNATURE', 'RATE_LIMITED']));
      // From here on, callers of this address whom nobody knows are not listened to.
      expect(await on.send(avs.respond(2, task))).toBe('RATE_LIMITED');
      expect(await on.send(avs.respond(1, await newTask(on, '2')))).toBe('accepted');
      await on.pass(120_000);
      expect(await on.send(avs.respond(2, task))).toBe('accepted');
    });
  });

  describe('answers that differ', () => {
    it('collect stake apart; who signed against the certificate is on record', async () => {
      avs = await MemoryAvs.create([[100n], [100n], [100n], [100n]]);
      const on = await start();
      const task = await newTask(on, '1');
      expect(await on.send(avs.respond(3, task, 'no'))).toBe('accepted');
      for (const index of [0, 1]) expect(await on.send(avs.respond(index, task))).toBe('accepted');
      expect((await taskOn(on, '1')).certificate).toBeNull();
      expect(await evidenceOn(on)).toEqual([]);
      expect(await on.send(avs.respond(2, task))).toBe('accepted');
      await confirmed(on, '1');
      expect((await taskOn(on, '1')).signers.map(({ verdict }) => verdict).sort()).toEqual([
        'signed',
        'signed',
        'signed',
        'wrong',
      ]);
      expect(await evidenceOn(on)).toMatchObject([{ kind: 'wrong', operatorId: avs.operators[3]!.operatorId }]);
    });

    it('are never certified when the AVS knows that they are wrong', async () => {
      avs = await MemoryAvs.create([[100n], [100n], [100n], [100n]]);
      avs.judges = true;
      const on = await start();
      const task = await newTask(on, '1');
      for (const index of [0, 1, 2, 3]) expect(await on.send(avs.respond(index, task, 'bad'))).toBe('accepted');
      expect(await taskOn(on, '1')).toMatchObject({ state: 'open', certificate: null, signedPercentages: [100] });
      expect(await evidenceOn(on)).toHaveLength(4);
      expect((await on.get<AvsStatus>('/v1/avs/memory/status')).openTasks).toBe(1);
    });
  });

  describe('an operator’s session', () => {
    it('tells quorums and the newest entry of its journal that was accepted', async () => {
      const on = await start();
      const { operatorId } = avs.operators[3]!;
      const ask = () => on.rpc('aggregator_initOperator', { avs: 'memory', operatorId });
      expect((await ask()).result).toEqual({ quorums: [0], lastJournalSequence: 0 });
      for (const [id, sequence] of [
        ['1', 7],
        ['2', 3],
      ] as const)
        expect(await on.send(avs.respond(3, await newTask(on, id), 'ok', sequence))).toBe('accepted');
      expect((await ask()).result).toEqual({ quorums: [0], lastJournalSequence: 7 });
      const unknown = { avs: 'memory', operatorId: `0x${'cd'.repeat(32)}` };
      expect((await on.rpc('aggregator_initOperator', unknown)).error?.data?.code).toBe('UNKNOWN_OPERATOR');
    });
  });

  describe('the way to the chain', () => {
    const threeSign = async (on: TestAggregator, id: string) => {
      const task = await newTask(on, id);
      for (const index of [0, 1, 2]) expect(await on.send(avs.respond(index, task))).toBe('accepted');
    };

    it('is tried again when the L1 does not answer', async () => {
      const on = await start();
      let failures = 3;
      avs.beforeSend = async () => {
        if (failures-- > 0) throw new AggregatorError('SUBMISSION_PENDING', 'no answer', { retryable: true });
      };
      await threeSign(on, '1');
      await waitUntil(async () => (await taskOn(on, '1')).certificate?.submission.reason === 'no answer', {
        what: 'a first attempt',
      });
      expect((await taskOn(on, '1')).certificate?.submission).toMatchObject({
        state: 'sent',
        transactionHash: expect.stringMatching(/^0x/),
      });
      for (let round = 0; round < 4; round++) await on.pass(30_000);
      await confirmed(on, '1');
      expect(avs.chain).toHaveLength(1);
    });

    it('ends in a failure that says why when the contract refuses', async () => {
      const on = await start();
      avs.beforeSend = async () => {
        throw new AggregatorError('SUBMISSION_REVERTED', 'ResponseTooLate(1)');
      };
      await threeSign(on, '1');
      for (let round = 0; round < 6; round++) await on.pass(30_000);
      await waitUntil(async () => (await taskOn(on, '1')).state === 'failed', { what: 'the failure' });
      expect((await taskOn(on, '1')).certificate?.submission).toMatchObject({
        state: 'failed',
        reason: 'ResponseTooLate(1)',
      });
    });

    it('is not gone twice when the process ends between sending and knowing', async () => {
      const first = await start();
      let reached: () => void = () => undefined;
      const sent = new Promise<void>((resolve) => {
        reached = resolve;
      });
      const push = avs.chain.push.bind(avs.chain);
      // Sent, and then the process hears of nothing any more.
      avs.beforeSend = async (request) => {
        const stored = await db.selectFrom('avs_tasks').select('transaction_hash').executeTakeFirstOrThrow();
        expect(stored.transaction_hash).toMatch(/^0x[0-9a-f]{64}$/);
        push({ hash: stored.transaction_hash as `0x${string}`, taskId: '1', certificate: request.certificate });
        reached();
        await new Promise((_, reject) => request.signal.addEventListener('abort', () => reject(new Error('gone'))));
      };
      await threeSign(first, '1');
      await sent;
      await first.stop();
      running = [];
      avs.beforeSend = async () => undefined;
      const second = await start({ now: first.clock.now() });
      await confirmed(second, '1');
      expect(avs.chain).toHaveLength(1);
      expect((await taskOn(second, '1')).certificate?.submission.transactionHash).toBe(avs.chain[0]!.hash);
    });

    it('is gone again when the L1 takes back what was confirmed', async () => {
      const on = await start();
      await threeSign(on, '1');
      await confirmed(on, '1');
      const [lost] = avs.chain.splice(0);
      await on.pass(20_000);
      await waitUntil(() => avs.chain.length === 1, { what: 'the certificate on the chain again' });
      await confirmed(on, '1');
      expect(avs.chain[0]?.certificate).toEqual(lost?.certificate);
    });

    it('goes on after a restart with the answers that came before', async () => {
      const first = await start();
      const task = await newTask(first, '1');
      for (const index of [0, 1]) expect(await first.send(avs.respond(index, task))).toBe('accepted');
      await first.stop();
      running = [];
      const second = await start({ now: first.clock.now() });
      expect(await second.send(avs.respond(0, task))).toBe('DUPLICATE');
      expect(await second.send(avs.respond(2, task))).toBe('accepted');
      await confirmed(second, '1');
      expect(avs.isValid(avs.chain[0]!.certificate)).toBe(true);
    });
  });

  describe('replicas', () => {
    it('count each other’s answers, submit once, and replace a writer that is gone', async () => {
      const now = Date.UTC(2026, 0, 1);
      const twin = await MemoryAvs.create(WEIGHTS);
      // One chain under both.
      Object.defineProperty(twin, 'chain', { value: avs.chain });
      const one = await start({ instance: 'one', now });
      const two = await TestAggregator.start(db, [twin], { instance: 'two', now });
      running.push(two);
      for (let id = 1; id <= 5; id++) {
        const task = await newTask(one, String(id));
        const answers = await Promise.all([
          one.send(avs.respond(0, task)),
          two.send(twin.respond(1, task)),
          one.send(avs.respond(2, task)),
          two.send(twin.respond(0, task)),
        ]);
        expect(answers.filter((answer) => answer === 'accepted')).toHaveLength(3);
        await confirmed(two, String(id));
      }
      expect(avs.chain.map(({ taskId }) => taskId)).toEqual(['1', '2', '3', '4', '5']);
      // The writer dies without a word; its lease ends.
      await one.stop();
      running = running.filter((aggregator) => aggregator !== one);
      await db
        .insertInto('leases')
        .values({ name: 'aggregator:memory', holder: 'one', expires_at: new Date(Date.now() - 1) })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ holder: 'one', expires_at: new Date(0) }))
        .execute();
      const task = twin.task('6', { expiresAt: two.clock.now() + HOUR });
      await twin.announce(task);
      for (const index of [0, 1, 2]) expect(await two.send(twin.respond(index, task))).toBe('accepted');
      await confirmed(two, '6');
    });

    it('leave the L1 to the one that holds the lease', async () => {
      await db
        .insertInto('leases')
        .values({ name: 'aggregator:memory', holder: 'somebody', expires_at: new Date(Date.now() + HOUR) })
        .execute();
      const on = await start();
      const task = await newTask(on, '1');
      for (const index of [0, 1, 2]) expect(await on.send(avs.respond(index, task))).toBe('accepted');
      await on.pass(20_000);
      expect((await taskOn(on, '1')).certificate?.submission.state).toBe('waiting');
      expect(avs.chain).toHaveLength(0);
      await db
        .updateTable('leases')
        .set({ expires_at: new Date(Date.now() - 1) })
        .execute();
      await on.pass(20_000);
      await confirmed(on, '1');
    });
  });

  describe('status', () => {
    const status = (on: TestAggregator) => on.get<AvsStatus>('/v1/avs/memory/status');

    it('tells certifying from too little stake, names who is missing, and recovers', async () => {
      const on = await start();
      expect(await status(on)).toMatchObject({ state: 'idle', operatorsRegistered: 0, lastCertificateAt: null });
      const first = await newTask(on, '1');
      for (const index of [0, 1, 2]) await on.send(avs.respond(index, first));
      expect(await status(on)).toMatchObject({ state: 'certifying', missing: [] });
      await on.pass(6_000);
      expect(await status(on)).toMatchObject({
        state: 'certifying',
        operatorsRegistered: 4,
        operatorsOnline: 3,
        operatorsNeeded: 3,
        missing: [{ operatorId: avs.operators[3]!.operatorId, lastSignedAt: null }],
      });
      const second = await newTask(on, '2');
      for (const index of [0, 3]) await on.send(avs.respond(index, second));
      // It had no time yet.
      expect((await status(on)).state).toBe('certifying');
      await on.pass(6_000);
      const low = await status(on);
      expect(low).toMatchObject({ state: 'below-threshold', operatorsOnline: 2, openTasks: 1 });
      expect(low.missing.map(({ operatorId }) => operatorId).sort()).toEqual(
        [avs.operators[1]!.operatorId, avs.operators[2]!.operatorId].sort(),
      );
      expect(low.missing.every(({ lastSignedAt }) => lastSignedAt !== null)).toBe(true);
      const third = await newTask(on, '3');
      for (const index of [0, 1, 2]) await on.send(avs.respond(index, third));
      expect((await status(on)).state).toBe('certifying');
      await on.pass(130_000);
      expect((await status(on)).state).toBe('idle');
    });
  });

  describe('lists', () => {
    it('come in pages, newest first, and old tasks go; evidence stays', async () => {
      avs.judges = true;
      const on = await start({ retentionMs: HOUR });
      for (let id = 1; id <= 5; id++) await newTask(on, String(id));
      await on.send(avs.respond(0, avs.task('5'), 'bad'));
      type Page = { items: AvsTask[]; nextCursor: string | null };
      const first = await on.get<Page>('/v1/avs/memory/tasks?limit=3');
      expect(first.items.map(({ taskId }) => taskId)).toEqual(['5', '4', '3']);
      const second = await on.get<Page>(`/v1/avs/memory/tasks?limit=3&cursor=${first.nextCursor}`);
      expect(second.items.map(({ taskId }) => taskId)).toEqual(['2', '1']);
      expect(second.nextCursor).toBeNull();
      await on.pass(3 * HOUR);
      await waitUntil(async () => (await on.get<Page>('/v1/avs/memory/tasks')).items.length === 0, {
        what: 'the end of old tasks',
      });
      expect(await evidenceOn(on)).toHaveLength(1);
      expect(await db.selectFrom('avs_operator_sets').selectAll().execute()).toEqual([]);
      expect(await on.get('/v1/avs/memory/tasks/5')).toMatchObject({ error: { code: 'NOT_FOUND' } });
      expect(await on.get('/v1/avs/nobody/status')).toMatchObject({ error: { code: 'NOT_FOUND' } });
    });
  });

  it('shows health and metrics', async () => {
    const on = await start();
    await on.send(avs.respond(0, await newTask(on, '1')));
    expect(await on.get('/healthz')).toEqual({ status: 'ok' });
    expect(await on.get('/readyz')).toEqual({ status: 'ok' });
    expect(await on.metrics.render()).toContain('tephra_aggregator_responses_total{avs="memory",result="accepted"} 1');
  });
});
