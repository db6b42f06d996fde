import { createLogger, systemClock } from '@tephra/core';
import type { L1Client, TransactionSender } from '@tephra/l1';
import {
  type Address,
  type AttestationTask,
  encodePack,
  encodeVitalBlock,
  encodeVitalPack,
  type Hash,
  type Pack,
  packHash,
  parseVitalTaskId,
  type VitalBlockStatement,
  vitalBlockDigest,
  vitalPackDigest,
  vitalTaskId,
} from '@tephra/protocol';
import { keccak256, toHex } from 'viem';
import { beforeEach, describe, expect, it } from 'vitest';
import { VitalAdapter } from './vital-adapter.ts';

const hashOf = (text: string): Hash => keccak256(toHex(text));
const ATTESTATION: Address = `0x${'0b'.repeat(20)}`;
const FACTORY: Address = `0x${'0f'.repeat(20)}`;
const ROLLUP: Address = `0x${'0a'.repeat(20)}`;
const OTHER: Address = `0x${'0c'.repeat(20)}`;

const PACK: Pack = {
  index: 3n,
  firstBlock: 13n,
  lastBlock: 20n,
  parentOutputRoot: hashOf('parent'),
  contentRoot: hashOf('content'),
  output: {
    stateRoot: hashOf('state'),
    blockHash: hashOf('block 20'),
    outboxRoot: hashOf('outbox'),
    inboxPosition: 0n,
    inboxAccumulator: hashOf('inbox'),
    l1OriginNumber: 108n,
    l1OriginHash: hashOf('origin'),
    historyRoot: hashOf('history'),
  },
  outputRoots: [hashOf('output')],
  frames: [hashOf('frame')],
  terminal: false,
};

/** A rollup's node and the L1, as a test wants them. */
class World {
  newest = 18n;
  proposal: Pack | null = PACK;
  nodeIsUp = true;
  epoch = 0n;
  packCount = 2n;
  terminalPack = 0n;
  refusal: string | null = null;
  certificates: unknown[] = [];

  readonly fetch = (async (url: string, { body }: { body: string }) => {
    expect(url).toBe('http://nodes/77');
    if (!this.nodeIsUp) throw new TypeError('fetch failed');
    const { method, params } = JSON.parse(body) as { method: string; params: string[] };
    const answer = this.#answer(method, params);
    const error = this.refusal && { message: 'refused', data: { code: this.refusal } };
    const isCertificate = method === 'tephra_addCertificate';
    return Response.json({ jsonrpc: '2.0', id: 1, ...(isCertificate && error ? { error } : { result: answer }) });
  }) as unknown as typeof fetch;

  #answer(method: string, params: string[]): unknown {
    if (method === 'tephra_addCertificate') return this.certificates.push(params) > 0;
    if (method === 'tephra_getVerification') {
      const proposal = this.proposal && encodePack(this.proposal);
      return { attestation: ATTESTATION, povBlocks: '0x6', newest: toHex(this.newest), certified: '0x0', proposal };
    }
    const number = BigInt(params[0]!);
    if (number > this.newest) return null;
    return {
      blockHash: hashOf(`block ${number}`),
      outputRoot: hashOf(`output ${number}`),
      l1OriginNumber: toHex(100n + number),
      l1OriginHash: hashOf(`origin ${number}`),
    };
  }

  readonly client = {
    getBlockNumber: async () => 200n,
    getContractEvents: async () => [
      { args: { rollup: ROLLUP, chainId: 77n } },
      { args: { rollup: OTHER, chainId: 78n } },
    ],
    readContract: async ({ functionName, address }: { functionName: string; address: Address }) =>
      ({
        factory: FACTORY,
        deployedAtBlock: 1n,
        attestation: address === ROLLUP ? ATTESTATION : OTHER,
        revertEpoch: this.epoch,
        packCount: this.packCount,
        terminalPack: this.terminalPack,
      })[functionName],
  } as unknown as L1Client;
}

let world: World;
let adapter: VitalAdapter;

beforeEach(async () => {
  world = new World();
  const addresses = { registryCoordinator: OTHER, stakeRegistry: OTHER, blsApkRegistry: OTHER, indexRegistry: OTHER };
  adapter = await VitalAdapter.create(
    {
      deployment: {
        ...addresses,
        name: 'vital',
        kind: 'bls',
        serviceManager: OTHER,
        operatorStateRetriever: OTHER,
        allowlist: OTHER,
        taskManager: ATTESTATION,
        quorums: [0, 1].map((number) => ({
          number,
          name: '',
          thresholdPercentage: 67,
          strategies: [],
          minimumStake: 1n,
        })),
        deployedAtBlock: 1n,
      },
      chainId: 900,
      nodeUrl: 'http://nodes/{chainId}',
      pollMs: 10,
    },
    {
      client: world.client,
      sender: {} as TransactionSender,
      clock: systemClock,
      logger: createLogger({ name: 'vital', level: 'silent' }),
      fetch: world.fetch,
    },
  );
});

/** What is announced in a turn or two. */
async function announced(): Promise<Map<string, AttestationTask>> {
  const tasks = new Map<string, AttestationTask>();
  const stop = new AbortController();
  let turns = 0;
  const onTask = async (task: AttestationTask) => {
    tasks.set(task.taskId, task);
    if (turns++ > 2) stop.abort();
  };
  const isWriter = async () => true;
  const running = adapter.run({ onTask, isWriter, openTasks: () => 0, signal: stop.signal });
  setTimeout(() => stop.abort(), 200);
  await running;
  return tasks;
}

const statement = (number: bigint): VitalBlockStatement => ({
  rollup: ROLLUP,
  revertEpoch: 0n,
  number,
  blockHash: hashOf(`block ${number}`),
  outputRoot: hashOf(`output ${number}`),
  l1OriginNumber: 100n + number,
  l1OriginHash: hashOf(`origin ${number}`),
  referenceBlock: 100 + Number(number),
});
const blockId = (number: bigint) => vitalTaskId({ kind: 'block', ...statement(number) });
const packId = vitalTaskId({ kind: 'pack', rollup: ROLLUP, revertEpoch: 0n, index: 3n, packHash: packHash(PACK) });

describe('VitalAdapter', () => {
  it('announces the newest block at which a proof ends, and the pack that waits, of rollups that name it', async () => {
    const tasks = await announced();
    expect([...tasks.keys()].sort()).toEqual([blockId(18n), packId].sort());
    expect(tasks.get(blockId(18n))).toMatchObject({
      referenceBlockNumber: 118,
      quorumNumbers: [0, 1],
      thresholdPercentages: [67, 67],
      content: encodeVitalBlock(statement(18n)),
    });
    expect(tasks.get(packId)).toMatchObject({ referenceBlockNumber: 108, content: encodePack(PACK) });
  });

  it('announces nothing of a rollup that has ended, or whose node is away', async () => {
    world.nodeIsUp = false;
    expect((await announced()).size).toBe(0);
    world.nodeIsUp = true;
    world.terminalPack = 2n;
    expect((await announced()).size).toBe(0);
  });

  it('finds tasks by their names alone, and only those that there are', async () => {
    await announced();
    expect((await adapter.fetchTask(blockId(12n)))?.content).toBe(encodeVitalBlock(statement(12n)));
    expect((await adapter.fetchTask(packId))?.taskId).toBe(packId);
    const asked = parseVitalTaskId(blockId(12n));
    const names = [
      '7',
      blockId(24n),
      vitalTaskId({ ...asked, rollup: OTHER }),
      vitalTaskId({ ...asked, l1OriginHash: hashOf('?') } as never),
      vitalTaskId({ ...asked, revertEpoch: 1n }),
      vitalTaskId({ ...parseVitalTaskId(packId), packHash: hashOf('?') } as never),
    ];
    for (const name of names) expect(await adapter.fetchTask(name), name).toBeNull();
    world.epoch = 1n;
    expect(await adapter.fetchTask(blockId(12n))).toBeNull();
  });

  it('knows the digest of an answer, and refuses one to another task', async () => {
    const tasks = await announced();
    const block = tasks.get(blockId(18n))!;
    expect(adapter.digestOf(block, encodeVitalBlock(statement(18n)))).toBe(
      vitalBlockDigest(900n, ATTESTATION, statement(18n)),
    );
    // Operators may find another hash than the node's: that is an answer, too.
    const different = { ...statement(18n), blockHash: hashOf('?') };
    expect(adapter.digestOf(block, encodeVitalBlock(different))).not.toBe(
      adapter.digestOf(block, encodeVitalBlock(statement(18n))),
    );
    for (const wrong of [
      statement(12n),
      { ...statement(18n), referenceBlock: 1 },
      { ...statement(18n), revertEpoch: 1n },
    ])
      expect(() => adapter.digestOf(block, encodeVitalBlock(wrong))).toThrow(/another task/);
    const pack = tasks.get(packId)!;
    const said = { rollup: ROLLUP, revertEpoch: 0n, packHash: packHash(PACK), referenceBlock: 108 };
    expect(adapter.digestOf(pack, encodeVitalPack(said))).toBe(vitalPackDigest(900n, ATTESTATION, said));
    for (const wrong of [{ packHash: hashOf('?') }, { rollup: OTHER }, { referenceBlock: 109 }, { revertEpoch: 2n }])
      expect(() => adapter.digestOf(pack, encodeVitalPack({ ...said, ...wrong }))).toThrow(/another task/);
  });

  it('takes a pack for submitted when the L1 has its index', async () => {
    const pack = (await announced()).get(packId)!;
    expect(await adapter.isSubmitted(pack)).toBe(false);
    world.packCount = 3n;
    expect(await adapter.isSubmitted(pack)).toBe(true);
  });
});
