import { encodePack } from '@tephra/protocol';
import { quantity } from '../hex.ts';
import { defineMethod } from '../method.ts';

/** What operators of VITAL and their aggregator follow: nothing of it has to be believed. */
export const tephraGetVerification = defineMethod({
  name: 'tephra_getVerification',
  doc: {
    text: 'Who verifies the chain: the contract whose certificates give its blocks tier 2, the blocks that one proof of validity covers, the newest block at which a proof ends and the newest that is certified, and the pack (`abi.encode(Pack)`) that waits for its certificate. Null where tier 2 means that a pack is on the L1.',
    params: [],
    result: '{attestation, povBlocks, newest, certified, proposal} or null',
  },
  params: [],
  handle: (context) => {
    const status = context.verification();
    return (
      status && {
        attestation: status.attestation,
        povBlocks: quantity(BigInt(status.povBlocks)),
        newest: quantity(status.newest),
        certified: quantity(status.certified),
        proposal: status.proposal === undefined ? null : encodePack(status.proposal),
      }
    );
  },
});
