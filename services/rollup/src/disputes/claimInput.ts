import type { BlockInput } from '@tephra/dispute';
import { bytesToHex, encodeRlp, headerToRlp } from '@tephra/engine';
import type { L1Client } from '@tephra/l1';
import type { ChainRules, Hex, Pack } from '@tephra/protocol';
import { headerRlp } from '../bridge-watch/headerHash.ts';
import { L1Inputs } from '../derivation/l1Inputs.ts';
import type { ChainStore } from '../store/index.ts';
import type { Claim } from './claim.ts';
import { DisputeError } from './errors.ts';
import type { ReadPack } from './judge.ts';

/** What a claim's states follow from, as it goes to the thread that computes them: without trees and functions. */
export type ClaimInput = BlockClaimInput | { kind: 'reading'; pack: Pack; frames: Hex[] };

type BlockClaimInput = {
  kind: 'block';
  input: Omit<BlockInput, 'content' | 'preimage' | 'nodes'>;
  frames: Hex[];
  range: { firstBlock: bigint; lastBlock: bigint };
  index: number;
  packIndex: bigint;
};

/** Blocks whose hashes BLOCKHASH knows. */
const HISTORY = 256n;

/**
 * Puts together what the first state of a claim is made of: of one about a block from the chain up to the block's parent and from
 * the L1.
 * @throws DisputeError BLOCK_UNKNOWN
 */
export async function claimInputOf(
  claim: Claim,
  { frames, content }: ReadPack,
  options: { chainId: bigint; rules: ChainRules; inbox: Hex },
  deps: { store: Pick<ChainStore, 'recordByNumber' | 'headerByNumber'>; client: L1Client },
): Promise<BlockClaimInput> {
  const { pack, blockIndex } = claim;
  const number = pack.firstBlock + BigInt(blockIndex);
  const parent = deps.store.recordByNumber(number - 1n);
  const block = content?.blocks[blockIndex];
  const before = blockIndex === 0 ? pack.parentOutputRoot : pack.outputRoots[blockIndex - 1];
  if (parent === undefined || block === undefined || parent.outputRoot !== before) {
    throw new DisputeError(
      'BLOCK_UNKNOWN',
      `this node knows nothing of what block ${number} of the pack follows from`,
      {
        details: { pack: pack.index, blockIndex },
      },
    );
  }
  const { l1OriginNumber } = parent.output;
  const advances = block.l1OriginNumber > l1OriginNumber;
  const inputs = new L1Inputs(deps.client, options.inbox, l1OriginNumber + 1n);
  return {
    kind: 'block',
    input: {
      chainId: options.chainId,
      rules: rulesOnly(options.rules),
      capped: true,
      parent: {
        output: parent.output,
        header: bytesToHex(encodeRlp(headerToRlp(parent.header))),
        history: hashesUpTo(deps.store, number - 1n),
      },
      origin: { header: advances ? await originHeader(deps.client, block.l1OriginNumber) : '0x' },
      messages: advances ? await inputs.messages(parent.output.inboxPosition, block.l1OriginNumber, number) : [],
    },
    frames,
    range: { firstBlock: pack.firstBlock, lastBlock: pack.lastBlock },
    index: blockIndex,
    packIndex: pack.index,
  };
}

async function originHeader(client: L1Client, blockNumber: bigint): Promise<Hex> {
  return headerRlp((await client.getBlock({ blockNumber })) as Record<string, unknown>);
}

function hashesUpTo(store: Pick<ChainStore, 'headerByNumber'>, last: bigint): Hex[] {
  const hashes: Hex[] = [];
  for (let n = last + 1n > HISTORY ? last + 1n - HISTORY : 0n; n <= last; n++)
    hashes.push(store.headerByNumber(n)!.hash);
  return hashes;
}

/** A whole genesis configuration has them too, and more than a thread needs. */
const rulesOnly = ({ blockGasLimit, gasless, minBaseFee, dataFeePerByte, hardfork }: ChainRules): ChainRules => ({
  blockGasLimit,
  gasless,
  minBaseFee,
  dataFeePerByte,
  hardfork,
});
