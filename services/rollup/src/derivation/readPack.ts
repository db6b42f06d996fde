import { findFrame, type L1Client, rollupAbi } from '@tephra/l1';
import { type Address, type Hash, type Hex, type Pack, packHash } from '@tephra/protocol';
import { decodeFunctionData, getAbiItem, toFunctionSelector } from 'viem';
import type { PostedPack } from '../batcher/index.ts';
import { DerivationError } from './errors.ts';

/** The ways in which a pack comes to the L1: on a bond, or with a certificate. */
const SUBMISSIONS = ['submitPack', 'submitPackCertified'] as const;

/**
 * The whole claim of a pack, from the transaction that submitted it; the L1 itself keeps only its hash.
 * @throws DerivationError PACK_NOT_FOUND
 */
export async function readPack(client: L1Client, posted: PostedPack): Promise<Pack> {
  const { input } = await client.getTransaction({ hash: posted.l1TransactionHash });
  // A proposer may be a contract, whose own call wraps the one to the rollup.
  for (const name of SUBMISSIONS) {
    const selector = toFunctionSelector(getAbiItem({ abi: rollupAbi, name })).slice(2);
    for (let at = input.indexOf(selector, 2); at >= 0; at = input.indexOf(selector, at + 1)) {
      if (at % 2 !== 0) continue;
      const pack = tryDecodePack(`0x${input.slice(at)}`);
      if (pack && packHash(pack) === posted.packHash) return pack;
    }
  }
  throw new DerivationError(
    'PACK_NOT_FOUND',
    `pack ${posted.index} is not in the calldata of ${posted.l1TransactionHash}`,
    {
      details: { pack: posted.index, blockNumber: posted.firstBlock },
      hint: 'Use an L1 endpoint that keeps old transactions.',
      retryable: true,
    },
  );
}

/**
 * A batch frame from the calldata of the transaction that posted it.
 * @throws DerivationError FRAME_NOT_FOUND
 */
export async function readFrame(
  client: L1Client,
  registry: Address,
  frameHash: Hash,
  blockNumber: bigint,
): Promise<Hex> {
  const { frame, postedAt } = await findFrame(client, registry, frameHash);
  if (frame !== undefined) return frame;
  throw new DerivationError('FRAME_NOT_FOUND', `batch frame ${frameHash} is not on the L1`, {
    details: { frameHash, blockNumber, postedAt },
    hint: 'Use an L1 endpoint that keeps old transactions.',
    retryable: true,
  });
}

function tryDecodePack(data: Hex): Pack | undefined {
  try {
    const call = decodeFunctionData({ abi: rollupAbi, data });
    if (call.functionName !== 'submitPack' && call.functionName !== 'submitPackCertified') return undefined;
    const [pack] = call.args;
    return { ...pack, outputRoots: [...pack.outputRoots], frames: [...pack.frames] };
  } catch {
    return undefined;
  }
}
