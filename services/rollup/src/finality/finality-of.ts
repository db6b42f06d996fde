import type { Address, Finality, FinalityEvidence, FinalityTier, Hash, Hex } from '@tephra/protocol';
import { FINALITY_TIERS } from '@tephra/protocol';
import type { BlockCertificate } from '../verification/index.ts';

/** A pack on the L1, as far as finality needs it. */
export type PackEvidence = {
  /** 0 is the genesis, recorded when the chain was created. */
  index: bigint;
  firstBlock: bigint;
  lastBlock: bigint;
  packHash: Hash;
  l1TransactionHash: Hash;
  l1BlockNumber: bigint;
  /** L1 time, seconds. */
  windowEnd: bigint;
};

/** What is known of the L1's view of the chain. */
export interface FinalityView {
  /** The pack that covers a block; undefined while none does. */
  packOf(blockNumber: bigint): PackEvidence | undefined;
  /** The earliest certificate that vouches for a block; absent where nobody makes certificates. */
  certificateOf?(blockNumber: bigint): BlockCertificate | undefined;
}

export type FinalitySubject = {
  number: bigint;
  hash: Hash;
  producer: Address;
  producerSignature: Hex;
};

/**
 * Tier of a sealed block with all its evidence. `safe` and `finalized` are the chain's marks; they decide the tier, so
 * that this never disagrees with the block tags.
 */
export function finalityOf(
  block: FinalitySubject,
  marks: { safe: bigint; finalized: bigint },
  view: FinalityView,
): Finality {
  const evidence: FinalityEvidence[] = [];
  // Nobody signs the genesis, which the L1 contract holds; and blocks that were rebuilt from the L1 come without a signature.
  if (block.number > 0n && block.producerSignature !== '0x') {
    evidence.push({
      kind: 'producer-signature',
      blockHash: block.hash,
      signature: block.producerSignature,
      producer: block.producer,
    });
  }
  const pack = view.packOf(block.number);
  let tier: FinalityTier = 1;
  const certificate = block.number <= marks.safe ? view.certificateOf?.(block.number) : undefined;
  if (certificate) {
    tier = 2;
    evidence.push(certificateEvidence(certificate));
  }
  if (pack && block.number <= marks.safe) {
    tier = 2;
    evidence.push({
      kind: 'l1-inclusion',
      packIndex: pack.index,
      packHash: pack.packHash,
      l1TransactionHash: pack.l1TransactionHash,
      l1BlockNumber: pack.l1BlockNumber,
      windowEnd: pack.windowEnd,
    });
  }
  if (pack && block.number <= marks.finalized) {
    tier = 3;
    const { index: packIndex, l1BlockNumber, windowEnd } = pack;
    evidence.push({ kind: 'window-over', packIndex, l1BlockNumber, windowEnd });
  }
  return {
    tier,
    name: FINALITY_TIERS[tier],
    blockNumber: block.number,
    blockHash: block.hash,
    evidence,
    finalAt: pack?.windowEnd ?? null,
  };
}

function certificateEvidence({ statement, ...certificate }: BlockCertificate): FinalityEvidence {
  const { number, blockHash, outputRoot, referenceBlock } = statement;
  return {
    kind: 'vital-certificate',
    ...certificate,
    certifiedBlock: number,
    certifiedBlockHash: blockHash,
    outputRoot,
    referenceBlock: BigInt(referenceBlock),
  };
}
