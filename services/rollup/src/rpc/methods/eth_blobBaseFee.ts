import { defineMethod } from '../method.ts';

export const ethBlobBaseFee = defineMethod({
  name: 'eth_blobBaseFee',
  doc: { text: 'Always 1 wei, the floor of EIP-4844: blob transactions are refused.', result: 'quantity' },
  params: [],
  handle: () => '0x1',
});
