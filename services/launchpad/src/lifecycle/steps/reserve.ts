import { StepError } from '../../errors.ts';
import { rollupOnL1 } from '../../l1/rollup-on-l1.ts';
import type { StepOperation } from '../context.ts';

/** Name and chain id were taken with the row; what is left is that no other platform on this L1 has the id. */
export const reserve: StepOperation = async (layer, context, run) => {
  if (layer.rollup !== null || layer.genesis_output_root !== null) return;
  const taken = await rollupOnL1(context, layer.chain_id);
  if (taken) {
    throw new StepError('CHAIN_ID_TAKEN', `chain id ${layer.chain_id} is in use on the L1 by ${taken.rollup}`, {
      hint: 'Destroy this layer and create it again: it gets another chain id.',
    });
  }
  await run.log('info', `Name ${layer.name} and chain id ${layer.chain_id} are reserved.`);
};
