import { createLogger } from '@tephra/core';
import type { Database } from '@tephra/db';
import {
  createL1Client,
  delegationManagerAbi,
  deployRestaking,
  devTokenAbi,
  EMBEDDED_RESTAKING,
  type L1Client,
  nativeEthManagerAbi,
  type RestakingDeployment,
  rewardsCoordinatorAbi,
  TransactionSender,
} from '@tephra/l1';
import type { Address, Hex } from '@tephra/protocol';
import { ANVIL_KEYS, type Anvil, startAnvil } from '@tephra/testing';
import { type Abi, encodeFunctionData, parseEther } from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { followedContracts } from '../follow/contracts.ts';
import { L1Follower } from '../follow/l1-follower.ts';
import { LogStore } from '../store/log-store.ts';
import { onDatabases } from '../testing/on-databases.ts';
import { IndexedRewards } from './indexed-rewards.ts';
import { RewardsUpdater } from './rewards-updater.ts';

const CHAIN_ID = 900;
const logger = createLogger({ name: 'rewards-test', level: 'fatal' });
const [OWNER_KEY, OPERATOR_KEY, STAKER_KEY] = ANVIL_KEYS as readonly [Hex, Hex, Hex];
const [OWNER, OPERATOR, STAKER] = [OWNER_KEY, OPERATOR_KEY, STAKER_KEY].map((key) => privateKeyToAddress(key)) as [
  Address,
  Address,
  Address,
];
let anvil: Anvil;
let client: L1Client;
let deployment: RestakingDeployment;
let token: Address;
const senders = new Map<Hex, TransactionSender>();

async function send(key: Hex, to: Address, abi: Abi, functionName: string, args: unknown[], value?: bigint) {
  const sender =
    senders.get(key) ??
    (await TransactionSender.create(
      { rpcUrl: anvil.rpcUrl, chainId: CHAIN_ID, privateKey: key, pollIntervalMs: 10 },
      { logger },
    ));
  senders.set(key, sender);
  return sender.send({ to, data: encodeFunctionData({ abi, functionName, args }), ...(value ? { value } : {}) });
}

beforeAll(async () => {
  anvil = await startAnvil();
  client = createL1Client({ rpcUrl: anvil.rpcUrl, chainId: CHAIN_ID, pollIntervalMs: 10 });
  deployment = await deployRestaking(
    {
      rpcUrl: anvil.rpcUrl,
      l1ChainId: CHAIN_ID,
      privateKey: OWNER_KEY,
      pollIntervalMs: 10,
      parameters: EMBEDDED_RESTAKING,
      devTokenHolders: [OWNER],
    },
    { logger },
  );
  token = deployment.strategies.find(({ symbol }) => symbol === 'ALT')?.token ?? '0x';
  const none = { signature: '0x', expiry: 0n };
  const zero = `0x${'00'.repeat(32)}`;
  await send(OPERATOR_KEY, deployment.delegationManager, delegationManagerAbi, 'registerAsOperator', [
    `0x${'00'.repeat(20)}`,
    0,
    'https://operator.example',
  ]);
  await send(STAKER_KEY, deployment.nativeEthManager, nativeEthManagerAbi, 'deposit', [], parseEther('3'));
  await send(OPERATOR_KEY, deployment.nativeEthManager, nativeEthManagerAbi, 'deposit', [], parseEther('1'));
  await send(STAKER_KEY, deployment.delegationManager, delegationManagerAbi, 'delegateTo', [OPERATOR, none, zero]);
  const { rewardsCoordinator } = deployment;
  await send(OWNER_KEY, rewardsCoordinator, rewardsCoordinatorAbi, 'setRewardsForAllSubmitter', [OWNER, true]);
  await send(OWNER_KEY, token, devTokenAbi, 'approve', [rewardsCoordinator, parseEther('1000')]);
  const { timestamp } = await client.getBlock();
  const start = (Math.floor(Number(timestamp) / 60) + 1) * 60;
  await send(OWNER_KEY, rewardsCoordinator, rewardsCoordinatorAbi, 'createRewardsForAllSubmission', [
    [
      {
        strategiesAndMultipliers: [{ strategy: deployment.strategies[0]?.strategy, multiplier: parseEther('1') }],
        token,
        amount: parseEther('40'),
        startTimestamp: start,
        duration: 240,
      },
    ],
  ]);
  await anvil.rpc('evm_setNextBlockTimestamp', [start + 125]);
  await anvil.rpc('evm_mine', []);
}, 60_000);
afterAll(() => anvil.stop());

async function follow(db: Database): Promise<L1Follower> {
  const follower = new L1Follower(
    {
      chainId: CHAIN_ID,
      contracts: followedContracts({ l1ChainId: CHAIN_ID, deployment, avss: [] }),
      source: 'test',
      firstBlock: Number(deployment.deployedAtBlock),
      depth: 0,
      pollIntervalMs: 10,
    },
    { client, store: new LogStore(db), logger },
  );
  await follower.start();
  return follower;
}

onDatabases((db) => {
  it('posts a root for whole intervals, and its claims are paid by the contract', async () => {
    const snapshot = await anvil.rpc('evm_snapshot', []);
    const follower = await follow(db());
    const caughtUp = async () => {
      const head = Number(await client.getBlockNumber());
      await follower.reached(head);
      return head;
    };
    await caughtUp();
    const rewards = new IndexedRewards(deployment, { db: db(), client });
    const sender = await TransactionSender.create(
      { rpcUrl: anvil.rpcUrl, chainId: CHAIN_ID, privateKey: OWNER_KEY, pollIntervalMs: 10 },
      { logger },
    );
    const updater = new RewardsUpdater({ deployment, pollIntervalMs: 10 }, { db: db(), rewards, sender, logger });
    expect((await rewards.of(STAKER, await caughtUp())).rewards).toEqual([]);
    expect(await updater.step()).toMatchObject({ kind: 'posted' });
    expect(await updater.step()).toEqual({ kind: 'nothing-new' });

    // Half of the 40 are earned: three quarters of that by the staker, the rest by the operator's own stake.
    const { rewards: earned, rewardsClaim } = await rewards.of(STAKER, await caughtUp());
    expect(earned).toEqual([
      {
        token,
        symbol: 'ALT',
        earned: String(parseEther('15')),
        claimed: '0',
        claimable: String(parseEther('15')),
      },
    ]);
    expect((await rewards.of(OPERATOR, await caughtUp())).rewards[0]?.earned).toBe(String(parseEther('5')));
    await send(STAKER_KEY, deployment.rewardsCoordinator, rewardsCoordinatorAbi, 'processClaim', [
      rewardsClaim,
      STAKER,
    ]);
    expect(
      await client.readContract({ address: token, abi: devTokenAbi, functionName: 'balanceOf', args: [STAKER] }),
    ).toBe(parseEther('15'));

    const after = await rewards.of(STAKER, await caughtUp());
    expect(after.rewards[0]).toMatchObject({ claimed: String(parseEther('15')), claimable: '0' });
    expect(after.rewardsClaim).toBeNull();

    // Nothing is stored: another reader of the same rows gives the same proofs.
    const again = new IndexedRewards(deployment, { db: db(), client });
    expect((await again.of(OPERATOR, await caughtUp())).rewardsClaim?.earnerLeaf.earner).toBe(OPERATOR);
    await updater.stop();
    await follower.stop();
    senders.clear();
    await anvil.rpc('evm_revert', [snapshot]);
  });

  it('leaves roots to whoever is the updater', async () => {
    const follower = await follow(db());
    await follower.reached(Number(await client.getBlockNumber()));
    const sender = await TransactionSender.create(
      { rpcUrl: anvil.rpcUrl, chainId: CHAIN_ID, privateKey: STAKER_KEY, pollIntervalMs: 10 },
      { logger },
    );
    const rewards = new IndexedRewards(deployment, { db: db(), client });
    const updater = new RewardsUpdater({ deployment, pollIntervalMs: 10 }, { db: db(), rewards, sender, logger });
    expect(await updater.step()).toEqual({ kind: 'not-updater', updater: OWNER });
    await follower.stop();
  });
});
