import { deriveGenesis } from '@tephra/engine';
import { type GenesisConfig, type Hex, HistoryTree, type PredeployName } from '@tephra/protocol';
import type { ParentBlock, SealedBlock } from './blockBuilder.ts';

/** Block 0 in the shape of every other block. */
export async function genesisBlock(
  config: GenesisConfig,
  code: Partial<Record<PredeployName, Hex>>,
): Promise<SealedBlock> {
  const { header, output, outputRoot, state } = await deriveGenesis(config, code);
  const parent: ParentBlock = {
    header,
    l1Origin: config.l1Origin,
    output,
    mode: 'active',
    history: HistoryTree.fromHashes([header.hash], 0n),
  };
  return {
    block: { header, transactions: [], receipts: [], l1Origin: config.l1Origin, output, outputRoot },
    atHand: [],
    writes: state.writes,
    touchedAccounts: state.touchedAccounts,
    creators: [],
    parent,
  };
}
