import { defineMethod } from '../method.ts';
import { address, quantityParam } from '../params.ts';

export const adminDrip = defineMethod({
  name: 'admin_drip',
  doc: {
    text: 'Sends coins of the layer’s faucet, whatever its limits for visitors are.',
    params: ['to: address', 'amount: quantity'],
    result: 'transaction hash',
    errors: ['-32000 the faucet holds less, or the recipient refuses coins'],
  },
  kind: 'write',
  access: 'admin',
  params: [address, quantityParam],
  handle: (context, to, amountWei) => context.drip(to, amountWei),
});
