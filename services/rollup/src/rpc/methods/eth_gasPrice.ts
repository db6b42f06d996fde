import { suggestedGasPrice } from '../fees.ts';
import { quantity } from '../hex.ts';
import { defineMethod } from '../method.ts';

export const ethGasPrice = defineMethod({
  name: 'eth_gasPrice',
  doc: {
    text: 'A price for a legacy transaction: a quarter above the base fee, and the suggested tip.',
    result: 'quantity',
  },
  params: [],
  handle: (context) => quantity(suggestedGasPrice(context)),
});
