import { createLogger } from '@tephra/core';
import { zeroAddress } from 'viem';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Deployments, deployPlatform, verifyDeployments } from './deployPlatform.ts';
import { TEST_KEYS, TestAnvil } from './support/testAnvil.ts';

const logger = createLogger({ name: 'deploy-test', level: 'fatal' });
let anvil: TestAnvil;
let deployments: Deployments;

const deploy = () =>
  deployPlatform(
    { rpcUrl: anvil.url, l1ChainId: TestAnvil.chainId, privateKey: TEST_KEYS[0], pollIntervalMs: 20 },
    { logger },
  );

beforeAll(async () => {
  anvil = await TestAnvil.start();
  deployments = await deploy();
}, 60_000);
afterAll(() => anvil.stop());

it('deploys once: a second call finds what the first left', async () => {
  const block = await anvil.client.getBlockNumber();
  expect(await deploy()).toEqual(deployments);
  expect(await anvil.client.getBlockNumber()).toBe(block);
  expect(deployments.deployedAtBlock).toBeGreaterThan(0n);
});

it('finishes what an interrupted call began', async () => {
  for (const address of [deployments.factory, deployments.implementations.bridge]) {
    await anvil.rpc('anvil_setCode', [address, '0x']);
    await anvil.rpc('anvil_setNonce', [address, '0x0']);
  }
  const again = await deploy();
  expect({ ...again, deployedAtBlock: 0n }).toEqual({ ...deployments, deployedAtBlock: 0n });
  deployments = again;
});

it('brings the CREATE2 deployer to an L1 that lacks it', async () => {
  await anvil.rpc('anvil_setCode', ['0x4e59b44847b379578588920cA78FbF26c0B4956C', '0x']);
  await anvil.rpc('anvil_setNonce', ['0x4e59b44847b379578588920cA78FbF26c0B4956C', '0x0']);
  expect(await deploy()).toEqual(deployments);
  expect(await anvil.client.getCode({ address: '0x4e59b44847b379578588920cA78FbF26c0B4956C' })).toMatch(/^0x7fff/);
});

it('verifies known deployments and names what is wrong', async () => {
  expect(await verifyDeployments(anvil.client, deployments)).toEqual(deployments);
  const wrong: [Partial<Deployments>, RegExp][] = [
    [{ l1ChainId: 1 }, /chain id 900, not 1/],
    [{ factory: zeroAddress }, /no contract at 0x0000/],
    [{ factory: deployments.batchRegistry }, /does not answer as a factory/],
    [{ batchRegistry: deployments.factory }, /uses the batch registry/],
  ];
  for (const [change, words] of wrong) {
    const failure = verifyDeployments(anvil.client, { ...deployments, ...change });
    await expect(failure).rejects.toMatchObject({ code: 'DEPLOYMENT_MISMATCH', message: expect.stringMatching(words) });
  }
});
