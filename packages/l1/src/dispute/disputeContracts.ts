import type { Address } from '@tephra/protocol';
import type { Hex } from 'viem';
import { type Create2Contract, constructed, create2Contract } from '../deploy/create2.ts';
import { challengeManagerAbi, oneStepVerifierAbi } from '../generated/abis.ts';
import {
  challengeManagerBytecode,
  codeRegistryBytecode,
  flushBytecode,
  framesBytecode,
  hashingStepBytecode,
  loadsBytecode,
  oneStepVerifierBytecode,
  openingBytecode,
  opsContextBytecode,
  opsMemoryBytecode,
  opsStackBytecode,
  opsStateBytecode,
  opsSystemBytecode,
  originRegistryBytecode,
  readingStepBytecode,
  receiptStepBytecode,
  sealBytecode,
  transactionEndBytecode,
  transactionReadBytecode,
  transactionStartBytecode,
  validityRegistryBytecode,
} from '../generated/bytecode.ts';
import type { GameTerms } from './gameTerms.ts';

/** Creation code of what checks the steps of each family, in the order of their numbers on the L1. */
export const STEP_FAMILIES: readonly { family: string; bytecode: Hex }[] = [
  { family: 'stack', bytecode: opsStackBytecode },
  { family: 'context', bytecode: opsContextBytecode },
  { family: 'memory', bytecode: opsMemoryBytecode },
  { family: 'state', bytecode: opsStateBytecode },
  { family: 'system', bytecode: opsSystemBytecode },
  { family: 'frames', bytecode: framesBytecode },
  { family: 'loads', bytecode: loadsBytecode },
  { family: 'start', bytecode: transactionStartBytecode },
  { family: 'end', bytecode: transactionEndBytecode },
  { family: 'transaction', bytecode: transactionReadBytecode },
  { family: 'receipt', bytecode: receiptStepBytecode },
  { family: 'opening', bytecode: openingBytecode },
  { family: 'flush', bytecode: flushBytecode },
  { family: 'seal', bytecode: sealBytecode },
  { family: 'reading', bytecode: readingStepBytecode },
  { family: 'hashing', bytecode: hashingStepBytecode },
];

export type DisputeContracts = {
  /** What rollups depend on from their first pack on. */
  game: { originRegistry: Create2Contract; challengeManager: Create2Contract };
  /** What only the last move of a game needs, or a proof in its place, in an order in which it can be deployed. */
  verifier: Record<string, Create2Contract>;
  verifierAddress: Address;
};

/** All contracts of disputes with their addresses, which follow from code and terms. */
export function disputeContracts(terms: GameTerms): DisputeContracts {
  const codeRegistry = create2Contract(codeRegistryBytecode);
  const originRegistry = create2Contract(originRegistryBytecode);
  const validityRegistry = create2Contract(validityRegistryBytecode);
  const families = Object.fromEntries(
    STEP_FAMILIES.map(({ family, bytecode }) => [`${family}Steps`, create2Contract(bytecode)] as const),
  );
  const addresses = Object.values(families).map(({ address }) => address);
  const oneStepVerifier = constructed(oneStepVerifierBytecode, oneStepVerifierAbi, [addresses]);
  const challengeManager = constructed(challengeManagerBytecode, challengeManagerAbi, [
    {
      verifier: oneStepVerifier.address,
      codes: codeRegistry.address,
      origins: originRegistry.address,
      validity: validityRegistry.address,
      ...terms,
    },
  ]);
  return {
    game: { originRegistry, challengeManager },
    verifier: { codeRegistry, ...families, oneStepVerifier, validityRegistry },
    verifierAddress: oneStepVerifier.address,
  };
}
