import { suggestedGasPrice } from '../fees.ts';
import { quantity } from '../hex.ts';
import { defineMethod } from '../method.ts';

export const ethGasPrice = defineMethod({
  name: 'eth_gasPrice',
  params: [],
  handle: (context) => quantity(suggestedGasPrice(context)),
});
