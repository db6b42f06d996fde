import type { ValidatedBlock } from '@tephra/engine/validation';
import { inboxAbi, type L1Client } from '@tephra/l1';
import { type BlockContent, decodePov, type Hash, type Output, rulesHash } from '@tephra/protocol';
import { concatHex, keccak256, toHex } from 'viem';
import { VitalError } from './errors.ts';
import type { RollupFacts } from './rollup-facts.ts';
import type { Stvf } from './stvf.ts';

/** The block that a proof has to begin at, as far as it is known. */
export type ChainTip = {
  number: bigint;
  outputRoot: Hash;
  /** Undefined of a tip that was taken from the L1, where only the output root stands. */
  l1OriginNumber: bigint | undefined;
};

/** A block that this operator has executed, and compared with the L1. */
export type VerifiedBlock = {
  number: bigint;
  outputRoot: Hash;
  output: Output;
  /** {@link contentKey} of what its producer chose. */
  content: Hash;
};

export type VerifyDeps = { client: L1Client; stvf: Stvf };

/**
 * Executes a proof of validity and compares what only the L1 knows (docs/decisions/0028): rules, origins, inbox.
 * @param l1Head newest L1 block that is deep enough to be believed
 * @throws VitalError
 */
export async function verifyBlocks(
  proof: Uint8Array,
  { facts, tip, l1Head }: { facts: RollupFacts; tip: ChainTip; l1Head: bigint },
  { client, stvf }: VerifyDeps,
): Promise<VerifiedBlock[]> {
  const { validated } = await stvf.validate(proof);
  const { rules, parent, blocks } = validated;
  if (rules.chainId !== facts.chainId || rulesHash(rules) !== facts.rulesHash) {
    throw new VitalError('RULES_DIFFER', 'the proof was made by other rules than the L1 records', {
      details: { rules },
    });
  }
  if (parent.number !== tip.number || parent.outputRoot !== tip.outputRoot) {
    throw new VitalError(
      'PARENT_DIFFERS',
      `the proof begins after ${parent.number} ${parent.outputRoot}, not after ${tip.number} ${tip.outputRoot}`,
    );
  }
  let originBefore = tip.l1OriginNumber ?? parent.l1OriginNumber;
  for (const block of blocks) {
    if (block.l1OriginNumber === originBefore) continue;
    await checkOrigin(block, facts, l1Head, client);
    originBefore = block.l1OriginNumber;
  }
  const raw = decodePov(proof).blocks;
  return blocks.map((block, index) => ({
    number: block.number,
    outputRoot: block.outputRoot,
    output: outputOf(block),
    content: contentKey({
      number: block.number,
      timestamp: block.timestamp,
      l1OriginNumber: block.l1OriginNumber,
      transactions: raw[index]!.transactions,
    }),
  }));
}

/** Equal for equal content of a block, and for no other. */
export function contentKey({ number, timestamp, l1OriginNumber, transactions }: BlockContent): Hash {
  const words = [number, timestamp, l1OriginNumber].map((value) => toHex(value, { size: 32 }));
  return keccak256(concatHex([...words, ...transactions.map((raw) => keccak256(raw))]));
}

/** A block with another origin than the one before: it must have taken in all messages up to there. */
async function checkOrigin(block: ValidatedBlock, facts: RollupFacts, l1Head: bigint, client: L1Client): Promise<void> {
  const { l1OriginNumber: number, inboxPosition: position } = block;
  if (number > l1Head) {
    throw new VitalError(
      'ORIGIN_TOO_NEW',
      `block ${block.number} has L1 origin ${number}, the L1 is read to ${l1Head}`,
      {
        retryable: true,
      },
    );
  }
  const inbox = { address: facts.inbox, abi: inboxAbi } as const;
  const [origin, accumulator, last, next] = await Promise.all([
    client.getBlock({ blockNumber: number }),
    client.readContract({ ...inbox, functionName: 'accumulatorAt', args: [position] }).catch(ifRefused),
    position === 0n ? 0n : client.readContract({ ...inbox, functionName: 'l1BlockOf', args: [position - 1n] }),
    client.readContract({ ...inbox, functionName: 'l1BlockOf', args: [position] }),
  ]);
  if (origin.hash !== block.l1OriginHash || origin.timestamp !== block.l1OriginTimestamp) {
    throw new VitalError('ORIGIN_DIFFERS', `block ${block.number} names ${block.l1OriginHash} as L1 block ${number}`, {
      details: { l1Hash: origin.hash },
    });
  }
  if (accumulator !== block.inboxAccumulator || last > number || (next !== 0n && next <= number)) {
    throw new VitalError(
      'INBOX_DIFFERS',
      `block ${block.number} took ${position} inbox messages up to L1 block ${number}`,
      {
        details: { accumulator: accumulator ?? null, claimed: block.inboxAccumulator, lastFrom: last, nextFrom: next },
      },
    );
  }
}

/** There are fewer messages: the contract refuses, which is no fault of the L1. */
function ifRefused(error: unknown): undefined {
  if (error instanceof Error && error.name === 'ContractFunctionExecutionError') return undefined;
  throw error;
}

function outputOf(block: ValidatedBlock): Output {
  const { stateRoot, blockHash, outboxRoot, inboxPosition, inboxAccumulator, historyRoot } = block;
  const { l1OriginNumber, l1OriginHash } = block;
  return {
    stateRoot,
    blockHash,
    outboxRoot,
    inboxPosition,
    inboxAccumulator,
    l1OriginNumber,
    l1OriginHash,
    historyRoot,
  };
}
