import { defineMethod } from '../method.ts';
import { bytes } from '../params.ts';

/** For whoever has a certificate; the node asks the L1 whether it holds. */
export const tephraAddCertificate = defineMethod({
  name: 'tephra_addCertificate',
  doc: {
    text: 'Brings a certificate of a block, which gives the block and its ancestors tier 2 once the L1’s contract has confirmed it: the encoded `BlockStatement`, and the encoded `NonSignerStakesAndSignature` of those who signed it. False when it says nothing new.',
    params: ['statement: bytes', 'signers: bytes'],
    result: 'boolean',
    errors: [
      '-32000 CERTIFICATE_MALFORMED, CERTIFICATE_FOREIGN, CERTIFICATE_REFUSED or CERTIFICATE_BUSY in `data.code`',
    ],
  },
  kind: 'write',
  params: [bytes, bytes],
  handle: (context, statement, signers) => context.addCertificate(statement, signers),
});
