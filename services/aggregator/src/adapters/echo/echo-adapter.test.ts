import type { AvsEvidence, AvsTask } from '@tephra/api';
import { createLogger, systemClock } from '@tephra/core';
import { type Database, openDatabase } from '@tephra/db';
import { blsApkRegistryAbi, echoTaskManagerAbi, OperatorStateReader, registryCoordinatorAbi } from '@tephra/l1';
import {
  decodeEchoResponse,
  decodeEchoTask,
  decodeG1,
  decodeG2,
  echoResponseDigest,
  type Hash,
} from '@tephra/protocol';
import { waitUntil } from '@tephra/testing';
import { encodeFunctionData, keccak256, toHex, zeroHash } from 'viem';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { EchoL1, type EchoOperator } from '../../testing/echo-l1.ts';
import { TestAggregator } from '../../testing/harness.ts';
import { EchoAdapter } from './echo-adapter.ts';

let l1: EchoL1;
let db: Database;
/** Two heavy ones in both quorums, a third in the first quorum only: without it 80 % of that one's stake is left. */
let both: [EchoOperator, EchoOperator];
let single: EchoOperator;
let blockWithNobody: number;
let adapter: EchoAdapter;
let on: TestAggregator | undefined;

beforeAll(async () => {
  [l1, db] = await Promise.all([EchoL1.start(), openDatabase({ kind: 'memory' })]);
  blockWithNobody = Number(await l1.owner.client.getBlockNumber());
  both = [await l1.addOperator(0, [0, 1], '20'), await l1.addOperator(1, [0, 1], '20')];
  single = await l1.addOperator(2, [0], '10');
  await l1.mine();
});
afterAll(async () => {
  await db?.destroy();
  await l1?.stop();
});
beforeEach(async () => {
  const logger = createLogger({ name: 'echo-test', level: 'silent' });
  adapter = await EchoAdapter.create(
    { deployment: l1.avs, chainId: 900, confirmations: 1, pollMs: 20 },
    { client: l1.owner.client, sender: l1.owner, clock: systemClock, logger },
  );
});
afterEach(async () => {
  await on?.stop();
  on = undefined;
});

/** Not before `start`: the clock of the tests runs from now on. */
const start = async (): Promise<TestAggregator> => {
  on = await TestAggregator.start(db, [adapter], { now: Date.now() });
  return on;
};
const taskOf = (index: number) => on!.get<AvsTask>(`/v1/avs/echo/tasks/${index}`);
const seen = async (index: number) => {
  await waitUntil(async () => (await taskOf(index)).state, { what: `task ${index}` });
  return (await adapter.fetchTask(String(index)))!;
};
const confirmed = (index: number) =>
  waitUntil(async () => (await taskOf(index)).state === 'confirmed', { what: `answer to task ${index} on the L1` });
const isAnswered = async (index: number) =>
  (await l1.owner.client.readContract({
    address: l1.avs.taskManager,
    abi: echoTaskManagerAbi,
    functionName: 'allTaskResponses',
    args: [index],
  })) !== zeroHash;

it('agrees with the contracts on hashed points, digests and keys', async () => {
  const { client } = l1.owner;
  for (const index of [0, 1, 2 ** 32 - 1]) {
    const response = { referenceTaskIndex: index, echo: keccak256(toHex(index)) };
    const digest = await client.readContract({
      address: l1.avs.taskManager,
      abi: echoTaskManagerAbi,
      functionName: 'responseDigest',
      args: [response],
    });
    expect(echoResponseDigest(900n, l1.avs.taskManager, response)).toBe(digest);
  }
  // That of the registration is hashed to the curve by the contract: 3 operators registered with ours, and here are points.
  for (const operator of [...both, single]) {
    const [key, id] = await client.readContract({
      address: l1.avs.blsApkRegistry,
      abi: blsApkRegistryAbi,
      functionName: 'getRegisteredPubkey',
      args: [operator.address],
    });
    expect({ key, id }).toEqual({ key: l1.bls.publicKeys(operator.key).g1, id: operator.operatorId });
    const point = await client.readContract({
      address: l1.avs.registryCoordinator,
      abi: registryCoordinatorAbi,
      functionName: 'pubkeyRegistrationMessageHash',
      args: [operator.address],
    });
    expect(l1.bls.isValidG1(point)).toBe(true);
  }
});

it('reads members, weights and keys at any block', async () => {
  const { client } = l1.owner;
  const reader = new OperatorStateReader(l1.avs, { client });
  const head = Number(await client.getBlockNumber());
  const operators = await reader.operatorsAt([0, 1], head);
  const expected = [...both, single]
    .map(({ operatorId, address, key }) => ({
      operatorId,
      address,
      ...l1.bls.publicKeys(key),
      stakes: operatorId === single.operatorId ? [10n ** 19n, null] : [2n * 10n ** 19n, 2n * 10n ** 19n],
    }))
    .sort((a, b) => (a.operatorId < b.operatorId ? -1 : 1));
  expect(operators).toEqual(expected);
  expect(await reader.operatorsAt([1], head)).toHaveLength(2);
  expect(await reader.operatorsAt([0, 1], blockWithNobody)).toEqual([]);
  expect(await reader.quorumsOf(single.operatorId)).toEqual([0]);
  expect(await reader.quorumsOf(`0x${'12'.repeat(32)}`)).toEqual([]);
});

it('answers tasks on the L1, with all operators and without the one in a single quorum', async () => {
  await start();
  for (const signers of [[...both, single], both]) {
    const index = await l1.createTask(toHex(`task for ${signers.length}`));
    const task = await seen(index);
    await l1.mine();
    for (const operator of signers) expect(await on!.send(l1.respond(operator, task, adapter))).toBe('accepted');
    await confirmed(index);
    expect(await isAnswered(index)).toBe(true);
    expect((await taskOf(index)).certificate?.submission.transactionHash).toMatch(/^0x/);
  }
  // Half of quorum 1 is not enough, whatever the other has.
  const index = await l1.createTask(toHex('too little'));
  const task = await seen(index);
  for (const operator of [both[0], single])
    expect(await on!.send(l1.respond(operator, task, adapter))).toBe('accepted');
  expect(await taskOf(index)).toMatchObject({ state: 'open', signedPercentages: [60, 50] });
});

it('takes an answer by somebody else as its own success', async () => {
  const index = await l1.createTask(toHex('answered by another'));
  const other = await start();
  const task = await seen(index);
  await l1.mine();
  // The certificate is there, but its way to the L1 is held up.
  await db
    .insertInto('leases')
    .values({ name: 'aggregator:echo', holder: 'another', expires_at: new Date(Date.now() + 3_600_000) })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ holder: 'another', expires_at: new Date(Date.now() + 3_600_000) }),
    )
    .execute();
  await other.stop();
  await start();
  for (const operator of both) expect(await on!.send(l1.respond(operator, task, adapter))).toBe('accepted');
  const { certificate } = await taskOf(index);
  const sent: Hash[] = [];
  const request = {
    task,
    certificate: certificate!,
    signal: new AbortController().signal,
    beforeBroadcast: async (hash: Hash) => void sent.push(hash),
  };
  const { transactionHash } = await adapter.submit({ ...request, previousHash: null });
  expect(sent).toEqual([transactionHash]);
  // Known by its hash, and also without: nothing is sent again.
  expect(await adapter.submit({ ...request, previousHash: transactionHash })).toEqual({ transactionHash });
  expect(await adapter.submit({ ...request, previousHash: null })).toEqual({ transactionHash: null });
  expect(sent).toHaveLength(1);
  await db.deleteFrom('leases').execute();
  await on!.pass(20_000);
  await confirmed(index);
});

it('keeps a wrong answer in the form in which the contract slashes for it', async () => {
  await start();
  const index = await l1.createTask(toHex('to lie about'));
  const task = await seen(index);
  expect(await on!.send(l1.respond(single, task, adapter, keccak256('0x00')))).toBe('accepted');
  const { items } = await on!.get<{ items: AvsEvidence[] }>('/v1/avs/echo/evidence');
  const evidence = items[0]!;
  expect(evidence).toMatchObject({ kind: 'wrong', taskId: String(index), operator: single.address });
  const { receipt } = await l1.owner.send({
    to: l1.avs.taskManager,
    data: encodeFunctionData({
      abi: echoTaskManagerAbi,
      functionName: 'slashWrongSigner',
      args: [
        decodeEchoTask(evidence.task),
        decodeEchoResponse(evidence.response),
        evidence.operator,
        decodeG1(evidence.pubkeyG1),
        decodeG2(evidence.pubkeyG2),
        decodeG1(evidence.signature),
      ],
    }),
  });
  expect(receipt.status).toBe('success');
  expect((await taskOf(index)).signers.find(({ operator }) => operator === single.address)?.verdict).toBe('wrong');
  const [slashed] = await new OperatorStateReader(l1.avs, l1.owner)
    .operatorsAt([0], Number(receipt.blockNumber))
    .then((operators) => operators.filter(({ operatorId }) => operatorId === single.operatorId));
  expect(slashed?.stakes).toEqual([9n * 10n ** 18n]);
});

it('follows a reorg: the task that vanished is replaced by the one that took its place', async () => {
  await start();
  const snapshot = await l1.anvil.rpc('evm_snapshot');
  const lost = await l1.createTask(toHex('soon gone'));
  await seen(lost);
  await l1.anvil.rpc('evm_revert', [snapshot]);
  const index = await l1.createTask(toHex('here to stay'));
  expect(index).toBe(lost);
  const content = await waitUntil(
    async () => {
      const task = await adapter.fetchTask(String(index));
      return task && decodeEchoTask(task.content).payload === toHex('here to stay') && task;
    },
    { what: 'the new task' },
  );
  await l1.mine();
  await waitUntil(
    async () => {
      const stored = await db.selectFrom('avs_tasks').select('content').where('task_id', '=', String(index)).execute();
      return stored[0]?.content === content.content;
    },
    { what: 'the new task in the database' },
  );
  for (const operator of both) expect(await on!.send(l1.respond(operator, content, adapter))).toBe('accepted');
  await confirmed(index);
});

it('answers again when a reorg takes an answer back that was confirmed', async () => {
  await start();
  const index = await l1.createTask(toHex('to be answered twice'));
  const task = await seen(index);
  await l1.mine();
  const snapshot = await l1.anvil.rpc('evm_snapshot');
  for (const operator of both) expect(await on!.send(l1.respond(operator, task, adapter))).toBe('accepted');
  await confirmed(index);
  await l1.anvil.rpc('evm_revert', [snapshot]);
  expect(await isAnswered(index)).toBe(false);
  await on!.pass(20_000);
  await waitUntil(() => isAnswered(index), { what: 'a second answer' });
  await confirmed(index);
});
