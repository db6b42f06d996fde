/** Operators with real stake on a running platform: certificates, kills, restarts, and a slash that delegators feel. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type ApiClient, type AvsTask, createApiClient, type OperatorHostAnswer } from '@tephra/api';
import { loadBls, readBlsKeystore } from '@tephra/crypto';
import { createL1Client, echoTaskManagerAbi } from '@tephra/l1';
import { echoResponseDigest, encodeEchoResponse, type Hash } from '@tephra/protocol';
import { type TempDir, tempDir, waitUntil } from '@tephra/testing';
import { toHex } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cliJson, rpc, startUp, type Up } from './support/up.ts';

const FLAGS = ['--operators', '--echo-interval', '1'];
const DEV_STAKERS = 4;

let dir: TempDir;
let up: Up;
let api: ApiClient;

async function start(): Promise<void> {
  up = await startUp(['--data-dir', dir.path, ...FLAGS]);
  api = createApiClient({ baseUrl: up.ready.url, token: up.ready.token });
}

beforeAll(async () => {
  dir = await tempDir();
  await start();
});
afterAll(async () => {
  await up?.end('SIGTERM');
  await dir.remove();
});

const echo = { avs: 'echo' };
const tasks = async (): Promise<AvsTask[]> => (await api.listAvsTasks({ params: echo, query: { limit: 20 } })).items;
/** The newest confirmed task after `taskId` for which `accept` holds. */
const certified = (what: string, after: number, accept: (task: AvsTask) => boolean = () => true) =>
  waitUntil(
    async () =>
      (await tasks()).find((task) => task.state === 'confirmed' && Number(task.taskId) > after && accept(task)),
    // Operators join two AVSs before all of them sign.
    { what, intervalMs: 200, timeoutMs: 60_000 },
  );
const newest = async (): Promise<number> => Math.max(-1, ...(await tasks()).map(({ taskId }) => Number(taskId)));
const verdictOf = (task: AvsTask, operator: string) =>
  task.signers.find((signer) => signer.operator === operator)?.verdict;
const hosts = async (): Promise<OperatorHostAnswer[]> => (await api.listOperatorHosts()).items;

describe('four operators of a platform', () => {
  let operators: string[] = [];

  test('come up by themselves, with stake of dev accounts, and certify', async () => {
    // Three are enough for the very first ones; a process that starts late has no part in them.
    const first = await certified(
      'a certificate of all four',
      -1,
      (task) => task.signers.length === 4 && task.signers.every(({ verdict }) => verdict === 'signed'),
    );
    const running = await hosts();
    operators = running.map(({ address }) => address);
    expect(running.map(({ name, state }) => [name, state])).toEqual(
      [1, 2, 3, 4].map((number) => [`operator-${number}`, 'running']),
    );
    expect(first.signedPercentages).toEqual([100, 100]);

    // The L1 itself holds the certified answer.
    const { avss, l1ChainId } = await api.getRestaking();
    const client = createL1Client({ rpcUrl: up.ready.l1Url, chainId: l1ChainId });
    const response = await client.readContract({
      address: avss[0]!.taskManager!,
      abi: echoTaskManagerAbi,
      functionName: 'allTaskResponses',
      args: [Number(first.taskId)],
    });
    expect(BigInt(response)).not.toBe(0n);
    const receipt = await rpc<{ status: string }>(up.ready.l1Url, 'eth_getTransactionReceipt', [
      first.certificate?.submission.transactionHash,
    ]);
    expect(receipt.status).toBe('0x1');
  });

  test('are shown with stakes, delegators, registrations and weights', async () => {
    // They join the second AVS while the first is at work already.
    const items = await waitUntil(
      async () => {
        const found = (await api.listOperators()).items;
        return found.every(({ registrations }) => registrations.length === 2) && found;
      },
      { what: 'the registrations of all', intervalMs: 200, timeoutMs: 60_000 },
    );
    expect(items.map(({ address }) => address).sort()).toEqual([...operators].sort());
    for (const operator of items) {
      const underlying = Object.fromEntries(operator.stakes.map(({ symbol, underlying: amount }) => [symbol, amount]));
      expect(underlying).toEqual({
        ETH: `${500n * 10n ** 18n}`,
        dstETH: `${500n * 10n ** 18n}`,
        ALT: `${500n * 10n ** 18n}`,
      });
      expect(operator).toMatchObject({
        metadata: { name: expect.stringMatching(/^Dev operator [1-4]$/) },
        delegatorCount: 1,
        registrations: ['echo', 'vital'].map((avs) => ({
          avs,
          quorums: [0, 1],
          status: 'registered',
          allowlisted: true,
        })),
      });
    }
    const avs = await api.getAvs({ params: { name: 'echo' } });
    expect(avs.totals).toEqual([
      // Half of each stake is allocated to it, and half to VITAL.
      { quorum: 0, weight: `${2_000n * 10n ** 18n}` },
      { quorum: 1, weight: `${1_000n * 10n ** 18n}` },
    ]);
    expect(avs).toMatchObject({ metadata: { name: 'Echo' }, allowlist: { enabled: true } });
    const staker = await api.getStaker({
      params: { address: up.ready.accounts[up.ready.accounts.length - 1]!.address },
    });
    expect(operators).toContain(staker.delegatedTo);
    expect(staker.deposits.map(({ symbol }) => symbol).sort()).toEqual(['ALT', 'ETH', 'dstETH']);
  });

  test('go on when one is killed; say who is missing when two are away; recover when they are back', async () => {
    const [victim, other] = await hosts();
    // Killed, and kept away: the platform would start it again at once.
    process.kill(victim!.pid!, 'SIGKILL');
    await cliJson(up.ready, ['operator', 'stop', victim!.name]);
    const without = await certified('a certificate of three', await newest(), (task) =>
      task.signers.some(({ verdict }) => verdict === 'missed'),
    );
    expect(verdictOf(without, victim!.address)).toBe('missed');
    expect(without.signedPercentages).toEqual([75, 75]);

    await api.stopOperatorHost({ params: { name: other!.name } });
    const status = await waitUntil(
      async () => {
        const now = await api.getAvsStatus({ params: echo });
        return now.state === 'below-threshold' && now.missing.length === 2 && now;
      },
      { what: 'too little stake', intervalMs: 200 },
    );
    expect(status.missing.map(({ operator }) => operator).sort()).toEqual([victim!.address, other!.address].sort());
    expect(status).toMatchObject({ operatorsRegistered: 4, operatorsOnline: 2, operatorsNeeded: 3 });

    await cliJson(up.ready, ['operator', 'start', victim!.name]);
    await api.startOperatorHost({ params: { name: other!.name } });
    const recovered = await certified('a certificate of four again', await newest(), (task) =>
      task.signers.every(({ verdict }) => verdict === 'signed'),
    );
    expect(recovered.signedPercentages).toEqual([100, 100]);
    await waitUntil(async () => (await api.getAvsStatus({ params: echo })).state === 'certifying', {
      what: 'certifying',
    });
  });

  test('who signed a wrong answer is slashed by anybody, and the delegators have less', async () => {
    const [{ name, address }, { name: fourth }] = (await hosts()).slice(2) as [OperatorHostAnswer, OperatorHostAnswer];
    const { delegators } = await api.getOperator({ params: { address } });
    const staker = delegators[0]!.staker;
    const before = await api.getStaker({ params: { address: staker } });
    // With half of the stake away a task stays open until the lie has arrived.
    const away = [name, fourth];
    await Promise.all(away.map((host) => api.stopOperatorHost({ params: { name: host } })));
    const taskId = await lie(name);
    await cliJson(up.ready, [
      ...['operator', 'slash', '--avs', 'echo', '--task', String(taskId)],
      ...['--private-key', up.ready.accounts[0]!.privateKey],
    ]);
    const operator = await waitUntil(
      async () => {
        const now = await api.getOperator({ params: { address } });
        return now.slashes.length > 0 && now;
      },
      { what: 'the slash in the index' },
    );
    expect(operator.slashCount).toBe(operator.slashes.length);
    const after = await api.getStaker({ params: { address: staker } });
    const amounts = (position: typeof after) =>
      Object.fromEntries(
        position.deposits.map(({ symbol, withdrawableShares }) => [symbol, BigInt(withdrawableShares)]),
      );
    // 10 % of what is allocated to this AVS, which is half of all.
    for (const [symbol, amount] of Object.entries(amounts(before))) {
      expect(amounts(after)[symbol], symbol).toBe((amount * 95n) / 100n);
    }
    const stake = operator.stakes.find(({ symbol }) => symbol === 'ETH');
    expect(stake?.underlying).toBe(`${475n * 10n ** 18n}`);
    expect(operator.delegators[0]?.shares.map(({ shares }) => shares)).toEqual(
      Array.from({ length: 3 }, () => `${475n * 10n ** 18n}`),
    );
    await Promise.all(away.map((host) => api.startOperatorHost({ params: { name: host } })));
  });

  test('stop and resume with the platform, with the same contracts and keys', async () => {
    const { deployment } = await api.getRestaking();
    const before = await newest();
    expect(await up.end('SIGTERM')).toBe(0);
    await start();
    await certified('a certificate after the restart', before);
    expect((await hosts()).map(({ address }) => address)).toEqual(operators);
    expect((await api.getRestaking()).deployment).toEqual(deployment);
    expect((await api.listOperators()).items).toHaveLength(DEV_STAKERS);
  });

  /** Answers the next task wrongly with the key of an operator, and gives its number. */
  async function lie(name: string): Promise<number> {
    const { avss, l1ChainId } = await api.getRestaking();
    const keyDir = path.join(dir.path, 'operators', name);
    const [keystore, password] = await Promise.all(
      [`${name}.bls.key.json`, 'password'].map((file) => readFile(path.join(keyDir, file), 'utf8')),
    );
    const bls = await loadBls();
    const key = await readBlsKeystore(keystore!, password!.trim());
    const before = await newest();
    const task = await waitUntil(
      async () => (await tasks()).find(({ taskId, state }) => Number(taskId) > before && state === 'open'),
      { what: 'an open task', intervalMs: 20 },
    );
    const taskIndex = Number(task.taskId);
    const answer = { referenceTaskIndex: taskIndex, echo: `0x${'be'.repeat(32)}` as Hash };
    const digest = echoResponseDigest(BigInt(l1ChainId), avss[0]!.taskManager!, answer);
    const { X, Y } = bls.sign(key, digest);
    const host = (await hosts()).find((one) => one.name === name)!;
    const { items } = await api.listOperators();
    const accepted = await rpc<{ accepted: boolean }>(
      `${up.ready.url}/aggregator`,
      'aggregator_processSignedTaskResponse',
      [
        {
          ...echo,
          taskId: task.taskId,
          operatorId: items.find(({ address }) => address === host.address)!.operatorId,
          response: encodeEchoResponse(answer),
          signature: { x: toHex(X, { size: 32 }), y: toHex(Y, { size: 32 }) },
          journalSequence: 1_000,
        },
      ],
    );
    expect(accepted.accepted).toBe(true);
    return taskIndex;
  }
});
