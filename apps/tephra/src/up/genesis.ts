import { deriveGenesis } from '@tephra/engine';
import { PREDEPLOY_CODE } from '@tephra/l1';
import { decodeGenesisConfig, type Hash, type Hex } from '@tephra/protocol';

/** Output root of the block 0 that an encoded genesis configuration gives; what the L1 records at a chain's creation. */
export async function computeGenesis(encodedConfig: Hex): Promise<{ outputRoot: Hash }> {
  const { outputRoot } = await deriveGenesis(decodeGenesisConfig(encodedConfig), PREDEPLOY_CODE);
  return { outputRoot };
}
