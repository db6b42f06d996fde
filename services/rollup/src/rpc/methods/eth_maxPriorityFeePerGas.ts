import { suggestedTip } from '../fees.ts';
import { quantity } from '../hex.ts';
import { defineMethod } from '../method.ts';

export const ethMaxPriorityFeePerGas = defineMethod({
  name: 'eth_maxPriorityFeePerGas',
  doc: { text: 'A tip that a sender should offer.', result: 'quantity' },
  params: [],
  handle: (context) => quantity(suggestedTip(context)),
});
