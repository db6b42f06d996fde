import { errorMessage } from '@tephra/core';
import { StepError } from '../../errors.ts';
import { layerKeysIn } from '../../layers/keys.ts';
import { nodeRpc } from '../../layers/node-rpc.ts';
import type { Layer } from '../../store/layer-store.ts';
import type { LifecycleContext, StepOperation } from '../context.ts';
import { runningNode } from './node.ts';

/** Tries each thing that the layer's page will offer: the public RPC path, the faucet's account, the bridge. */
export const endpoints: StepOperation = async (layer, context, run) => {
  const checks = await Promise.allSettled([
    publicRpc(layer, context),
    faucet(layer, context, run.signal),
    bridge(layer, context),
  ]);
  const failed = checks.filter((check) => check.status === 'rejected');
  if (failed.length > 0) {
    throw new StepError('ENDPOINT_UNREACHABLE', failed.map((check) => errorMessage(check.reason)).join('; '), {
      hint: 'It is tried again; if it stays, read the log of the node and of the platform.',
      retryable: true,
    });
  }
  await run.log('info', 'RPC, faucet and bridge answer.');
};

async function publicRpc(layer: Layer, context: LifecycleContext): Promise<void> {
  const response = await fetch(`${context.localUrl()}/rpc/${layer.id}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] }),
    signal: AbortSignal.timeout(5_000),
  });
  const answer = (await response.json()) as { result?: unknown };
  if (Number(answer.result) !== layer.chain_id) throw new Error(`RPC answers chain id ${String(answer.result)}`);
}

async function faucet(layer: Layer, context: LifecycleContext, signal: AbortSignal): Promise<void> {
  const target = await runningNode(layer, context, { signal });
  const { adminToken } = await layerKeysIn(context.dirOf(layer.id));
  await nodeRpc(target, 'admin_status', [], { token: adminToken });
}

async function bridge(layer: Layer, context: LifecycleContext): Promise<void> {
  if (!layer.bridge) throw new Error('the layer has no bridge');
  const code = await context.client.getCode({ address: layer.bridge });
  if (!code) throw new Error(`there is no bridge at ${layer.bridge} on the L1`);
}
