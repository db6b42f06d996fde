import {
  challengeManagerBytecode,
  oneStepVerifierBytecode,
  rollupBytecode,
  rollupFactoryBytecode,
  TransactionSender,
} from '@tephra/l1';
import type { Address, Hex } from '@tephra/protocol';
import { ANVIL_KEYS } from '@tephra/testing';
import { type AbiParameter, concatHex, encodeAbiParameters, getAddress, parseAbiParameters, zeroAddress } from 'viem';
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
  const deploy = async (bytecode: Hex, types: readonly AbiParameter[], values: unknown[]): Promise<Address> => {
    const { receipt } = await sender.send({
      to: null,
      data: concatHex([bytecode, encodeAbiParameters(types, values)]),
    });
    return getAddress(receipt.contractAddress!);
  };
  const verifier = await deploy(oneStepVerifierBytecode, parseAbiParameters('address[]'), [[]]);
  const { bond, minClock, extension, minDefence } = TEST_TERMS;
  const manager = await deploy(
    challengeManagerBytecode,
    parseAbiParameters('address, address, address, uint256, uint256, uint64, uint64, uint64'),
    [verifier, zeroAddress, zeroAddress, bond, bond, minClock, extension, minDefence],
  );
  const { batchRegistry, implementations } = l1.deployments;
  const two = parseAbiParameters('address, address');
  const rollup = await deploy(rollupBytecode, two, [batchRegistry, manager]);
  const { inbox, bridge } = implementations;
  const factory = await deploy(rollupFactoryBytecode, [...two, { type: 'address' }], [rollup, inbox, bridge]);
  return { factory, manager };
}
