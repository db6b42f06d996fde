import type { SettlementLedger } from '@tephra/api';
import { errorMessage } from '@tephra/core';
import { emptyLedger, ledgerOfNode } from '../../layers/ledger.ts';
import { tokenLookup } from '../../layers/token-lookup.ts';
import type { Layer } from '../../store/layer-store.ts';
import type { LifecycleContext, StepOperation, StepRun } from '../context.ts';
import { runningNode } from './node.ts';

const POLL_MS = 500;

const PHASE_WORDS: Record<SettlementLedger['phase'], string> = {
  open: 'Waiting for the layer to read its closing.',
  writing: 'The layer writes who owns what.',
  posting: 'The last pack goes to the L1.',
  window: 'The challenge window of the last pack runs.',
  paying: 'Assets are paid out on the L1.',
  done: 'Everything that can be paid is paid.',
};

/** Watches the node settle, keeping the newest state of the ledger, until nothing is left to do. */
export const settle: StepOperation = async (layer, context, run) => {
  if (!layer.rollup) {
    await context.settlements.save(layer.id, emptyLedger('done', context.deps.clock.now()));
    return;
  }
  let phase: SettlementLedger['phase'] | undefined;
  let paid = -1;
  let problem: string | null = null;
  for (;;) {
    const ledger = await currentLedger(layer, context, run);
    if (ledger) {
      if (ledger.phase !== phase) await run.log('info', PHASE_WORDS[ledger.phase]);
      if (ledger.error !== problem && ledger.error) await run.log('warn', `Settlement is held up: ${ledger.error}`);
      if (ledger.phase !== phase || ledger.counts.paid !== paid || ledger.error !== problem) {
        await context.settlements.save(layer.id, ledger);
      }
      phase = ledger.phase;
      paid = ledger.counts.paid;
      problem = ledger.error;
      if (phase === 'done') return;
    }
    await context.deps.clock.sleep(POLL_MS, run.signal);
  }
};

/** The node's ledger; undefined while the node is away, which its driver and the layer's health take care of. */
async function currentLedger(
  layer: Layer,
  context: LifecycleContext,
  run: StepRun,
): Promise<SettlementLedger | undefined> {
  try {
    const target = await runningNode(layer, context, run);
    return await ledgerOfNode(layer, target, tokenLookup(context.client, target), context.deps.clock.now());
  } catch (error) {
    run.signal.throwIfAborted();
    context.deps.logger.warn({ layer: layer.id, reason: errorMessage(error) }, 'settlement is not readable now');
    return undefined;
  }
}
