import { rollupAbi } from '@tephra/l1';
import { encodeFunctionData } from 'viem';
import { rollupOnL1 } from '../../l1/rollup-on-l1.ts';
import type { StepOperation } from '../context.ts';
import { adoptContracts } from './l1-contracts.ts';

/** Closes the inbox on the L1 by the owner's key; from then on the layer only settles. */
export const close: StepOperation = async (layer, context, run) => {
  // A launch that broke off may have made contracts that were not recorded.
  if (!layer.rollup && layer.genesis_output_root) {
    const found = await rollupOnL1(context, layer.chain_id);
    if (found?.genesisOutputRoot === layer.genesis_output_root) await adoptContracts(layer, context, run);
  }
  const rollup = (await context.layers.get(layer.id))?.rollup;
  if (!rollup) {
    await run.log('info', 'Nothing was made on the L1, so nothing is to be closed.');
    return;
  }
  const isClosed = () => context.client.readContract({ address: rollup, abi: rollupAbi, functionName: 'closed' });
  if (await isClosed()) {
    await run.log('info', 'The layer is closed on the L1 already.');
    return;
  }
  try {
    const { hash } = await context.funder.send({
      to: rollup,
      data: encodeFunctionData({ abi: rollupAbi, functionName: 'close' }),
      signal: run.signal,
    });
    await run.transaction(hash);
  } catch (error) {
    // The transaction of an attempt that a crash interrupted was mined meanwhile.
    if (!(await isClosed())) throw error;
  }
  await run.log('info', 'The layer is closed: deposits are refused, its last blocks write who owns what.');
};
