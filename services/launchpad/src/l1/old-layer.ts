import { errorMessage } from '@tephra/core';
import { rollupAbi } from '@tephra/l1';
import type { Address } from '@tephra/protocol';
import { isAddress } from 'viem';
import { LaunchpadError } from '../errors.ts';
import type { LifecycleContext } from '../lifecycle/context.ts';

/**
 * The Rollup contract of the layer that `import` names: by id, by name (the newest terminated one), or by the contract's own
 * address, which may be another platform's.
 * @throws LaunchpadError INVALID_ARGUMENT (no such layer), FAILED_PRECONDITION (not settled yet)
 */
export async function oldLayer(ref: string, context: LifecycleContext): Promise<Address> {
  const rollup = isAddress(ref, { strict: false }) ? (ref as Address) : await rollupOfLayer(ref, context);
  let terminalPack: bigint;
  try {
    terminalPack = await context.client.readContract({ address: rollup, abi: rollupAbi, functionName: 'terminalPack' });
  } catch (cause) {
    throw noSuchLayer(ref, `there is no rollup at ${rollup} on the L1 (${errorMessage(cause).split('\n')[0]})`);
  }
  if (terminalPack === 0n) throw notSettled(ref);
  return rollup;
}

async function rollupOfLayer(ref: string, { layers }: LifecycleContext): Promise<Address> {
  const layer = /^\d{1,15}$/.test(ref)
    ? await layers.get(Number(ref))
    : (await layers.list({ name: ref, status: 'STATUS_TERMINATED' }, { limit: 1 }))[0];
  if (!layer) {
    if (await layers.living(ref)) throw notSettled(ref);
    throw noSuchLayer(ref, `there is no terminated layer "${ref}"`);
  }
  if (layer.status !== 'STATUS_TERMINATED') throw notSettled(ref);
  if (!layer.rollup) throw noSuchLayer(ref, `layer "${ref}" never had contracts on the L1`);
  return layer.rollup;
}

function noSuchLayer(ref: string, message: string): LaunchpadError {
  return new LaunchpadError('INVALID_ARGUMENT', `import "${ref}": ${message}`, {
    fields: [{ path: 'import', message }],
    hint: 'Give the id or name of a terminated layer, or the address of its Rollup contract.',
  });
}

function notSettled(ref: string): LaunchpadError {
  return new LaunchpadError(
    'FAILED_PRECONDITION',
    `Layer ${ref} is not settled, so its tokens are not on the L1 yet.`,
    {
      fields: [{ path: 'import', message: 'names a layer that is not settled' }],
      hint: 'Destroy it first, and wait until everything is settled.',
    },
  );
}
