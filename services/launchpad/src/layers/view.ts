import type { Flashlayer, LayerChain, LayerDetail, LayerSettings, LayerStep } from '@tephra/api';
import type { Layer, Step } from '../store/layer-store.ts';

export const STEP_TITLES: Record<LayerStep['name'], string> = {
  reserve: 'Reserve name and chain id',
  keys: 'Make keys',
  genesis: 'Compute genesis',
  'l1-contracts': 'Deploy contracts on the L1',
  node: 'Start node',
  'first-block': 'Produce first block',
  endpoints: 'Open endpoints',
  import: 'Bring the tokens of the other layer',
  close: 'Close on the L1',
  settle: 'Settle every asset on the L1',
  ledger: 'Keep the ledger',
  release: 'Free resources',
};

/** Settings beyond the reference's, as far as they were given. */
function optionalSettings(settings: LayerSettings): Partial<Flashlayer['settings']> {
  const { checkpointBlocks, challengePeriod, currencyMode, currencyToken, faucetReserve } = settings;
  const { minBaseFee, dataFeePerByte, feeRecipients, history, engine, verification } = settings;
  const optional = {
    ...{ checkpointBlocks, challengePeriod, currencyMode, currencyToken, faucetReserve },
    ...{ minBaseFee, dataFeePerByte, feeRecipients, history, engine, verification },
  };
  return Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
}

/** A layer in the reference's form. `url` is where users reach the platform, without a slash at its end. */
export function flashlayerOf(layer: Layer, url: string): Flashlayer {
  const { settings } = layer;
  const rpc = `${url}/rpc/${layer.name}`;
  return {
    name: layer.name,
    status: layer.status,
    settings: {
      blockTime: settings.blockTime,
      gasless: settings.gasless,
      fcfs: settings.fcfs,
      genesisAccounts: settings.genesisAccounts,
      tokenDecimals: settings.tokenDecimals,
      tokenSymbol: settings.tokenSymbol,
      blockGasLimit: settings.blockGasLimit,
      ...optionalSettings(settings),
    },
    resources: {
      rpc,
      explorer: `${url}/explorer?rpcUrl=${rpc}`,
      faucet: `${url}/faucet?chainId=${layer.chain_id}`,
      chainId: String(layer.chain_id),
      rpcWs: rpc.replace(/^http/, 'ws'),
    },
    createdAt: layer.created_at.toISOString(),
    id: String(layer.id),
    tier: layer.tier,
  };
}

export function stepOf(step: Step): LayerStep {
  return {
    name: step.name,
    phase: step.phase,
    title: STEP_TITLES[step.name],
    status: step.status,
    startedAt: step.started_at?.toISOString() ?? null,
    finishedAt: step.finished_at?.toISOString() ?? null,
    durationMs: step.started_at && step.finished_at ? step.finished_at.getTime() - step.started_at.getTime() : null,
    ...(step.l1_transaction_hash ? { l1TransactionHash: step.l1_transaction_hash as `0x${string}` } : {}),
    ...(step.error ? { error: step.error } : {}),
    attempt: step.attempt,
  };
}

export function detailOf(layer: Layer, steps: Step[], chain: LayerChain | null, url: string): LayerDetail {
  const { rollup, inbox, bridge, native_twin: nativeTwin, created_at_block: createdAtBlock } = layer;
  const { producer, proposer, faucet } = layer;
  return {
    flashlayer: flashlayerOf(layer, url),
    steps: steps.map(stepOf),
    contracts:
      rollup && inbox && bridge && nativeTwin && createdAtBlock !== null
        ? { rollup, inbox, bridge, nativeTwin, createdAtBlock }
        : null,
    chain,
    health: layer.health,
    expiresAt: layer.expires_at?.toISOString() ?? null,
    activeAt: layer.active_at?.toISOString() ?? null,
    terminatedAt: layer.terminated_at?.toISOString() ?? null,
    restarts: layer.restarts,
    owner: layer.owner,
    operators: producer && proposer && faucet ? { producer, proposer, faucet } : null,
    challengePeriod: layer.challenge_period,
    redeployedFrom: layer.redeployed_from === null ? null : String(layer.redeployed_from),
    imports: layer.imports,
  };
}
