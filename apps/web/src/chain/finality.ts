import { useQuery } from '@tanstack/react-query';
import type { Finality, FinalityEvidence, FinalityTier } from '@tephra/protocol';
import { type Hash, hexToBigInt, isHex, numberToHex, type PublicClient } from 'viem';
import { z } from 'zod';
import { useLayerChain } from './useChain.tsx';

const hex = z.custom<`0x${string}`>((value) => isHex(value));
const quantity = hex.transform((value) => hexToBigInt(value));

const preconfirmation = z.object({
  chainId: quantity,
  transactionHash: hex,
  blockNumber: quantity,
  transactionIndex: quantity.transform(Number),
  parentHash: hex,
  status: z.enum(['success', 'reverted']),
  gasUsed: quantity,
  signature: hex,
});

const evidence = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('promise'), preconfirmation }),
  z.object({ kind: z.literal('producer-signature'), blockHash: hex, signature: hex, producer: hex }),
  z.object({
    kind: z.literal('l1-inclusion'),
    packIndex: quantity,
    packHash: hex,
    l1TransactionHash: hex,
    l1BlockNumber: quantity,
    windowEnd: quantity,
  }),
  z.object({
    kind: z.literal('vital-certificate'),
    attestation: hex,
    certifiedBlock: quantity,
    certifiedBlockHash: hex,
    outputRoot: hex,
    referenceBlock: quantity,
    signedPercentages: z.array(z.number()),
    nonSignerIds: z.array(hex),
    taskId: z.string(),
  }),
  z.object({ kind: z.literal('window-over'), packIndex: quantity, l1BlockNumber: quantity, windowEnd: quantity }),
]);

/** Where a transaction stood before it lost its place, and why. */
const movedBack = z.discriminatedUnion('reason', [
  z.object({ reason: z.literal('l1-reorg'), blockNumber: quantity, blockHash: hex }),
  z.object({
    reason: z.literal('packs-reverted'),
    packIndex: quantity,
    revertEpoch: quantity,
    blockNumber: quantity,
    blockHash: hex,
  }),
]);
export type MovedBack = z.infer<typeof movedBack>;

const finalityJson = z.object({
  tier: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
  blockNumber: quantity,
  blockHash: hex.nullable(),
  evidence: z.array(evidence),
  finalAt: quantity.nullable(),
  movedBack: movedBack.nullable().default(null),
});

export type FinalityAnswer = Omit<Finality, 'name' | 'evidence'> & {
  tier: FinalityTier;
  evidence: FinalityEvidence[];
  /** Null for blocks, and for transactions that never lost their place. */
  movedBack: MovedBack | null;
};

/** Reads an answer of tephra_getFinality, quantities in hex; null when the chain does not know the subject. */
export function parseFinality(json: unknown): FinalityAnswer | null {
  return json === null ? null : finalityJson.parse(json);
}

type TephraRequest = (call: { method: string; params: unknown[] }) => Promise<unknown>;

/** A method of ours, which viem's types do not know. */
export function tephraRequest(client: PublicClient, method: `tephra_${string}`, params: unknown[]): Promise<unknown> {
  return (client.request as TephraRequest)({ method, params });
}

/** Finality of a block (number) or transaction (hash); a transaction's promise stays part of its evidence after the sealing. */
export async function readFinality(client: PublicClient, subject: Hash | bigint): Promise<FinalityAnswer | null> {
  if (typeof subject === 'bigint') {
    return parseFinality(await tephraRequest(client, 'tephra_getFinality', [numberToHex(subject)]));
  }
  const [answer, promise] = await Promise.all([
    tephraRequest(client, 'tephra_getFinality', [subject]),
    tephraRequest(client, 'tephra_getPreconfirmation', [subject]),
  ]);
  const finality = parseFinality(answer);
  if (finality === null || promise === null || finality.evidence.some((each) => each.kind === 'promise'))
    return finality;
  const first: FinalityEvidence = { kind: 'promise', preconfirmation: preconfirmation.parse(promise) };
  return { ...finality, evidence: [first, ...finality.evidence] };
}

/** Finality of a block or transaction, asked again until it is final. */
export function useFinality(subject: Hash | bigint | undefined) {
  const { client, id, reachable } = useLayerChain();
  return useQuery({
    queryKey: ['finality', id, String(subject)],
    queryFn: () => (subject === undefined ? null : readFinality(client, subject)),
    enabled: subject !== undefined && reachable,
    refetchInterval: (query) => (query.state.data?.tier === 3 ? false : 700),
  });
}
