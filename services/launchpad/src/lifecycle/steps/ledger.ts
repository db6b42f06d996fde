import { StepError } from '../../errors.ts';
import type { StepOperation } from '../context.ts';

/** Makes sure that the whole ledger is in the database before the node that has it goes away. */
export const ledger: StepOperation = async (layer, context, run) => {
  const kept = await context.settlements.get(layer.id, { offset: 0, limit: 1 });
  if (kept?.phase !== 'done') {
    throw new StepError('SETTLEMENT_STALLED', 'the ledger is not complete', {
      hint: 'Retry: the settlement is watched again.',
      retryable: true,
    });
  }
  const { total, paid, claimable } = kept.counts;
  await run.log('info', `${total} items: ${paid} paid, ${claimable} claimable on the L1.`);
};
