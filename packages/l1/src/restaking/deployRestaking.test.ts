import { createLogger } from '@tephra/core';
import { parseEther } from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { emptyImplementation } from '../deploy/proxies.ts';
import {
  allocationManagerAbi,
  delegationManagerAbi,
  devTokenAbi,
  nativeEthManagerAbi,
  rewardsCoordinatorAbi,
  strategyManagerAbi,
} from '../generated/abis.ts';
import { TEST_KEYS, TestAnvil } from '../support/testAnvil.ts';
import { deployRestaking, NATIVE_ETH_STRATEGY } from './deployRestaking.ts';
import { EMBEDDED_RESTAKING } from './parameters.ts';
import type { RestakingDeployment } from './types.ts';

const logger = createLogger({ name: 'restaking-test', level: 'fatal' });
const staker = privateKeyToAddress(TEST_KEYS[1]);
let anvil: TestAnvil;
let deployment: RestakingDeployment;

const deploy = (parameters = EMBEDDED_RESTAKING) =>
  deployRestaking(
    {
      rpcUrl: anvil.url,
      l1ChainId: TestAnvil.chainId,
      privateKey: TEST_KEYS[0],
      pollIntervalMs: 20,
      parameters,
      devTokenHolders: [staker],
    },
    { logger },
  );

beforeAll(async () => {
  anvil = await TestAnvil.start();
  deployment = await deploy();
}, 60_000);
afterAll(() => anvil.stop());

it('deploys once: a second call changes nothing', async () => {
  const block = await anvil.client.getBlockNumber();
  expect(await deploy()).toEqual(deployment);
  expect(await anvil.client.getBlockNumber()).toBe(block);
  expect(deployment.deployedAtBlock).toBeGreaterThan(0n);
  expect(deployment.strategies.map(({ symbol, kind }) => `${kind} ${symbol}`)).toEqual([
    'native ETH',
    'lst dstETH',
    'dapp ALT',
    'dapp bEIGEN',
  ]);
});

it('finishes what an interrupted call began', async () => {
  const strategy = deployment.strategies[1]?.strategy ?? '0x';
  // A proxy whose upgrade never arrived stands on the empty implementation.
  const slot = '0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc';
  const initializable = '0xf0c57e16840df040f15088dc2f81fe391c3923bec73e23a9662efc9c229c6a00';
  const word = `0x${emptyImplementation.address.slice(2).padStart(64, '0').toLowerCase()}`;
  await anvil.rpc('anvil_setStorageAt', [deployment.rewardsCoordinator, slot, word]);
  await anvil.rpc('anvil_setStorageAt', [deployment.rewardsCoordinator, initializable, `0x${'00'.repeat(32)}`]);
  expect(await deploy()).toEqual(deployment);
  expect(
    await anvil.client.readContract({
      address: deployment.rewardsCoordinator,
      abi: rewardsCoordinatorAbi,
      functionName: 'defaultOperatorSplitBips',
    }),
  ).toBe(1_000);
  expect(deployment.strategies[1]?.strategy).toBe(strategy);
});

it('wires the contracts with each other: deposits of ETH and tokens reach the operator', async () => {
  const owner = privateKeyToAddress(TEST_KEYS[0]);
  const lst = deployment.strategies[1];
  if (lst?.token == null) throw new Error('no token');
  await anvil.write(TEST_KEYS[0], {
    address: deployment.delegationManager,
    abi: delegationManagerAbi,
    functionName: 'registerAsOperator',
    args: [owner, 0, 'https://operator.example'],
  });
  await anvil.write(TEST_KEYS[1], {
    address: lst.token,
    abi: devTokenAbi,
    functionName: 'approve',
    args: [deployment.strategyManager, parseEther('1000')],
  });
  await anvil.write(TEST_KEYS[1], {
    address: deployment.strategyManager,
    abi: strategyManagerAbi,
    functionName: 'depositIntoStrategy',
    args: [lst.strategy, lst.token, parseEther('1000')],
  });
  await anvil.write(TEST_KEYS[0], {
    address: deployment.nativeEthManager,
    abi: nativeEthManagerAbi,
    functionName: 'deposit',
    value: parseEther('2'),
  });
  const shares = await anvil.client.readContract({
    address: deployment.delegationManager,
    abi: delegationManagerAbi,
    functionName: 'getOperatorShares',
    args: [owner, [NATIVE_ETH_STRATEGY, lst.strategy]],
  });
  expect(shares).toEqual([parseEther('2'), 0n]);
  const magnitude = await anvil.client.readContract({
    address: deployment.allocationManager,
    abi: allocationManagerAbi,
    functionName: 'getAllocatableMagnitude',
    args: [owner, NATIVE_ETH_STRATEGY],
  });
  expect(magnitude).toBe(parseEther('1'));
});

it('keeps deployments with other delays apart', async () => {
  const other = await deploy({ ...EMBEDDED_RESTAKING, withdrawalDelayBlocks: 7 });
  expect(other.delegationManager).not.toBe(deployment.delegationManager);
  expect(
    await anvil.client.readContract({
      address: other.delegationManager,
      abi: delegationManagerAbi,
      functionName: 'minWithdrawalDelayBlocks',
    }),
  ).toBe(7);
});

it('names a token that is none', async () => {
  const failure = deployRestaking(
    {
      rpcUrl: anvil.url,
      l1ChainId: TestAnvil.chainId,
      privateKey: TEST_KEYS[0],
      pollIntervalMs: 20,
      parameters: EMBEDDED_RESTAKING,
      tokens: [{ kind: 'lst', token: staker }],
    },
    { logger },
  );
  await expect(failure).rejects.toMatchObject({ code: 'DEPLOYMENT_MISMATCH' });
});
