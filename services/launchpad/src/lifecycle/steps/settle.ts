import type { SettlementLedger } from '@tephra/api';
import { errorMessage } from '@tephra/core';
import { settlementProgress } from '../../layers/chain-status.ts';
import { emptyLedger, ledgerOfNode, type TokenLookup } from '../../layers/ledger.ts';
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
  const { clock, logger } = context.deps;
  if (!layer.rollup) {
    await context.settlements.save(layer.id, emptyLedger('done', clock.now()));
    return;
  }
  const watch: Watch = { progress: '', lookup: undefined };
  let last: SettlementLedger | undefined;
  for (;;) {
    try {
      const ledger = await changedLedger(layer, context, run, watch);
      if (ledger) {
        if (ledger.phase !== last?.phase) await run.log('info', PHASE_WORDS[ledger.phase]);
        if (ledger.error && ledger.error !== last?.error) {
          await run.log('warn', `Settlement is held up: ${ledger.error}`);
        }
        await context.settlements.save(layer.id, ledger);
        last = ledger;
        if (ledger.phase === 'done') return;
      }
    } catch (error) {
      // The node is away for a moment; its driver and the layer's health take care of that.
      run.signal.throwIfAborted();
      watch.progress = '';
      logger.warn({ layer: layer.id, reason: errorMessage(error) }, 'settlement is not readable now');
    }
    await clock.sleep(POLL_MS, run.signal);
  }
};

type Watch = {
  /** The node's summary at the last look. */
  progress: string;
  /** Keeps tokens' names while the node stays at one address. */
  lookup: { port: number; names: TokenLookup } | undefined;
};

/** The whole ledger if the node's short summary says that something happened, else undefined. */
async function changedLedger(
  layer: Layer,
  context: LifecycleContext,
  run: StepRun,
  watch: Watch,
): Promise<SettlementLedger | undefined> {
  const target = await runningNode(layer, context, run);
  const progress = await settlementProgress(target);
  if (progress === watch.progress) return undefined;
  if (watch.lookup?.port !== target.port) {
    watch.lookup = { port: target.port, names: tokenLookup(context.client, target) };
  }
  const ledger = await ledgerOfNode(layer, target, watch.lookup.names, context.deps.clock.now());
  // Only now: a ledger that could not be read is asked for again.
  watch.progress = progress;
  return ledger;
}
