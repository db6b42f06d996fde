import type { PackAnswer, PackContent } from '@tephra/api';
import { batchRegistryAbi, decodePackCertificate, type L1Client, rollupAbi } from '@tephra/l1';
import { type Address, packHash, vitalTaskId } from '@tephra/protocol';
import { decodeFunctionData } from 'viem';
import type { Posting } from './fold-packs.ts';
import type { L1Transaction } from './l1-facts.ts';

type Sent = Pick<L1Transaction, 'input'>;

/** The pack that a transaction carried to the Rollup, with its certificate if it has one; null when its call is another or holds another pack. */
export function packInCall(posting: Pick<Posting, 'packHash'>, { input }: Sent) {
  let call: ReturnType<typeof decodeFunctionData<typeof rollupAbi>>;
  try {
    call = decodeFunctionData({ abi: rollupAbi, data: input });
  } catch {
    // A contract in between, with a call of its own.
    return null;
  }
  if (call.functionName !== 'submitPack' && call.functionName !== 'submitPackCertified') return null;
  const [given, certificate = null] = call.args;
  const pack = { ...given, outputRoots: [...given.outputRoots], frames: [...given.frames] };
  return packHash(pack) === posting.packHash ? { pack, certificate } : null;
}

/** Who stands for a pack beside its sender, as its transaction says; null when nobody does, or it cannot be read. */
export function certificateOf(
  posting: Pick<Posting, 'packHash' | 'index' | 'revertEpoch'>,
  sent: Sent,
  { rollup, attestation }: { rollup: Address; attestation: Address },
): PackAnswer['certificate'] {
  const certificate = packInCall(posting, sent)?.certificate ?? null;
  if (certificate === null) return null;
  const { index, packHash: hash, revertEpoch } = posting;
  const taskId = vitalTaskId({
    ...{ kind: 'pack', rollup: rollup.toLowerCase() as Address, revertEpoch, index, packHash: hash },
  });
  try {
    return { attestation, taskId, ...decodePackCertificate(certificate) };
  } catch {
    // Of an attestation with a form of its own.
    return null;
  }
}

/** What a pack's transaction carries, and where its frames were posted. */
export async function packContentOf(
  posting: Posting,
  sent: Sent,
  { client, batchRegistry }: { client: L1Client; batchRegistry: Address },
): Promise<PackContent | null> {
  const pack = packInCall(posting, sent)?.pack;
  if (pack === undefined) return null;
  const { output } = pack;
  return {
    parentOutputRoot: pack.parentOutputRoot,
    contentRoot: pack.contentRoot,
    stateRoot: output.stateRoot,
    blockHash: output.blockHash,
    outboxRoot: output.outboxRoot,
    inboxPosition: Number(output.inboxPosition),
    l1Origin: { number: Number(output.l1OriginNumber), hash: output.l1OriginHash },
    outputRoots: pack.outputRoots,
    frames: await Promise.all(
      pack.frames.map(async (hash) => {
        const postedAt = await client.readContract({
          address: batchRegistry,
          abi: batchRegistryAbi,
          functionName: 'postedAt',
          args: [hash],
        });
        const [event] =
          postedAt === 0n
            ? []
            : await client.getContractEvents({
                address: batchRegistry,
                abi: batchRegistryAbi,
                eventName: 'FramePosted',
                args: { frameHash: hash },
                fromBlock: postedAt,
                toBlock: postedAt,
                strict: true,
              });
        return {
          hash,
          bytes: event === undefined ? null : Number(event.args.size),
          transactionHash: event?.transactionHash ?? null,
        };
      }),
    ),
  };
}
