import { bridgeAbi, type L1Client, rollupAbi, rollupFactoryAbi } from '@tephra/l1';
import type { Address, Hash } from '@tephra/protocol';
import { zeroAddress } from 'viem';
import type { LifecycleContext } from '../lifecycle/context.ts';

export type RollupOnL1 = {
  rollup: Address;
  inbox: Address;
  bridge: Address;
  nativeTwin: Address;
  genesisOutputRoot: Hash;
  /** Whose certificates its packs need; null where they stand on a bond. */
  attestation: Address | null;
};

/** The contracts that the factory made for a chain id, or undefined. */
export async function rollupOnL1(
  { client, deps }: Pick<LifecycleContext, 'client' | 'deps'>,
  chainId: number,
): Promise<RollupOnL1 | undefined> {
  const rollup = await client.readContract({
    address: deps.l1.deployments.factory,
    abi: rollupFactoryAbi,
    functionName: 'rollupOf',
    args: [BigInt(chainId)],
  });
  return rollup === zeroAddress ? undefined : contractsOf(client, rollup);
}

async function contractsOf(client: L1Client, rollup: Address): Promise<RollupOnL1> {
  const read = { address: rollup, abi: rollupAbi } as const;
  const [inbox, bridge, genesisOutputRoot, attestation] = await Promise.all([
    client.readContract({ ...read, functionName: 'inbox' }),
    client.readContract({ ...read, functionName: 'bridge' }),
    client.readContract({ ...read, functionName: 'genesisOutputRoot' }),
    client.readContract({ ...read, functionName: 'attestation' }),
  ]);
  const nativeTwin = await client.readContract({ address: bridge, abi: bridgeAbi, functionName: 'nativeTwin' });
  const attested = attestation === zeroAddress ? null : attestation;
  return { rollup, inbox, bridge, nativeTwin, genesisOutputRoot, attestation: attested };
}
