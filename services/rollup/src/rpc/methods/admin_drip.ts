import { defineMethod } from '../method.ts';
import { address, quantityParam } from '../params.ts';

/** Sends coins of the layer's faucet; answers with the transaction hash. */
export const adminDrip = defineMethod({
  name: 'admin_drip',
  kind: 'write',
  access: 'admin',
  params: [address, quantityParam],
  handle: (context, to, amountWei) => context.drip(to, amountWei),
});
