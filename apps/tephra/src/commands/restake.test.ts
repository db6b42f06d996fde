import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { avsDeploymentAnswer, restakingDeploymentAnswer } from '@tephra/api';
import { Metrics } from '@tephra/core';
import { openDatabase } from '@tephra/db';
import { Indexer } from '@tephra/indexer';
import {
  allocationManagerAbi,
  createL1Client,
  delegationManagerAbi,
  devTokenAbi,
  rewardsCoordinatorAbi,
} from '@tephra/l1';
import type { Address, Hash, Hex } from '@tephra/protocol';
import { type TempDir, tempDir, waitUntil } from '@tephra/testing';
import { type Abi, encodeFunctionData, erc20Abi, parseEther } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../cli/program.ts';
import { createRunner } from '../cli/runner.ts';
import { devKey, RestakedL1, type StakedOperator } from '../operator/testing/restaked-l1.ts';

const KEY = devKey(9);
const STAKER = privateKeyToAccount(KEY).address;
let dir: TempDir;
let l1: RestakedL1;
let first: StakedOperator;
let second: StakedOperator;

beforeAll(async () => {
  dir = await tempDir();
  l1 = await RestakedL1.start();
  [first, second] = [await l1.addOperator(1), await l1.addOperator(2)];
  const { restaking, echo, anvil } = l1;
  const file = {
    l1ChainId: anvil.chainId,
    deployment: restakingDeploymentAnswer(restaking),
    avss: [avsDeploymentAnswer(echo)],
  };
  await writeFile(path.join(dir.path, 'deployment.json'), JSON.stringify(file));
}, 60_000);
afterAll(async () => {
  await l1?.stop();
  await dir?.remove();
});

/** Runs a command line as a user in the folder would; the JSON that it prints, or its error. */
async function restake(line: string, key: Hex | undefined = KEY): Promise<{ code: number; answer: Answer }> {
  const io = { stdout: new PassThrough(), stderr: new PassThrough() };
  let code = 0;
  const run = createRunner({
    env: { HOME: dir.path, ETH_RPC_URL: l1.anvil.rpcUrl, ...(key ? { TEPHRA_PRIVATE_KEY: key } : {}) },
    cwd: dir.path,
    stdin: Readable.from([]) as unknown as NodeJS.ReadStream,
    ...io,
    signal: new AbortController().signal,
    setExitCode: (value) => {
      code = value;
    },
  });
  const words = `restake ${line} --deployment deployment.json --json`.split(' ');
  await createProgram(run, '0.0.0').parseAsync(['node', 'tephra', ...words]);
  const [stdout, stderr] = [io.stdout, io.stderr].map((stream) => String(stream.read() ?? ''));
  return { code, answer: JSON.parse(stdout || stderr || '{}') as Answer };
}

type Answer = {
  error?: { code: string; message: string; hint?: string };
  operator?: Address | null;
  deposits?: { token: string; amount: string; depositShares: string }[];
  queue?: unknown[];
  dueBlock?: number;
  approval?: Hash | null;
  amounts?: { token: string; amount: string }[];
  completed?: { amounts: { token: string; amount: string }[] }[];
  waiting?: unknown[];
  rewards?: { symbol: string; claimable: string }[];
  claimed?: { symbol: string; claimable: string }[];
};

const failure = async (line: string, key?: Hex) => (await restake(line, key)).answer.error?.message;
const balanceOf = (token: Address) =>
  l1.platform.client.readContract({ address: token, abi: erc20Abi, functionName: 'balanceOf', args: [STAKER] });
const strategy = (symbol: string) => {
  const found = l1.restaking.strategies.find((each) => each.symbol === symbol);
  if (found?.token == null) throw new Error(`no ${symbol}`);
  return { ...found, token: found.token };
};
const asPlatform = (to: Address, abi: Abi, functionName: string, args: unknown[]) =>
  l1.platform.send({ to, data: encodeFunctionData({ abi, functionName, args }) });

describe('restake', () => {
  it('deposits ETH and tokens, and approves what it needs to', async () => {
    const eth = await restake('deposit --token ETH --amount 2.5');
    expect(eth.answer).toMatchObject({
      token: 'ETH',
      amount: String(parseEther('2.5')),
      approval: null,
      operator: null,
    });
    const lst = await restake('deposit --token dsteth --amount 100');
    expect(lst.answer.approval).toMatch(/^0x/);
    const { answer } = await restake('status');
    expect(answer.deposits?.map(({ token, amount }) => [token, amount])).toEqual([
      ['ETH', String(parseEther('2.5'))],
      ['dstETH', String(parseEther('100'))],
    ]);
  });

  it('says what stands against a deposit', async () => {
    expect(await failure('deposit --token USDX --amount 1')).toBe('--token must be one of ETH, dstETH, ALT, bEIGEN');
    expect(await failure('deposit --token ALT --amount 1001')).toBe(`${STAKER} has 1000 ALT`);
    expect(await failure('deposit --token ALT --amount 0')).toBe('--amount must be more than zero');
    expect(await failure('withdraw --token ALT --all')).toBe(`${STAKER} has deposited no ALT`);
    expect(await failure('complete')).toBe('nothing is queued');
    expect(await failure('undelegate')).toBe(`${STAKER} delegates to nobody`);
  });

  it('delegates everything to one operator', async () => {
    expect(await failure(`delegate ${STAKER}`)).toBe(`${STAKER} is not an operator`);
    const { answer } = await restake(`delegate ${first.address}`);
    expect(answer.operator).toBe(first.address);
    expect((await restake(`status ${STAKER}`, undefined)).answer.operator).toBe(first.address);
    expect(await failure(`delegate ${first.address}`)).toBe(`${STAKER} delegates to ${first.address} already`);
    expect(await failure(`delegate ${second.address}`)).toBe(`${STAKER} delegates to ${first.address}`);
  });

  it('needs the approval of an operator that asks for it', async () => {
    const approver = privateKeyToAccount(devKey(8));
    const sender = await l1.senderOf(devKey(2));
    const { delegationManager } = l1.restaking;
    const setApprover = (address: Address) =>
      sender.send({
        to: delegationManager,
        data: encodeFunctionData({
          abi: delegationManagerAbi,
          functionName: 'modifyOperatorDetails',
          args: [second.address, address],
        }),
      });
    await setApprover(approver.address);
    expect(await failure(`delegate ${second.address} --move`)).toBe(
      `${second.address} takes only stakers that ${approver.address} approved`,
    );
    const salt: Hash = `0x${'07'.repeat(32)}`;
    const { timestamp } = await l1.platform.client.getBlock();
    const expiry = timestamp + 3_600n;
    const signature = await approver.signTypedData({
      domain: { name: 'EigenLayer', chainId: l1.anvil.chainId, verifyingContract: delegationManager },
      types: {
        DelegationApproval: [
          { name: 'delegationApprover', type: 'address' },
          { name: 'staker', type: 'address' },
          { name: 'operator', type: 'address' },
          { name: 'salt', type: 'bytes32' },
          { name: 'expiry', type: 'uint256' },
        ],
      },
      primaryType: 'DelegationApproval',
      message: { delegationApprover: approver.address, staker: STAKER, operator: second.address, salt, expiry },
    });
    expect(await failure(`delegate ${second.address} --move --approval ${signature}`)).toMatch(/belong together/);
    const { answer } = await restake(
      `delegate ${second.address} --move --approval ${signature} --approval-salt ${salt} --approval-expiry ${expiry}`,
    );
    expect(answer.operator).toBe(second.address);
  });

  it('gives back as shares what waited for the new operator', async () => {
    expect(await failure('complete')).toMatch(
      /^nothing is due: the next withdrawal can be completed in \d+ blocks \(about /,
    );
    await l1.mine(l1.restaking.withdrawalDelayBlocks + 1);
    const { answer } = await restake('complete --as-shares');
    expect(answer.completed).toHaveLength(2);
    const shares = await l1.platform.client.readContract({
      address: l1.restaking.delegationManager,
      abi: delegationManagerAbi,
      functionName: 'operatorShares',
      args: [second.address, strategy('dstETH').strategy],
    });
    expect(shares).toBe(parseEther('100'));
  });

  it('queues amounts, and pays those that are due', async () => {
    expect(await failure('withdraw --token dstETH')).toBe('give either --amount or --all');
    expect(await failure('withdraw --token dstETH --amount 101')).toBe('100 dstETH can be withdrawn');
    const before = await balanceOf(strategy('dstETH').token);
    const { answer } = await restake('withdraw --token dstETH --amount 40');
    expect(answer.amounts).toMatchObject([{ token: 'dstETH', amount: String(parseEther('40')) }]);
    await l1.mine(l1.restaking.withdrawalDelayBlocks);
    await restake('withdraw --token ETH --all');
    await l1.mine(1);
    const done = await restake('complete');
    expect(done.answer.completed).toHaveLength(1);
    expect(done.answer.waiting).toHaveLength(1);
    expect((await balanceOf(strategy('dstETH').token)) - before).toBe(parseEther('40'));
  });

  it('shows and withdraws what a slash left', async () => {
    const { serviceManager } = l1.echo;
    await l1.anvil.rpc('anvil_impersonateAccount', [serviceManager]);
    await l1.anvil.rpc('anvil_setBalance', [serviceManager, '0xde0b6b3a7640000']);
    const data = encodeFunctionData({
      abi: allocationManagerAbi,
      functionName: 'slashOperator',
      args: [
        serviceManager,
        {
          operator: second.address,
          operatorSetId: 0,
          strategies: [l1.restaking.strategies[0]?.strategy ?? '0x'],
          wadsToSlash: [parseEther('0.5')],
          description: 'test',
        },
      ],
    });
    const transaction = { from: serviceManager, to: l1.restaking.allocationManager, data };
    await l1.anvil.rpc('eth_sendTransaction', [transaction]);
    // The ETH waits in the queue, within the delay, and is slashed there.
    await l1.mine(l1.restaking.withdrawalDelayBlocks);
    const { answer } = await restake('complete');
    expect(answer.completed?.[0]?.amounts).toMatchObject([{ token: 'ETH', amount: String(parseEther('1.25')) }]);
  });

  it('undelegates, which queues what is left', async () => {
    const { answer } = await restake('undelegate');
    expect(answer).toMatchObject({ left: second.address });
    const status = await restake('status');
    expect(status.answer).toMatchObject({ operator: null, deposits: [] });
    expect(status.answer.queue).toHaveLength(1);
  });

  it('shows rewards and claims them, with proofs of the platform', async () => {
    const { restaking, echo, anvil, platform, logger } = l1;
    const alt = strategy('ALT');
    await restake('deposit --token ALT --amount 300');
    await restake(`delegate ${first.address}`);
    await asPlatform(alt.token, devTokenAbi, 'mint', [platform.address, parseEther('1000')]);
    await asPlatform(alt.token, devTokenAbi, 'approve', [restaking.rewardsCoordinator, parseEther('40')]);
    await asPlatform(restaking.rewardsCoordinator, rewardsCoordinatorAbi, 'setRewardsForAllSubmitter', [
      platform.address,
      true,
    ]);
    const { timestamp } = await platform.client.getBlock();
    const start = (Math.floor(Number(timestamp) / 60) + 1) * 60;
    await asPlatform(restaking.rewardsCoordinator, rewardsCoordinatorAbi, 'createRewardsForAllSubmission', [
      [
        {
          strategiesAndMultipliers: [{ strategy: alt.strategy, multiplier: parseEther('1') }],
          token: alt.token,
          amount: parseEther('40'),
          startTimestamp: start,
          duration: 60,
        },
      ],
    ]);
    await anvil.rpc('evm_setNextBlockTimestamp', [start + 70]);
    await anvil.rpc('evm_mine', []);
    const db = await openDatabase({ kind: 'memory' });
    const client = createL1Client({ rpcUrl: anvil.rpcUrl, chainId: anvil.chainId, pollIntervalMs: 20 });
    const indexer = await Indexer.create(
      {
        l1ChainId: anvil.chainId,
        readDepth: 0,
        blockTimeMs: 100,
        version: '0.0.0',
        listen: { host: '127.0.0.1', port: 0 },
      },
      { db, client, logger, metrics: new Metrics(), rewardsSender: platform },
    );
    await indexer.start();
    try {
      await indexer.follow({ l1ChainId: anvil.chainId, deployment: restaking, avss: [echo] });
      const url = `--url http://127.0.0.1:${indexer.port}`;
      await waitUntil(async () => ((await restake(`rewards ${url}`)).answer.rewards?.length ?? 0) > 0, {
        what: 'a root of rewards',
      });
      // 300 of the 500 ALT that are delegated.
      const before = await balanceOf(alt.token);
      const { answer } = await restake(`rewards --claim ${url}`);
      expect(answer.claimed).toMatchObject([{ symbol: 'ALT', claimable: String(parseEther('24')) }]);
      expect((await balanceOf(alt.token)) - before).toBe(parseEther('24'));
      await indexer.reached(Number(await client.getBlockNumber()));
      expect(await failure(`rewards --claim ${url}`)).toBe(`${STAKER} has nothing to claim`);
    } finally {
      await indexer.stop();
      await db.destroy();
    }
  }, 60_000);
});
