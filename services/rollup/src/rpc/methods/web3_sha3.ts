import { keccak256 } from 'viem';
import { defineMethod } from '../method.ts';
import { bytes } from '../params.ts';

export const web3Sha3 = defineMethod({
  name: 'web3_sha3',
  doc: { text: 'keccak256 of bytes.', params: ['bytes: data'], result: 'hash' },
  params: [bytes],
  handle: (_context, data) => keccak256(data),
});
