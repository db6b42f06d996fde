import { chainConfig } from '../chain-config.ts';
import { defineMethod } from '../method.ts';

export const ethConfig = defineMethod({
  name: 'eth_config',
  doc: {
    text: 'EIP-7910: the fork rules of the chain, which has had one set of them since its genesis. Blobs are not taken.',
    result: '{current, next: null, last: null}',
  },
  params: [],
  handle: (context) => chainConfig(context),
});
