import { keccak256 } from 'viem';
import { defineMethod } from '../method.ts';
import { bytes } from '../params.ts';

export const web3Sha3 = defineMethod({
  name: 'web3_sha3',
  params: [bytes],
  handle: (_context, data) => keccak256(data),
});
