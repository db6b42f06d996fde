import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorMessage } from '@tephra/core';
import { sweepProposer } from '../../l1/sweep-proposer.ts';
import type { StepOperation } from '../context.ts';

/** Stops the node, takes back what its proposer did not spend, and deletes all that the node stored. */
export const release: StepOperation = async (layer, context, run) => {
  await context.deps.driver.halt(layer.id);
  const dir = context.dirOf(layer.id);
  if (layer.rollup && layer.proposer) {
    // Money left behind is a nuisance, not a reason to keep a dead layer: its key stays in the folder then.
    const swept = await sweepProposer(layer, context, run.signal).catch((error: unknown) => {
      context.deps.logger.warn({ layer: layer.id, reason: errorMessage(error) }, "the proposer's money was not swept");
      return undefined;
    });
    if (swept !== undefined) await run.log('info', `${swept} wei of bond and gas money came back.`);
  }
  await context.deps.driver.forget(layer.id);
  const kept = new Set(['keys.json']);
  const names = await readdir(dir).catch(() => []);
  await Promise.all(
    names.filter((name) => !kept.has(name)).map((name) => rm(join(dir, name), { recursive: true, force: true })),
  );
  await run.log('info', 'The node is stopped and its data deleted; the ledger stays.');
};
