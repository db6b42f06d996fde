import {
  challengeManagerAbi,
  challengeManagerBytecode,
  oneStepVerifierAbi,
  oneStepVerifierBytecode,
  rollupAbi,
  rollupBytecode,
  rollupFactoryAbi,
  rollupFactoryBytecode,
  TransactionSender,
} from '@tephra/l1';
import type { Address, Hex } from '@tephra/protocol';
import { ANVIL_KEYS } from '@tephra/testing';
import { encodeDeployData, getAddress, zeroAddress } from 'viem';
import { logger, type TestL1 } from './harness.ts';

/** Seconds and wei of games on a {@link disputeL1}. */
export const TEST_TERMS = { bond: 10n ** 17n, minClock: 60n, extension: 5n, minDefence: 30n } as const;

/** Adds to an L1 a factory whose rollups have a dispute game of their own, with a verifier that knows no step but standing still. */
export async function disputeL1(l1: TestL1): Promise<{ factory: Address; manager: Address }> {
  const { rpcUrl, chainId } = l1.anvil;
  const sender = await TransactionSender.create(
    { rpcUrl, chainId, privateKey: ANVIL_KEYS[0], pollIntervalMs: 20 },
    { logger },
  );
  const deploy = async (data: Hex): Promise<Address> => {
    const { receipt } = await sender.send({ to: null, data });
    return getAddress(receipt.contractAddress!);
  };
  const families = { abi: oneStepVerifierAbi, bytecode: oneStepVerifierBytecode, args: [[]] } as const;
  const verifier = await deploy(encodeDeployData(families));
  const { bond, ...seconds } = TEST_TERMS;
  const none = { codes: zeroAddress, origins: zeroAddress, validity: zeroAddress };
  const terms = { verifier, ...none, challengeBond: bond, defenceBond: bond, ...seconds };
  const manager = await deploy(
    encodeDeployData({ abi: challengeManagerAbi, bytecode: challengeManagerBytecode, args: [terms] }),
  );
  const { batchRegistry, implementations } = l1.deployments;
  const rollup = await deploy(
    encodeDeployData({ abi: rollupAbi, bytecode: rollupBytecode, args: [batchRegistry, manager] }),
  );
  const { inbox, bridge } = implementations;
  const factory = await deploy(
    encodeDeployData({ abi: rollupFactoryAbi, bytecode: rollupFactoryBytecode, args: [rollup, inbox, bridge] }),
  );
  return { factory, manager };
}
