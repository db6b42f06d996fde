import { type L1Client, rollupAbi } from '@tephra/l1';
import type { Address, Hash } from '@tephra/protocol';

/** What the L1 fixes about a rollup for its life. */
export type RollupFacts = {
  /** Lower case. */
  rollup: Address;
  chainId: bigint;
  inbox: Address;
  batchRegistry: Address;
  rulesHash: Hash;
  /** Of the state transition program that it was made for. */
  stvfHash: Hash;
  /** Who may certify its packs; zero when nobody. */
  attestation: Address;
};

/** @throws what viem throws when the L1 does not answer or there is no rollup */
export async function readRollupFacts(client: L1Client, rollup: Address): Promise<RollupFacts> {
  const contract = { address: rollup, abi: rollupAbi } as const;
  const [chainId, inbox, batchRegistry, rulesHash, stvfHash, attestation] = await Promise.all([
    client.readContract({ ...contract, functionName: 'chainId' }),
    client.readContract({ ...contract, functionName: 'inbox' }),
    client.readContract({ ...contract, functionName: 'batchRegistry' }),
    client.readContract({ ...contract, functionName: 'rulesHash' }),
    client.readContract({ ...contract, functionName: 'stvfHash' }),
    client.readContract({ ...contract, functionName: 'attestation' }),
  ]);
  return {
    rollup: rollup.toLowerCase() as Address,
    chainId,
    inbox,
    batchRegistry,
    rulesHash,
    stvfHash,
    attestation,
  };
}
