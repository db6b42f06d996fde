import {
  EMPTY_OUTBOX_ROOT,
  type GenesisConfig,
  genesisAccounts,
  genesisContext,
  type Hash,
  type Hex,
  historyRoot,
  type Output,
  outputRoot,
  type PredeployName,
} from '@tephra/protocol';
import { EMPTY_BLOOM } from '../bloom.ts';
import { bytesToHex } from '../bytes.ts';
import type { SealedState } from '../engine.ts';
import { CommittedState } from '../state/committedState.ts';
import { genesisChanges } from '../state/genesisChanges.ts';
import { TwoGenerationCache } from '../state/twoGenerationCache.ts';
import { EMPTY_ROOT } from '../trie/trie.ts';
import { blockSize, type HeaderFields, headerHash } from './header.ts';

export type Genesis = {
  header: HeaderFields & { hash: Hash; size: number };
  output: Output;
  outputRoot: Hash;
  /** What a store must hold of block 0. */
  state: SealedState;
};

/**
 * Block 0 of the chain that a configuration describes. Pure: the launchpad computes the output root from it that is
 * recorded on the L1, every node the block it starts from.
 * @param code runtime bytecode of the predeploys
 */
export async function deriveGenesis(
  config: GenesisConfig,
  code: Partial<Record<PredeployName, Hex>>,
): Promise<Genesis> {
  const empty = new CommittedState({ get: () => undefined }, new TwoGenerationCache(1), 1);
  const state = empty.apply(genesisChanges(genesisAccounts(config, code)));
  const noEntries = bytesToHex(EMPTY_ROOT);
  const fields: HeaderFields = {
    ...genesisContext(config),
    parentHash: `0x${'00'.repeat(32)}`,
    stateRoot: state.stateRoot,
    transactionsRoot: noEntries,
    receiptsRoot: noEntries,
    logsBloom: EMPTY_BLOOM,
    gasUsed: 0n,
  };
  const hash = headerHash(fields);
  const output: Output = {
    stateRoot: state.stateRoot,
    blockHash: hash,
    outboxRoot: EMPTY_OUTBOX_ROOT,
    inboxPosition: 0n,
    inboxAccumulator: `0x${'00'.repeat(32)}`,
    l1OriginNumber: config.l1Origin.number,
    l1OriginHash: config.l1Origin.hash,
    historyRoot: historyRoot([hash], 0n),
  };
  return { header: { ...fields, hash, size: blockSize(fields, []) }, output, outputRoot: outputRoot(output), state };
}
