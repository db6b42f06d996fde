import { defineMethod } from '../method.ts';

/** Blob transactions are refused; this is the floor of EIP-4844. */
export const ethBlobBaseFee = defineMethod({ name: 'eth_blobBaseFee', params: [], handle: () => '0x1' });
