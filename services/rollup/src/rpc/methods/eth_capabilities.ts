import { quantity } from '../hex.ts';
import { defineMethod } from '../method.ts';

export const ethCapabilities = defineMethod({
  name: 'eth_capabilities',
  doc: {
    text: 'From which block on the node answers what: states from `state.oldestBlock` on, everything else from block 0.',
    result: '{head, state, tx, logs, receipts, blocks, stateproofs}',
  },
  params: [],
  handle: ({ chain }) => {
    const { number, hash } = chain.head();
    const everything = { disabled: false, oldestBlock: '0x0' };
    const states = { disabled: false, oldestBlock: quantity(chain.stateFrom()) };
    return {
      head: { number: quantity(number), hash },
      state: states,
      tx: everything,
      logs: everything,
      receipts: everything,
      blocks: everything,
      stateproofs: states,
    };
  },
});
