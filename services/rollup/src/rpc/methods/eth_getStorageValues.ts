import type { Hash } from '@tephra/protocol';
import { defineMethod } from '../method.ts';
import { blockRef, LATEST, storageRequests } from '../params.ts';
import { readState } from '../resolve.ts';

export const ethGetStorageValues = defineMethod({
  name: 'eth_getStorageValues',
  doc: {
    text: 'Words of the storage of several contracts in one question; at most 1,024.',
    params: ['slots: object: arrays of storage keys by address', 'block?: block'],
    result: 'object: arrays of hash by address',
    errors: ['-32602 empty request', '-32602 too many slots', '-32000 header not found'],
  },
  params: [storageRequests, blockRef.optional()],
  handle: (context, requests, ref) =>
    readState(context, ref ?? LATEST, async ({ at }) => {
      const answer: Record<string, Hash[]> = {};
      for (const [account, slots] of requests) {
        answer[account] = await Promise.all(slots.map((slot) => context.engine.getStorage(account, slot, at)));
      }
      return answer;
    }),
});
