import { type AvsAnswer, createApiClient, type OperatorDetail } from '@tephra/api';
import { createLogger, Metrics } from '@tephra/core';
import type { Database } from '@tephra/db';
import { FakeClock, waitUntil } from '@tephra/testing';
import { BaseError } from 'viem';
import { afterEach, describe, expect, it } from 'vitest';
import { Indexer } from '../indexer.ts';
import { addressOf, DEPLOYMENTS, NATIVE, STETH } from '../testing/deployments.ts';
import { encodeLog, FakeL1, type FakeLog } from '../testing/fake-l1.ts';
import { onDatabases } from '../testing/on-databases.ts';

const logger = createLogger({ name: 'view-test', level: 'silent' });
const WAD = 10n ** 18n;
const { deployment } = DEPLOYMENTS;
const echo = DEPLOYMENTS.avss[0]!;
const [ALICE, BOB] = [addressOf(0x1a), addressOf(0x1b)];
const [ANNA, BEN] = [addressOf(0x5a), addressOf(0x5b)];
const idOf = (operator: string) => `0x${operator.slice(2).toLowerCase().padEnd(64, '0')}` as const;

const core = (event: string, args: Record<string, unknown>) =>
  encodeLog('delegation', deployment.delegationManager, event, args);
const allocation = (event: string, args: Record<string, unknown>) =>
  encodeLog('allocation', deployment.allocationManager, event, args);
const set = { avs: echo.serviceManager, id: 0 };
const METADATA = JSON.stringify({ name: 'Alice', website: 'https://alice.example', logo: 'javascript:alert(1)' });

const register = (operator: string, uri: string): FakeLog[] => [
  core('OperatorRegistered', { operator, delegationApprover: addressOf(0) }),
  core('StakerDelegated', { staker: operator, operator }),
  core('OperatorMetadataURIUpdated', { operator, metadataURI: uri }),
];
const delegate = (staker: string, operator: string, strategy: string, shares: bigint): FakeLog[] => [
  core('StakerDelegated', { staker, operator }),
  core('OperatorSharesIncreased', { operator, staker, strategy, shares }),
];
const optIn = (operator: string, weight: bigint): FakeLog[] => [
  encodeLog('keys', echo.blsApkRegistry, 'OperatorAddedToQuorums', {
    operator,
    operatorId: idOf(operator),
    quorumNumbers: '0x00',
  }),
  encodeLog('stakes', echo.stakeRegistry, 'OperatorStakeUpdate', {
    operatorId: idOf(operator),
    quorumNumber: 0,
    stake: weight,
  }),
  encodeLog('coordinator', echo.registryCoordinator, 'OperatorSocketUpdate', {
    operatorId: idOf(operator),
    socket: `${operator.slice(-2)}.example:9000`,
  }),
  encodeLog('coordinator', echo.registryCoordinator, 'OperatorRegistered', { operator, operatorId: idOf(operator) }),
];

onDatabases((db: () => Database) => {
  let indexer: Indexer | undefined;
  afterEach(() => indexer?.stop());

  const start = async (l1: FakeL1) => {
    indexer = await Indexer.create(
      {
        l1ChainId: 900,
        readDepth: 1,
        blockTimeMs: 5,
        version: '1.0.0',
        listen: { host: '127.0.0.1', port: 0 },
      },
      {
        db: db(),
        client: l1.client,
        logger,
        metrics: new Metrics(),
        fetchMetadata: async (uri) => {
          if (uri.endsWith('alice.json')) return METADATA;
          throw new Error('the server answers with status 404');
        },
      },
    );
    await indexer.start();
    return createApiClient({ baseUrl: `http://127.0.0.1:${indexer.port}` });
  };
  /** The indexer's answers once everything that was mined is in them. */
  const indexed = async (l1: FakeL1) => {
    const api = await start(l1);
    await indexer?.follow(DEPLOYMENTS);
    await indexer?.reached(l1.head - 1);
    return api;
  };

  it('says how far it is before there is anything to answer from', async () => {
    const api = await start(new FakeL1());
    indexer?.report('deploying', 'Deploying the restaking contracts');
    expect(await api.getRestaking()).toMatchObject({
      status: 'deploying',
      problem: 'Deploying the restaking contracts',
      deployment: null,
      avss: [],
      l1ChainId: 900,
    });
    await expect(api.listOperators()).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    const ready = await fetch(`http://127.0.0.1:${indexer?.port}/readyz`);
    expect(ready.status).toBe(503);
  });

  it('gives the deployment, operators in pages, and their documents once these are read', async () => {
    const l1 = new FakeL1();
    l1.mine(
      ...register(ALICE, 'https://meta.example/alice.json'),
      ...register(BOB, 'data:application/json,{"name":"Bob"}'),
    );
    l1.mine();
    const api = await indexed(l1);
    const info = await api.getRestaking();
    expect([info.status, info.l1Block, info.avss.map(({ name }) => name)]).toEqual(['ready', 1, ['echo']]);
    expect(info.deployment?.delegationManager).toBe(deployment.delegationManager);

    const first = await api.listOperators({ query: { limit: 1 } });
    expect(first.items.map(({ address }) => address)).toEqual([ALICE]);
    const second = await api.listOperators({ query: { limit: 1, cursor: first.nextCursor ?? '' } });
    expect([second.items.map(({ address }) => address), second.nextCursor]).toEqual([[BOB], null]);
    expect(second.items[0]).toMatchObject({ metadata: { name: 'Bob' }, operatorId: null, delegatorCount: 0 });
    const alice = await waitUntil(
      async () => {
        const { metadata } = await api.getOperator({ params: { address: ALICE } });
        return metadata;
      },
      { what: 'the document' },
    );
    expect(alice).toEqual({ name: 'Alice', website: 'https://alice.example', description: '', logo: '', twitter: '' });
    await expect(api.getOperator({ params: { address: ANNA } })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('counts what is delegated now, and lets a slash reach all delegators alike', async () => {
    const l1 = new FakeL1();
    l1.mine(
      ...register(ALICE, ''),
      ...delegate(ANNA, ALICE, NATIVE, 30n * WAD),
      ...delegate(BEN, ALICE, NATIVE, 10n * WAD),
      ...delegate(BEN, ALICE, STETH, 100n * WAD),
    );
    l1.mine(
      allocation('AllocationUpdated', {
        operator: ALICE,
        operatorSet: set,
        strategy: NATIVE,
        magnitude: WAD,
        effectBlock: 2,
      }),
    );
    // 10 % of everything that is allocated in ETH.
    l1.mine(
      allocation('AllocationUpdated', {
        operator: ALICE,
        operatorSet: set,
        strategy: NATIVE,
        magnitude: (WAD * 9n) / 10n,
        effectBlock: 3,
      }),
      allocation('MaxMagnitudeUpdated', { operator: ALICE, strategy: NATIVE, maxMagnitude: (WAD * 9n) / 10n }),
      core('OperatorSharesDecreased', {
        operator: ALICE,
        staker: addressOf(0),
        strategy: NATIVE,
        shares: 4n * WAD,
      }),
      allocation('OperatorSlashed', {
        operator: ALICE,
        operatorSet: set,
        strategies: [NATIVE],
        wadSlashed: [WAD / 10n],
        description: 'wrong echo',
      }),
    );
    // A deposit after the slash, and everything of Anna's queued.
    l1.mine(
      core('OperatorSharesIncreased', { operator: ALICE, staker: BEN, strategy: NATIVE, shares: 9n * WAD }),
      core('OperatorSharesDecreased', { operator: ALICE, staker: ANNA, strategy: NATIVE, shares: 27n * WAD }),
      core('StakerUndelegated', { staker: ANNA, operator: ALICE }),
    );
    l1.mine(
      allocation('AllocationUpdated', {
        operator: ALICE,
        operatorSet: set,
        strategy: NATIVE,
        magnitude: WAD / 2n,
        effectBlock: 1_000,
      }),
    );
    l1.mine();
    // Of dstETH a share is worth two; the other contract is none.
    l1.view = ({ address, functionName, args }) => {
      if (address.toLowerCase() !== STETH.toLowerCase()) throw new BaseError('returned no data ("0x")');
      return functionName === 'totalShares' ? 100n * WAD : 2n * (args?.[0] as bigint);
    };
    const api = await indexed(l1);
    const { items: strategies } = await api.listStrategies();
    expect(strategies.map(({ symbol, totalUnderlying }) => [symbol, totalUnderlying])).toEqual([
      ['ETH', '0'],
      ['dstETH', String(200n * WAD)],
    ]);
    const alice: OperatorDetail = await api.getOperator({ params: { address: ALICE } });
    expect(alice.stakes.map(({ symbol, shares, underlying }) => [symbol, shares, underlying]).sort()).toEqual([
      ['ETH', String(18n * WAD), String(18n * WAD)],
      ['dstETH', String(100n * WAD), String(200n * WAD)],
    ]);
    expect(alice.delegatorCount).toBe(1);
    expect(alice.delegators).toMatchObject([
      {
        staker: BEN,
        shares: [
          { strategy: STETH, shares: String(100n * WAD) },
          { strategy: NATIVE, shares: String(18n * WAD) },
        ],
      },
    ]);
    expect(alice.slashCount).toBe(1);
    expect(alice.slashes).toMatchObject([
      {
        avs: 'echo',
        operatorSetId: 0,
        operator: ALICE,
        l1Block: 3,
        description: 'wrong echo',
        strategies: [{ strategy: NATIVE, wadSlashed: String(WAD / 10n) }],
      },
    ]);
    expect(alice.allocations).toEqual([
      {
        avs: 'echo',
        operatorSetId: 0,
        strategy: NATIVE,
        magnitude: String((WAD * 9n) / 10n),
        maxMagnitude: String((WAD * 9n) / 10n),
        pending: { delta: String(-(WAD * 4n) / 10n), effectBlock: 1_000 },
      },
    ]);
  });

  it('shows who is in an AVS with which weight, also after they left, and its allowlist', async () => {
    const l1 = new FakeL1();
    const allowlist = (event: string, args: Record<string, unknown> = {}) =>
      encodeLog('allowlist', echo.allowlist, event, args);
    l1.mine(
      ...register(ALICE, ''),
      ...register(BOB, ''),
      allowlist('AllowlistEnabled'),
      allowlist('AllowlistUpdated', { operators: [ALICE, BOB], status: [true, true] }),
      encodeLog('directory', deployment.avsDirectory, 'AVSMetadataURIUpdated', {
        avs: echo.serviceManager,
        metadataURI: 'data:application/json,{"name":"Echo"}',
      }),
    );
    l1.mine(...optIn(ALICE, 40n), ...optIn(BOB, 60n));
    l1.mine(
      encodeLog('stakes', echo.stakeRegistry, 'MinimumStakeForQuorumUpdated', { quorumNumber: 0, minimumStake: 7n }),
      encodeLog('stakes', echo.stakeRegistry, 'OperatorStakeUpdate', {
        operatorId: idOf(ALICE),
        quorumNumber: 0,
        stake: 44n,
      }),
      encodeLog('keys', echo.blsApkRegistry, 'OperatorRemovedFromQuorums', {
        operator: BOB,
        operatorId: idOf(BOB),
        quorumNumbers: '0x00',
      }),
      encodeLog('coordinator', echo.registryCoordinator, 'OperatorDeregistered', {
        operator: BOB,
        operatorId: idOf(BOB),
      }),
      allowlist('AllowlistUpdated', { operators: [BOB], status: [false] }),
    );
    l1.mine();
    const api = await indexed(l1);
    const avs: AvsAnswer = await api.getAvs({ params: { name: 'echo' } });
    expect(avs).toMatchObject({
      name: 'echo',
      metadata: { name: 'Echo' },
      quorums: [{ number: 0, minimumStake: '7' }],
      operators: [{ address: ALICE, operatorId: idOf(ALICE), quorums: [0], weights: [{ quorum: 0, weight: '44' }] }],
      totals: [{ quorum: 0, weight: '44' }],
      allowlist: { enabled: true, operators: [ALICE] },
    });
    const { items } = await api.listOperators();
    expect(items.map(({ registrations }) => registrations)).toEqual([
      [
        {
          avs: 'echo',
          quorums: [0],
          status: 'registered',
          weightPerQuorum: [{ quorum: 0, weight: '44', minimum: '7' }],
          socket: `${ALICE.slice(-2)}.example:9000`,
          allowlisted: true,
        },
      ],
      [
        {
          avs: 'echo',
          quorums: [],
          status: 'deregistered',
          weightPerQuorum: [],
          socket: `${BOB.slice(-2)}.example:9000`,
          allowlisted: false,
        },
      ],
    ]);
    await expect(api.getAvs({ params: { name: 'none' } })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('asks for a failed document again only after a while', async () => {
    const l1 = new FakeL1();
    const clock = new FakeClock();
    let tries = 0;
    indexer = await Indexer.create(
      { l1ChainId: 900, readDepth: 1, blockTimeMs: 5, version: '1.0.0', listen: { host: '127.0.0.1', port: 0 } },
      {
        db: db(),
        client: l1.client,
        logger,
        metrics: new Metrics(),
        clock,
        fetchMetadata: async () => {
          tries++;
          if (tries > 1) return METADATA;
          throw new Error('the server answers with status 500');
        },
      },
    );
    await indexer.start();
    l1.mine(...register(ALICE, 'https://meta.example/late.json'));
    l1.mine();
    await indexer.follow(DEPLOYMENTS);
    await indexer.reached(1);
    const api = createApiClient({ baseUrl: `http://127.0.0.1:${indexer.port}` });
    const problem = () => db().selectFrom('metadata_documents').select(['problem', 'failures']).executeTakeFirst();
    await api.listOperators();
    const failed = await waitUntil(problem, { what: 'the first try' });
    expect(failed).toEqual({ problem: 'the server answers with status 500', failures: 1 });
    await api.listOperators();
    clock.set(clock.now() + 61_000);
    await api.listOperators();
    await waitUntil(async () => (await problem())?.failures === 0, { what: 'the second try' });
    expect(tries).toBe(2);
  });
});

describe('an indexer without contracts', () => {
  it('is off when the platform says so', async () => {
    const client = new FakeL1().client;
    const indexer = await Indexer.create(
      { l1ChainId: 900, readDepth: 1, blockTimeMs: 5, version: '1.0.0' },
      { db: undefined as never, client, logger, metrics: new Metrics() },
    );
    indexer.report('off', 'This platform was started with --no-operators.');
    expect(indexer.block).toBe(-1);
    await indexer.stop();
  });
});
