import { defineMethod } from '../method.ts';
import { address, blockRef, LATEST, storageSlot } from '../params.ts';
import { readState } from '../resolve.ts';

export const ethGetStorageAt = defineMethod({
  name: 'eth_getStorageAt',
  doc: {
    text: 'One word of a contract’s storage.',
    params: ['account: address', 'slot: storage key', 'block?: block'],
    result: 'hash',
    errors: ['-32000 header not found', '-32000 missing trie node: the state is not kept any more'],
  },
  params: [address, storageSlot, blockRef.optional()],
  handle: (context, account, slot, ref) =>
    readState(context, ref ?? LATEST, ({ at }) => context.engine.getStorage(account, slot, at)),
});
