import { createLogger, systemClock } from '@tephra/core';
import type { Hex } from 'viem';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Deployments, deployPlatform } from '../deployPlatform.ts';
import { challengeManagerAbi, oneStepVerifierAbi, rollupAbi } from '../generated/abis.ts';
import { TransactionSender } from '../sender/transaction-sender.ts';
import { TEST_KEYS, TestAnvil } from '../support/testAnvil.ts';
import { deployStepVerifier } from './deployStepVerifier.ts';
import { disputeContracts, STEP_FAMILIES } from './disputeContracts.ts';
import { EMBEDDED_GAME, PUBLIC_GAME } from './gameTerms.ts';

const logger = createLogger({ name: 'dispute-deploy-test', level: 'fatal' });
/** EIP-170, EIP-3860. */
const MAX_CODE = 24_576;
let anvil: TestAnvil;
let sender: TransactionSender;
let deployments: Deployments;

beforeAll(async () => {
  anvil = await TestAnvil.start();
  const options = { rpcUrl: anvil.url, chainId: TestAnvil.chainId, privateKey: TEST_KEYS[0], pollIntervalMs: 20 };
  sender = await TransactionSender.create(options, { logger, clock: systemClock });
  deployments = await deployPlatform(
    { rpcUrl: anvil.url, l1ChainId: TestAnvil.chainId, privateKey: TEST_KEYS[0] },
    { logger, sender },
  );
}, 60_000);
afterAll(() => anvil.stop());

test('rollups name the game, and the game what it decides by', async () => {
  const { client } = sender;
  const { rollup } = deployments.implementations;
  const { game, verifierAddress, verifier } = disputeContracts(EMBEDDED_GAME);
  expect(deployments.disputeGame).toBe(game.challengeManager.address);
  expect(await client.readContract({ address: rollup, abi: rollupAbi, functionName: 'disputeGame' })).toBe(
    deployments.disputeGame,
  );
  const read = <Name extends 'verifier' | 'codes' | 'origins' | 'challengeBond' | 'extension'>(functionName: Name) =>
    client.readContract({ address: deployments.disputeGame, abi: challengeManagerAbi, functionName });
  expect(await read('verifier')).toBe(verifierAddress);
  expect(await read('codes')).toBe(verifier.codeRegistry?.address);
  expect(await read('origins')).toBe(game.originRegistry.address);
  expect(await read('challengeBond')).toBe(EMBEDDED_GAME.challengeBond);
  expect(await read('extension')).toBe(EMBEDDED_GAME.extension);
});

test('the verifier comes later, with all families in their places, and once', async () => {
  const { client } = sender;
  const { verifierAddress } = disputeContracts(EMBEDDED_GAME);
  expect(await client.getCode({ address: verifierAddress })).toBeUndefined();
  expect(await deployStepVerifier(deployments.disputeGame, { sender, logger })).toBe(true);
  const verifier = { address: verifierAddress, abi: oneStepVerifierAbi } as const;
  expect(await client.readContract({ ...verifier, functionName: 'familyCount' })).toBe(BigInt(STEP_FAMILIES.length));
  const codes = new Set<Hex>();
  for (const [i, { family }] of STEP_FAMILIES.entries()) {
    const address = await client.readContract({ ...verifier, functionName: 'familyAt', args: [i] });
    const code = await client.getCode({ address });
    expect(code?.length ?? 0, family).toBeGreaterThan(100);
    expect((code!.length - 2) / 2, family).toBeLessThanOrEqual(MAX_CODE);
    codes.add(code!);
  }
  expect(codes.size).toBe(STEP_FAMILIES.length);
  const block = await client.getBlockNumber();
  expect(await deployStepVerifier(deployments.disputeGame, { sender, logger })).toBe(true);
  expect(await client.getBlockNumber()).toBe(block);
});

test('a game of another version keeps the verifier that it came with', async () => {
  const other = '0x00000000000000000000000000000000000000aa';
  // Answers every question with its own address: ADDRESS, PUSH0, MSTORE, PUSH1 32, PUSH0, RETURN.
  await anvil.rpc('anvil_setCode', [other, '0x305f5260205ff3']);
  expect(await deployStepVerifier(other, { sender, logger })).toBe(false);
});

test('other terms make another game with the same verifier', () => {
  const [embedded, open] = [disputeContracts(EMBEDDED_GAME), disputeContracts(PUBLIC_GAME)];
  expect(open.game.challengeManager.address).not.toBe(embedded.game.challengeManager.address);
  expect(open.verifierAddress).toBe(embedded.verifierAddress);
  expect(open.game.originRegistry.address).toBe(embedded.game.originRegistry.address);
});
