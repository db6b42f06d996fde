import { rewardsCoordinatorAbi } from '@tephra/l1';
import { erc20Abi, parseEther } from 'viem';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { devKey, RestakedL1 } from '../../operator/testing/restaked-l1.ts';
import { payOperators } from './pay-operators.ts';

let l1: RestakedL1;
beforeAll(async () => {
  l1 = await RestakedL1.start();
}, 60_000);
afterAll(() => l1?.stop());

it('submits rewards of the echo AVS once, and only as who may', async () => {
  const { restaking: deployment, echo, anvil, platform } = l1;
  const deployments = { l1ChainId: anvil.chainId, deployment, avss: [echo] };
  expect(await payOperators(deployments, await l1.senderOf(devKey(3)))).toBeUndefined();
  expect(await payOperators(deployments, platform)).toMatch(/^0x/);
  expect(await payOperators(deployments, platform)).toBeUndefined();
  const { client } = platform;
  const { rewardsCoordinator } = deployment;
  const token = deployment.strategies.find(({ symbol }) => symbol === 'ALT')?.token ?? '0x';
  expect(
    await client.readContract({ address: token, abi: erc20Abi, functionName: 'balanceOf', args: [rewardsCoordinator] }),
  ).toBe(parseEther('1000'));
  expect(
    await client.readContract({
      address: rewardsCoordinator,
      abi: rewardsCoordinatorAbi,
      functionName: 'submissionNonce',
      args: [echo.serviceManager],
    }),
  ).toBe(1n);
});
