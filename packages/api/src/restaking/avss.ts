import { z } from 'zod';
import { addressAnswer, decimalString, hashAnswer } from '../fields.ts';
import { avsDeployment } from './deployment.ts';
import { restakingMetadata } from './operators.ts';

const quorumWeight = z.object({ quorum: z.number(), weight: decimalString });

export const avsAnswer = avsDeployment.extend({
  metadataUri: z.string(),
  /** Null while the document is unknown or not readable. */
  metadata: restakingMetadata.nullable(),
  /** Those that are registered now. */
  operators: z.array(
    z.object({
      address: addressAnswer,
      operatorId: hashAnswer,
      quorums: z.array(z.number()),
      weights: z.array(quorumWeight),
    }),
  ),
  /** Weight of all operators, per quorum. */
  totals: z.array(quorumWeight),
  /** While enabled, only these may register. */
  allowlist: z.object({ enabled: z.boolean(), operators: z.array(addressAnswer) }),
});
export type AvsAnswer = z.infer<typeof avsAnswer>;
export const avsList = z.object({ items: z.array(avsAnswer) });
