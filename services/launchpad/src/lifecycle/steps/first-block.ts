import { errorMessage } from '@tephra/core';
import { StepError } from '../../errors.ts';
import { nodeRpc } from '../../layers/node-rpc.ts';
import type { StepOperation } from '../context.ts';
import { runningNode } from './node.ts';

const POLL_MS = 20;

/** Waits until block 1 is sealed. */
export const firstBlock: StepOperation = async (layer, context, run) => {
  const { clock } = context.deps;
  const blockTimeMs = layer.settings.blockTime * 1_000;
  const deadline = clock.now() + context.options.nodeStartTimeoutMs + 2 * blockTimeMs;
  let problem = 'the chain stays at block 0';
  for (;;) {
    const target = await runningNode(layer, context, run);
    try {
      const number = Number(await nodeRpc(target, 'eth_blockNumber'));
      if (number >= 1) {
        await run.log('info', `Block ${number} is sealed.`);
        return;
      }
    } catch (error) {
      problem = errorMessage(error);
    }
    if (clock.now() > deadline) {
      throw new StepError('NO_BLOCK', `no block was produced: ${problem}`, {
        hint: "Read the node's log, then retry.",
      });
    }
    await clock.sleep(POLL_MS, run.signal);
  }
};
