import type { LayerImport } from '@tephra/api';
import { errorMessage, isTephraError } from '@tephra/core';
import { bridgeAbi, l2BridgeAbi, rollupFactoryAbi } from '@tephra/l1';
import { type Address, type Hex, PREDEPLOYS } from '@tephra/protocol';
import { decodeFunctionResult, encodeFunctionData } from 'viem';
import { StepError } from '../../errors.ts';
import { standardIndex, type Twin, twinsOf } from '../../l1/twins-of.ts';
import { nodeRpc } from '../../layers/node-rpc.ts';
import type { Layer } from '../../store/layer-store.ts';
import type { LifecycleContext, StepOperation, StepRun } from '../context.ts';
import { runningNode } from './node.ts';

/** More than this come when somebody deposits them: the inbox takes 64 messages per L1 block. */
const MOST_TOKENS = 256;
/** Registrations on their way at once, well below what the inbox takes per L1 block. */
const AT_ONCE = 16;
const POLL_MS = 200;
const WAIT_MS = 180_000;

/**
 * Makes the bridged image of every token of the old layer exist on this one before anybody deposits: contracts and pages can
 * refer to them from the start. Items themselves are brought by their owners.
 */
export const importTwins: StepOperation = async (layer, context, run) => {
  const rollup = layer.import_from;
  const { bridge } = layer;
  if (!rollup || !bridge || layer.imports !== null) return;
  const all = await twinsOf(rollup, await creationOf(rollup, context), context);
  const twins = all.slice(0, MOST_TOKENS);
  if (all.length > twins.length) {
    await run.log(
      'warn',
      `Of ${all.length} tokens the first ${MOST_TOKENS} are registered; others come with a deposit.`,
    );
  }
  const tokens: LayerImport['tokens'] = [];
  for (let start = 0; start < twins.length; start += AT_ONCE) {
    const found = await Promise.all(
      twins.slice(start, start + AT_ONCE).map((twin) => bring(twin, layer, bridge, context, run)),
    );
    tokens.push(...found.filter((token) => token !== undefined));
  }
  await run.update({ imports: JSON.stringify({ from: rollup, tokens } satisfies LayerImport) });
  await run.log(
    'info',
    `${tokens.length} tokens of the rollup at ${rollup} are known here; their owners can deposit them.`,
  );
};

/** Registers one token unless the layer knows it, and waits until it does; undefined when the token cannot be registered. */
async function bring(
  twin: Twin,
  layer: Layer,
  bridge: Address,
  context: LifecycleContext,
  run: StepRun,
): Promise<LayerImport['tokens'][number] | undefined> {
  const l2Token = await imageOf(twin, layer, context, run);
  if (await exists(l2Token, layer, context, run)) return { ...twin, l2Token };
  try {
    const args = [twin.l1Twin, standardIndex(twin.standard)] as const;
    await context.funder.send({
      to: bridge,
      data: encodeFunctionData({ abi: bridgeAbi, functionName: 'registerToken', args }),
      signal: run.signal,
    });
  } catch (error) {
    // Only the token's own refusal is final; an L1 that is away is asked again with the step.
    if (!isTephraError(error, 'SIMULATION_REVERTED') && !isTephraError(error, 'REVERTED')) throw error;
    await run.log('warn', `The ${twin.standard} token ${twin.l1Twin} could not be registered: ${errorMessage(error)}`);
    return undefined;
  }
  const { clock } = context.deps;
  for (const deadline = clock.now() + WAIT_MS; !(await exists(l2Token, layer, context, run)); ) {
    if (clock.now() > deadline) {
      throw new StepError('IMPORT_STALLED', `token ${twin.l1Twin} was registered on the L1 but does not arrive`, {
        hint: "It is tried again; if it stays, read the node's log.",
        retryable: true,
      });
    }
    await clock.sleep(POLL_MS, run.signal);
  }
  return { ...twin, l2Token };
}

/** Address of the bridged token on the layer, whether it exists or not. */
async function imageOf(twin: Twin, layer: Layer, context: LifecycleContext, run: StepRun): Promise<Address> {
  const abi = l2BridgeAbi;
  const erc1155 = twin.standard === 'erc1155';
  const data = erc1155
    ? encodeFunctionData({ abi, functionName: 'l2Erc1155Of', args: [twin.l1Twin] })
    : encodeFunctionData({ abi, functionName: 'l2TokenOf', args: [twin.l1Twin, twin.standard === 'erc721'] });
  const target = await runningNode(layer, context, run);
  const answer = (await nodeRpc(target, 'eth_call', [{ to: PREDEPLOYS.l2Bridge, data }, 'latest'])) as Hex;
  return decodeFunctionResult({ abi, functionName: erc1155 ? 'l2Erc1155Of' : 'l2TokenOf', data: answer });
}

async function exists(token: Address, layer: Layer, context: LifecycleContext, run: StepRun): Promise<boolean> {
  const target = await runningNode(layer, context, run);
  return (await nodeRpc(target, 'eth_getCode', [token, 'latest'])) !== '0x';
}

/** L1 block from which the old rollup can have twins. */
async function creationOf(rollup: Address, { layers, client, deps }: LifecycleContext): Promise<bigint> {
  const known = (await layers.list({ rollup }))[0]?.created_at_block;
  if (known) return BigInt(known);
  return client.readContract({
    address: deps.l1.deployments.factory,
    abi: rollupFactoryAbi,
    functionName: 'deployedAtBlock',
  });
}
