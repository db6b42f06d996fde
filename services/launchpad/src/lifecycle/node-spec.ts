import type { NodeSpec } from '../driver/driver.ts';
import { layerKeysIn } from '../layers/keys.ts';
import type { Layer } from '../store/layer-store.ts';
import type { LifecycleContext } from './context.ts';

/** Blocks in a pack when the layer names no number. */
const DEFAULT_CHECKPOINT_BLOCKS = 512;
const L1_POLL_MS = { embedded: 200, remote: 2_000 };

/** How the node of a layer is to be run, from its row and keys. */
export async function nodeSpec(layer: Layer, context: LifecycleContext): Promise<NodeSpec> {
  const { l1 } = context.deps;
  const { options } = context;
  const dir = context.dirOf(layer.id);
  const keys = await layerKeysIn(dir);
  if (!layer.rollup || layer.created_at_block === null || !layer.genesis_config) {
    throw new Error(`layer ${layer.id} has no contracts yet`);
  }
  return {
    id: layer.id,
    name: layer.name,
    dir,
    config: {
      name: layer.name,
      dataDir: dir,
      rpcPort: 0,
      l1: {
        rpcUrl: l1.rpcUrl,
        chainId: l1.chainId,
        depth: l1.readDepth,
        pollIntervalMs: l1.embedded ? L1_POLL_MS.embedded : L1_POLL_MS.remote,
        factory: l1.deployments.factory,
        rollup: layer.rollup,
        createdAtBlock: layer.created_at_block,
      },
      genesisConfig: layer.genesis_config,
      blockTimeMs: Math.round(layer.settings.blockTime * 1_000),
      ordering: layer.settings.fcfs ? 'fcfs' : 'pga',
      ...(layer.settings.history === undefined ? {} : { history: layer.settings.history }),
      ...(layer.settings.engine === undefined ? {} : { engine: layer.settings.engine }),
      ...(layer.attestation === null ? {} : { attestation: layer.attestation }),
      producerKey: keys.producer,
      proposerKey: keys.proposer,
      faucetKey: keys.faucet,
      challenge: options.challenge,
      packs: {
        intervalMs: options.packIntervalMs,
        idleIntervalMs: options.packIdleIntervalMs,
        maxBlocks: layer.settings.checkpointBlocks ?? DEFAULT_CHECKPOINT_BLOCKS,
      },
      adminToken: keys.adminToken,
    },
  };
}
