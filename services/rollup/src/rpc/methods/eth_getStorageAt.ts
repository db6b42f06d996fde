import { defineMethod } from '../method.ts';
import { address, blockRef, LATEST, storageSlot } from '../params.ts';
import { readState } from '../resolve.ts';

export const ethGetStorageAt = defineMethod({
  name: 'eth_getStorageAt',
  params: [address, storageSlot, blockRef.optional()],
  handle: (context, account, slot, ref) =>
    readState(context, ref ?? LATEST, ({ at }) => context.engine.getStorage(account, slot, at)),
});
