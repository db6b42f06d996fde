import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Aggregator, EchoAdapter } from '@tephra/aggregator';
import {
  type AvsEvidence,
  type AvsStatus,
  type AvsTask,
  avsDeploymentAnswer,
  restakingDeploymentAnswer,
} from '@tephra/api';
import { Metrics, systemClock } from '@tephra/core';
import { type Database, openDatabase } from '@tephra/db';
import { delegationManagerAbi, echoTaskManagerAbi, type TransactionSender } from '@tephra/l1';
import { type DutyModule, EchoDuty, echoDuty, OperatorHost, operatorHostOptions } from '@tephra/operator';
import { type TempDir, tempDir, waitUntil } from '@tephra/testing';
import { encodeFunctionData, keccak256, parseEther, parseEventLogs, toHex } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slashWrongSigner, wasSlashed } from './slash.ts';
import { devKey, RestakedL1, type StakedOperator } from './testing/restaked-l1.ts';
import { runOperatorCli } from './testing/run-operator-cli.ts';

let dir: TempDir;
let l1: RestakedL1;
let db: Database;
let aggregator: Aggregator;
let operators: StakedOperator[];
const hosts: (OperatorHost | undefined)[] = [];
let submitter: TransactionSender;

beforeAll(async () => {
  dir = await tempDir();
  l1 = await RestakedL1.start();
  operators = [];
  for (const index of [1, 2, 3, 4]) operators.push(await l1.addOperator(index));
  db = await openDatabase({ kind: 'embedded', dataDir: path.join(dir.path, 'db') });
  submitter = await l1.senderOf(devKey(9));
  await startAggregator();
  for (let index = 0; index < 4; index++) await startHost(index);
});
afterAll(async () => {
  for (const host of hosts) await host?.stop();
  await aggregator?.stop();
  await db?.destroy();
  await l1?.stop();
  await dir?.remove();
});

async function startAggregator(port = 0): Promise<void> {
  const { logger, echo, platform, anvil } = l1;
  const adapter = await EchoAdapter.create(
    { deployment: echo, chainId: anvil.chainId, pollMs: 20, confirmations: 1 },
    { client: platform.client, sender: submitter, clock: systemClock, logger },
  );
  aggregator = await Aggregator.create(
    { listen: { host: '127.0.0.1', port }, instance: 'one', taskToken: null, graceMs: 400 },
    { db, adapters: [adapter], logger, clock: systemClock, metrics: new Metrics() },
  );
  await aggregator.start();
}

async function startHost(index: number, duty: DutyModule = echoDuty): Promise<void> {
  const { anvil, echo, restaking, logger } = l1;
  const { address, signer } = operators[index]!;
  const host = await OperatorHost.create(
    operatorHostOptions.parse({
      name: `operator-${index}`,
      operatorAddress: address,
      aggregatorUrl: `${url()}/aggregator`,
      l1RpcUrl: anvil.rpcUrl,
      l1ChainId: anvil.chainId,
      l1Depth: 0,
      l1PollIntervalMs: 50,
      dataDir: path.join(dir.path, `operator-${index}`),
      nodeApi: { host: '127.0.0.1', port: 0 },
      metrics: { host: '127.0.0.1', port: 0 },
      restaking: restakingDeploymentAnswer(restaking),
      avss: [{ name: 'echo', deployment: avsDeploymentAnswer(echo) }],
    }),
    { signer, duties: [duty], logger, version: '0.0.0' },
  );
  await host.start();
  hosts[index] = host;
}

async function stopHost(index: number): Promise<void> {
  await hosts[index]?.stop();
  hosts[index] = undefined;
}

const url = (): string => `http://127.0.0.1:${aggregator.port}`;
const get = async <T>(route: string): Promise<T> => (await fetch(`${url()}${route}`)).json() as Promise<T>;
const taskState = (id: string) => get<AvsTask>(`/v1/avs/echo/tasks/${id}`);
const status = () => get<AvsStatus>('/v1/avs/echo/status');
const evidence = async () => (await get<{ items: AvsEvidence[] }>('/v1/avs/echo/evidence')).items;

async function newTask(text: string): Promise<string> {
  const data = encodeFunctionData({
    abi: echoTaskManagerAbi,
    functionName: 'createNewTask',
    args: [toHex(text), 67, '0x0001'],
  });
  const { receipt } = await l1.platform.send({ to: l1.echo.taskManager, data });
  const [log] = parseEventLogs({ abi: echoTaskManagerAbi, eventName: 'NewTaskCreated', logs: receipt.logs });
  return String(log!.args.taskIndex);
}

/** Waits until the L1 has the answer to a task, and returns the task as the aggregator shows it. */
async function certified(id: string): Promise<AvsTask> {
  await waitUntil(
    async () =>
      BigInt(
        await l1.platform.client.readContract({
          address: l1.echo.taskManager,
          abi: echoTaskManagerAbi,
          functionName: 'allTaskResponses',
          args: [Number(id)],
        }),
      ) !== 0n,
    { what: `the answer to task ${id} on the L1` },
  );
  return waitUntil(
    async () => {
      const task = await taskState(id);
      return task.state === 'confirmed' && task;
    },
    { what: `task ${id} to be confirmed` },
  );
}

const verdicts = ({ signers }: AvsTask): Record<string, string> =>
  Object.fromEntries(signers.map(({ operator, verdict }) => [operator, verdict]));
const verdictOf = (task: AvsTask, index: number) => verdicts(task)[operators[index]!.address];

describe('four operators of the echo AVS', () => {
  it('answer tasks, and the L1 verifies their certificate', async () => {
    const task = await certified(await newTask('hello'));
    expect(task.certificate?.signedPercentages.every((percentage) => percentage >= 67)).toBe(true);
    await waitUntil(
      async () => Object.values(verdicts(await taskState(task.taskId))).every((word) => word === 'signed'),
      {
        what: 'all four signatures',
      },
    );
    const { nodeApi, metrics } = hosts[0]!.ports;
    await waitUntil(async () => (await fetch(`http://127.0.0.1:${nodeApi}/eigen/node/health`)).status === 200, {
      what: 'good health',
    });
    const text = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
    expect(text).toContain('tephra_operator_answers_total{avs="echo",outcome="accepted"} 1');
    expect(text).toContain(
      'eigen_registered_stakes{avs_name="echo",quorum_number="0",quorum_name="ETH and LSTs"} 100000000000000000000',
    );
    expect(text).toContain('eigen_fees_earned_total{token=');
    expect(text).toContain('eigen_slashing_status 0');
  });

  it('certify without one of them', async () => {
    await stopHost(3);
    const task = await certified(await newTask('three'));
    expect(task.certificate?.nonSignerIds).toHaveLength(1);
    expect(task.certificate?.signedPercentages).toEqual([75, 75]);
    expect(verdictOf(task, 3)).toBe('missed');
  });

  it('stop without two, which the status says, and go on with the open task when one is back', async () => {
    await stopHost(2);
    const id = await newTask('two');
    const down = await waitUntil(
      async () => {
        const now = await status();
        return now.state === 'below-threshold' && now.lastTaskId === id && now.operatorsOnline === 2 && now;
      },
      { what: 'the status' },
    );
    expect(down.operatorsNeeded).toBe(3);
    expect(down.missing.map(({ operator }) => operator).toSorted()).toEqual(
      [operators[2]!.address, operators[3]!.address].toSorted(),
    );
    expect((await taskState(id)).state).toBe('open');
    await startHost(2);
    const task = await certified(id);
    expect(verdictOf(task, 2)).toBe('signed');
    expect((await status()).state).toBe('certifying');
  });

  it('deliver what they signed when the aggregator comes back', async () => {
    const { port } = aggregator;
    await aggregator.stop();
    const id = await newTask('while it is away');
    await waitUntil(async () => (await metricsOf(0)).includes('tephra_operator_undelivered_answers 1'), {
      what: 'an answer that waits',
    });
    await startAggregator(port);
    await certified(id);
    await waitUntil(async () => (await metricsOf(0)).includes('tephra_operator_undelivered_answers 0'), {
      what: 'the delivery',
    });
  });

  it('leave out one that lies, whom anybody can have slashed, and its delegators pay', async () => {
    const liar = operators[3]!;
    const lying: DutyModule = {
      ...echoDuty,
      create: (context) => new EchoDuty(context, (payload) => keccak256(toHex(`not ${payload}`))),
    };
    await startHost(3, lying);
    await waitUntil(() => hosts[3]!.status.every((part) => part.status === 'Up'), { what: 'the liar' });
    const id = await newTask('the truth');
    const task = await certified(id);
    expect(task.certificate?.signedPercentages).toEqual([75, 75]);
    const found = await waitUntil(async () => (await evidence()).find(({ taskId }) => taskId === id), {
      what: 'the evidence',
    });
    expect(found).toMatchObject({ kind: 'wrong', operator: liar.address });
    const shares = () =>
      l1.platform.client.readContract({
        address: l1.restaking.delegationManager,
        abi: delegationManagerAbi,
        functionName: 'getWithdrawableShares',
        args: [liar.staker, l1.echo.quorums.map(({ strategies }) => strategies[0]!.strategy)],
      });
    const [before] = await shares();
    expect(before).toEqual([parseEther('100'), parseEther('100')]);
    const listed = await slash('');
    expect(listed.stdout).toMatch(new RegExp(`${id} +${liar.address} +wrong`));
    expect((await slash(' --task 999')).code).toBe(4);
    const slashed = await slash(` --task ${id} --json`);
    expect(JSON.parse(slashed.stdout)).toEqual([
      { operator: liar.address, taskId: id, transactionHash: expect.stringMatching(/^0x/) },
    ]);
    const [after] = await shares();
    expect(after).toEqual([parseEther('90'), parseEther('90')]);
    expect(await wasSlashed(l1.platform.client, l1.echo, found)).toBe(true);
    expect((await slash(` --task ${id}`)).stdout).toContain('slashed before');
    await expect(slashWrongSigner(submitter, l1.echo, found)).rejects.toMatchObject({
      details: { errorName: 'SlashedAlready' },
    });
  });

  it('do not answer again what they answered before a restart, and nothing else', async () => {
    const id = await newTask('once');
    await certified(id);
    await stopHost(0);
    await startHost(0);
    await waitUntil(() => hosts[0]!.status.every((part) => part.status === 'Up'), { what: 'the restarted host' });
    const text = await metricsOf(0);
    // The window is read again, but every answer in it is in the journal and was delivered.
    expect(text).not.toContain('outcome="refused"');
    expect((await evidence()).every(({ operator }) => operator !== operators[0]!.address)).toBe(true);
  });
});

/** As anybody who has gas money can. */
async function slash(more: string) {
  const { anvil, echo, restaking } = l1;
  const deployment = restakingDeploymentAnswer(restaking);
  const file = { l1ChainId: anvil.chainId, deployment, avss: [avsDeploymentAnswer(echo)] };
  await writeFile(path.join(dir.path, 'deployment.json'), JSON.stringify(file));
  const network = `--deployment deployment.json --l1-rpc ${anvil.rpcUrl} --aggregator ${url()}/aggregator`;
  return runOperatorCli(`operator slash --avs echo ${network}${more}`, {
    cwd: dir.path,
    env: { TEPHRA_PRIVATE_KEY: devKey(8) },
  });
}

async function metricsOf(index: number): Promise<string> {
  return (await fetch(`http://127.0.0.1:${hosts[index]!.ports.metrics}/metrics`)).text();
}
