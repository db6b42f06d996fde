import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createLogger } from '@tephra/core';
import { LocalBlsSigner, loadBls, operatorId } from '@tephra/crypto';
import { createL1Client, echoTaskManagerAbi } from '@tephra/l1';
import { type Address, decodeEchoResponse, decodeG1, echoResponseDigest, type Hex } from '@tephra/protocol';
import { ANVIL_KEYS, type Anvil, startAnvil, type TempDir, tempDir, waitUntil } from '@tephra/testing';
import { encodeAbiParameters, encodeEventTopics, getAbiItem, keccak256, toHex } from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { echoDuty } from './duties/echo/echo-duty.ts';
import { SigningJournal } from './journal/signing-journal.ts';
import { OperatorHost } from './operator-host.ts';
import { operatorHostOptions } from './options.ts';
import { FakeAggregator } from './testing/fake-aggregator.ts';

const logger = createLogger({ name: 'host-test', level: 'silent' });
const sender = privateKeyToAddress(ANVIL_KEYS[0]);
const TASK_MANAGER: Address = `0x${'7a'.repeat(20)}`;
/**
 * Stands for a task manager that lets anybody announce any task: logs its call data (two topics, then the data), and answers
 * 300 (the response window) to a call of four bytes.
 */
const ANNOUNCER: Hex = '0x36600414601b57602035600035604036038060406000376000a2005b61012c60005260206000f3';

let anvil: Anvil;
let dir: TempDir;
let aggregator: FakeAggregator;
const hosts: OperatorHost[] = [];

beforeAll(async () => {
  anvil = await startAnvil();
  await anvil.rpc('anvil_setCode', [TASK_MANAGER, ANNOUNCER]);
});
afterAll(() => anvil.stop());
beforeEach(async () => {
  // What other tests asked is out of its window.
  await anvil.rpc('anvil_mine', ['0x12d']);
  dir = await tempDir();
  aggregator = await FakeAggregator.start();
});
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.stop();
  await aggregator[Symbol.asyncDispose]();
  await dir.remove();
});

function announcement(taskIndex: number, payload: Hex, createdBlock: number) {
  const [topic] = encodeEventTopics({ abi: echoTaskManagerAbi, eventName: 'NewTaskCreated' });
  const { inputs } = getAbiItem({ abi: echoTaskManagerAbi, name: 'NewTaskCreated' });
  const data = encodeAbiParameters(
    [inputs[1]],
    [{ payload, taskCreatedBlock: createdBlock, quorumNumbers: '0x00', quorumThresholdPercentage: 67 }],
  );
  const call = `${topic}${toHex(taskIndex, { size: 32 }).slice(2)}${data.slice(2)}`;
  return { from: sender, to: TASK_MANAGER, data: call, gas: '0x186a0' };
}

const height = async () => Number((await anvil.rpc('eth_blockNumber')) as string);
/** Resolves when it is mined, which anvil does a moment after it has answered. */
const announce = async (index: number, text: string) => {
  const hash = await anvil.rpc('eth_sendTransaction', [announcement(index, toHex(text), (await height()) + 1)]);
  await waitUntil(() => anvil.rpc('eth_getTransactionReceipt', [hash]), { what: 'the transaction', intervalMs: 5 });
};

async function start(name: string, change: { l1Depth?: number } = {}): Promise<OperatorHost> {
  const host = await OperatorHost.create(
    operatorHostOptions.parse({
      operatorAddress: sender,
      aggregatorUrl: aggregator.url,
      l1RpcUrl: anvil.rpcUrl,
      l1ChainId: 900,
      l1Depth: 0,
      l1PollIntervalMs: 50,
      dataDir: join(dir.path, name),
      nodeApi: { host: '127.0.0.1', port: 0 },
      metrics: { host: '127.0.0.1', port: 0 },
      avss: [
        {
          name: 'echo',
          deployment: {
            name: 'echo',
            kind: 'bls',
            ...Object.fromEntries(CONTRACTS.map((contract) => [contract, TASK_MANAGER])),
            quorums: [],
            deployedAtBlock: '0',
          },
        },
      ],
      ...change,
    } as never),
    { signer: await signerOf(), duties: [echoDuty], logger, version: '0.0.0' },
  );
  hosts.push(host);
  await host.start();
  return host;
}

const CONTRACTS = [
  'serviceManager',
  'registryCoordinator',
  'stakeRegistry',
  'blsApkRegistry',
  'indexRegistry',
  'operatorStateRetriever',
  'allowlist',
  'taskManager',
];

const signerOf = async () => LocalBlsSigner.create((await loadBls()).secretKey(5n));
const stop = async (host: OperatorHost) => {
  await host.stop();
  hosts.splice(hosts.indexOf(host), 1);
};
const isUp = (host: OperatorHost) =>
  waitUntil(() => host.status.every(({ status }) => status === 'Up'), { what: 'the host' });
const answered = (index: number) =>
  waitUntil(() => aggregator.received.find(({ taskId }) => taskId === String(index)), { what: `answer ${index}` });
/** The aggregator has answered, and the journal has taken note of it. */
const delivered = (host: OperatorHost) =>
  waitUntil(
    async () => {
      const metrics = await fetch(`http://127.0.0.1:${host.ports.metrics}/metrics`);
      return /^tephra_operator_undelivered_answers(\{.*\})? 0$/m.test(await metrics.text());
    },
    { what: 'nothing undelivered', intervalMs: 5 },
  );
const numbers = () => aggregator.received.map(({ taskId, journalSequence }) => `${taskId}:${journalSequence}`);

describe('OperatorHost', () => {
  it('answers with a signature of the hash of the payload', async () => {
    await isUp(await start('a'));
    await announce(1, 'hello');
    const answer = await answered(1);
    const bls = await loadBls();
    const { g1, g2 } = await (await signerOf()).publicKeys();
    const response = decodeEchoResponse(answer.response);
    expect(response).toEqual({ referenceTaskIndex: 1, echo: keccak256(toHex('hello')) });
    expect(answer.operatorId).toBe(operatorId(g1));
    const digest = echoResponseDigest(900n, TASK_MANAGER, response);
    expect(bls.verify(digest, decodeG1(answer.signature), g2)).toBe(true);
  });

  it('answers what was asked while it was down, and nothing twice', async () => {
    const first = await start('a');
    await announce(10, 'before');
    await answered(10);
    await delivered(first);
    await stop(first);
    await announce(11, 'meanwhile');
    aggregator.received.length = 0;
    aggregator.session.lastJournalSequence = 1;
    await isUp(await start('a'));
    await answered(11);
    // Task 10 is read again, but its answer was delivered.
    expect(numbers()).toEqual(['11:2']);
  });

  it('from a backup: leaves tasks alone that it may have answered, goes on behind its old numbers', async () => {
    const first = await start('a');
    await announce(20, 'one');
    await answered(20);
    await stop(first);
    await cp(join(dir.path, 'a'), join(dir.path, 'backup'), { recursive: true });
    const second = await start('a');
    await announce(21, 'two');
    await answered(21);
    await stop(second);
    await rm(join(dir.path, 'a'), { recursive: true });
    await rm(join(dir.path, 'backup', 'lock'), { force: true });
    aggregator.received.length = 0;
    aggregator.session.lastJournalSequence = 2;
    const restored = await start('backup');
    await isUp(restored);
    await announce(22, 'three');
    await answered(22);
    expect(numbers()).toContain('22:3');
    expect(aggregator.received.some(({ taskId }) => taskId === '21')).toBe(false);
  });

  it('while nobody says how far its journal was seen: answers only what is younger than the start', async () => {
    await announce(30, 'older');
    aggregator.refuse.aggregator_initOperator = 'down';
    const host = await start('a');
    await waitUntil(() => host.status.find(({ id }) => id === 'l1')?.status === 'Up', { what: 'the L1' });
    await announce(31, 'younger');
    await answered(31);
    expect(numbers()).toEqual(['31:1']);
    delete aggregator.refuse.aggregator_initOperator;
    await answered(30);
    expect(numbers()).toContain('30:2');
  });

  it('after a reorganisation: never answers a number again that comes back with another task', async () => {
    const host = await start('a');
    await isUp(host);
    const before = await height();
    await announce(40, 'first');
    await anvil.rpc('anvil_mine', ['0x1']);
    const first = await answered(40);
    await anvil.rpc('anvil_reorg', [2, [[announcement(40, toHex('second'), before + 1), 0]]]);
    await announce(41, 'later');
    await answered(41);
    expect(
      aggregator.received.filter(({ taskId }) => taskId === '40').every(({ response }) => response === first.response),
    ).toBe(true);
    await stop(host);
    const journal = await SigningJournal.open({ directory: join(dir.path, 'a') });
    const digest = echoResponseDigest(900n, TASK_MANAGER, { referenceTaskIndex: 40, echo: keccak256(toHex('first')) });
    expect(journal.find('echo', '40')?.digest).toBe(digest);
    await journal.close();
  });

  it('reads tasks at its depth: one that vanishes before is not answered', async () => {
    await isUp(await start('a', { l1Depth: 2 }));
    const before = await height();
    await announce(50, 'vanishes');
    await anvil.rpc('anvil_mine', ['0x1']);
    await anvil.rpc('anvil_reorg', [2, [[announcement(51, toHex('stays'), before + 1), 0]]]);
    await anvil.rpc('anvil_mine', ['0x2']);
    await answered(51);
    expect(aggregator.received.map(({ taskId }) => taskId)).not.toContain('50');
  });

  it('signs nothing any more when somebody else signs with its key, and says so', async () => {
    const host = await start('a');
    await isUp(host);
    aggregator.refuse.aggregator_processSignedTaskResponse = 'CONFLICTING';
    await announce(60, 'contested');
    const echo = await waitUntil(() => host.status.find(({ id, status }) => id === 'echo' && status === 'Down'), {
      what: 'the alarm',
    });
    expect(echo.problem).toContain('another process signs with it');
    expect((await fetch(`http://127.0.0.1:${host.ports.nodeApi}/eigen/node/health`)).status).toBe(503);
    delete aggregator.refuse.aggregator_processSignedTaskResponse;
    await announce(61, 'after');
    const client = createL1Client({ rpcUrl: anvil.rpcUrl, chainId: 900 });
    await client.getBlockNumber();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(aggregator.received).toEqual([]);
  });
});
