import { createLogger } from '@tephra/core';
import type { Database } from '@tephra/db';
import { beforeEach, expect, it } from 'vitest';
import { LogStore, WINDOW } from '../store/log-store.ts';
import { addressOf, DEPLOYMENTS, STETH } from '../testing/deployments.ts';
import { encodeLog, FakeL1, type FakeLog } from '../testing/fake-l1.ts';
import { onDatabases } from '../testing/on-databases.ts';
import { followedContracts, sourceOf } from './contracts.ts';
import { L1Follower } from './l1-follower.ts';

const logger = createLogger({ name: 'follower-test', level: 'silent' });
const { delegationManager } = DEPLOYMENTS.deployment;

const registered = (operator: number): FakeLog =>
  encodeLog('delegation', delegationManager, 'OperatorRegistered', {
    operator: addressOf(operator),
    delegationApprover: addressOf(0),
  });

onDatabases((db: () => Database) => {
  let l1: FakeL1;
  beforeEach(() => {
    l1 = new FakeL1();
  });

  const follower = (options: Partial<ConstructorParameters<typeof L1Follower>[0]> = {}) =>
    new L1Follower(
      {
        chainId: 900,
        contracts: followedContracts(DEPLOYMENTS),
        source: sourceOf(DEPLOYMENTS, '0xgenesis'),
        firstBlock: 1,
        depth: 1,
        pollIntervalMs: 1,
        ...options,
      },
      { client: l1.client, store: new LogStore(db()), logger },
    );
  const operators = async (): Promise<(string | null)[]> =>
    (await db().selectFrom('restaking_logs').select('operator').orderBy('block').orderBy('log_index').execute()).map(
      ({ operator }) => operator,
    );
  const names = (...numbers: number[]) => numbers.map((number) => addressOf(number).toLowerCase());

  it('shows a log when its block has the read depth, and not before', async () => {
    const reader = follower({ depth: 2 });
    l1.mine(registered(1), registered(2));
    l1.mine();
    await reader.poll();
    expect(await operators()).toEqual([]);
    l1.mine();
    await reader.poll();
    expect([await operators(), reader.block, reader.caughtUp]).toEqual([names(1, 2), 1, true]);
  });

  it('reads only the contracts it follows, and only events it knows', async () => {
    const other = { ...registered(3), address: addressOf(0xff) };
    const unknown = { ...registered(4), topics: [`0x${'ab'.repeat(32)}` as const] };
    l1.mine(other, registered(1), unknown);
    l1.mine();
    await follower().poll();
    expect(await operators()).toEqual(names(1));
  });

  it('goes on after a restart where it was, and begins anew for other contracts', async () => {
    l1.mine(registered(1));
    l1.mine();
    await follower().poll();
    l1.mine(registered(2));
    l1.mine();
    const second = follower();
    await second.poll();
    expect(await operators()).toEqual(names(1, 2));
    const { block, hash } = await db()
      .selectFrom('indexer_cursors')
      .innerJoin('indexer_blocks', 'number', 'block')
      .select(['block', 'hash'])
      .executeTakeFirstOrThrow();
    expect([block, hash]).toEqual([3, (await l1.client.getBlock({ blockNumber: 3n })).hash]);
    const third = follower({ source: 'other', firstBlock: 3 });
    await third.poll();
    expect(await operators()).toEqual(names(2));
  });

  it('takes back what a reorganisation took away, and reads what took its place', async () => {
    const reader = follower();
    l1.mine(registered(1));
    l1.mine(registered(2));
    l1.mine(registered(3));
    l1.mine();
    await reader.poll();
    const { version } = reader;
    l1.reorg(1);
    l1.mine(registered(4));
    l1.mine();
    l1.mine();
    l1.mine();
    await reader.poll();
    expect(await operators()).toEqual(names(1, 4));
    expect(reader.version).toBeGreaterThan(version);
    // After a restart the remembered blocks are those of the new branch.
    await follower().poll();
    expect(await operators()).toEqual(names(1, 4));
  });

  it('takes shares back with their blocks, and knows the magnitude at which each was given', async () => {
    const reader = follower();
    const shares = (event: string, amount: bigint) =>
      encodeLog('delegation', delegationManager, event, {
        operator: addressOf(1),
        staker: addressOf(9),
        strategy: STETH,
        shares: amount,
      });
    const magnitude = encodeLog('allocation', DEPLOYMENTS.deployment.allocationManager, 'MaxMagnitudeUpdated', {
      operator: addressOf(1),
      strategy: STETH,
      maxMagnitude: 9n * 10n ** 17n,
    });
    l1.mine(shares('OperatorSharesIncreased', 2n ** 200n));
    l1.mine(magnitude, shares('OperatorSharesDecreased', 5n));
    l1.mine(shares('OperatorSharesIncreased', 7n));
    l1.mine();
    await reader.poll();
    const rows = () =>
      db().selectFrom('restaking_share_changes').select(['delta', 'max_magnitude']).orderBy('block').execute();
    expect(await rows()).toEqual([
      { delta: String(2n ** 200n), max_magnitude: String(10n ** 18n) },
      { delta: '-5', max_magnitude: String(9n * 10n ** 17n) },
      { delta: '7', max_magnitude: String(9n * 10n ** 17n) },
    ]);
    l1.reorg(1);
    l1.mine(shares('OperatorSharesIncreased', 7n));
    l1.mine();
    l1.mine();
    l1.mine();
    await reader.poll();
    expect((await rows())[1]).toEqual({ delta: '7', max_magnitude: String(10n ** 18n) });
  });

  it('reads everything again when a reorganisation is deeper than all it remembers', async () => {
    const reader = follower();
    l1.mine(registered(1));
    for (let block = 0; block < 4; block++) l1.mine();
    await reader.poll();
    l1.reorg(0);
    l1.mine(registered(2));
    for (let block = 0; block < 5; block++) l1.mine();
    await reader.poll();
    expect(await operators()).toEqual(names(2));
  });

  it('remembers a bounded number of blocks, and reads a long past in one go', async () => {
    l1.mine(registered(1));
    for (let block = 0; block < WINDOW + 50; block++) l1.mine();
    const reader = follower();
    await reader.poll();
    for (let block = 0; block < 20; block++) l1.mine();
    await reader.poll();
    const blocks = await db().selectFrom('indexer_blocks').select('number').orderBy('number').execute();
    // The past leaves its last block, the 20 after it are all there.
    expect(blocks.map(({ number }) => number)).toEqual(Array.from({ length: 21 }, (_, index) => WINDOW + 50 + index));
    expect(await operators()).toEqual(names(1));
  });

  it('takes nothing back when the endpoint lags behind', async () => {
    const reader = follower();
    l1.mine(registered(1));
    l1.mine(registered(2));
    l1.mine();
    await reader.poll();
    const { client } = l1;
    client.getBlockNumber = async () => 2n;
    const lagging = new L1Follower(
      {
        chainId: 900,
        contracts: followedContracts(DEPLOYMENTS),
        source: sourceOf(DEPLOYMENTS, '0xgenesis'),
        firstBlock: 1,
        depth: 1,
        pollIntervalMs: 1,
      },
      { client, store: new LogStore(db()), logger },
    );
    await lagging.poll();
    expect([await operators(), lagging.block]).toEqual([names(1, 2), 2]);
  });

  it('writes nothing of answers that are not of one chain, or of another chain', async () => {
    const reader = follower();
    l1.mine(registered(1));
    l1.mine();
    l1.logHash = `0x${'fa'.repeat(32)}`;
    await expect(reader.poll()).rejects.toMatchObject({ code: 'BLOCKS_INCONSISTENT', retryable: true });
    l1.logHash = undefined;
    l1.chainId = 1;
    await expect(follower().poll()).rejects.toMatchObject({ code: 'WRONG_CHAIN' });
    expect(await operators()).toEqual([]);
    l1.chainId = 900;
    await reader.poll();
    expect(await operators()).toEqual(names(1));
  });

  it('goes on in its loop after failures of the L1', async () => {
    const reader = follower();
    l1.failure = new Error('502 bad gateway');
    await reader.start();
    l1.mine(registered(1));
    l1.mine();
    l1.failure = undefined;
    await reader.reached(1);
    expect(await operators()).toEqual(names(1));
    await reader.stop();
  });

  it('gives way to another reader of the same database', async () => {
    const [one, other] = [follower(), follower()];
    l1.mine(registered(1));
    l1.mine();
    await Promise.all([one.poll(), other.poll()]);
    l1.mine(registered(2));
    l1.mine();
    await one.poll();
    await other.poll();
    await other.poll();
    expect([await operators(), other.block]).toEqual([names(1, 2), 3]);
  });
});
