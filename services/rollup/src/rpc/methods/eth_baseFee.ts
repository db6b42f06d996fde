import { currentBaseFee } from '../fees.ts';
import { quantity } from '../hex.ts';
import { defineMethod } from '../method.ts';

export const ethBaseFee = defineMethod({
  name: 'eth_baseFee',
  doc: { text: 'Base fee of the next block, wei: of the open one.', result: 'quantity' },
  params: [],
  handle: (context) => quantity(currentBaseFee(context)),
});
