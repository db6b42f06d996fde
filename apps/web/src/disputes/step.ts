import type { StepReport } from '@tephra/protocol';
import { hexToBigInt, isHex, numberToHex, type PublicClient } from 'viem';
import { z } from 'zod';
import { tephraRequest } from '../chain/finality.ts';

const hex = z.custom<`0x${string}`>((value) => isHex(value));
const quantity = hex.transform((value) => hexToBigInt(value));
/** Small numbers come as such or as quantities. */
const small = z.union([z.number(), quantity.transform(Number)]);

const machineView = z.object({
  digest: hex,
  kind: z.string(),
  gas: quantity.nullable(),
  pc: small.nullable(),
  stack: z.array(hex),
  stackSize: small,
  memory: z.array(z.object({ offset: small, word: hex })),
  memoryWords: small,
});

const stepReport: z.ZodType<StepReport> = z.object({
  gameId: quantity,
  claim: z.object({ kind: z.enum(['block', 'reading']), packIndex: quantity, blockIndex: quantity }),
  segment: small,
  step: small,
  label: z.string(),
  transactionHash: hex.nullable(),
  instruction: z
    .object({
      opcode: small,
      name: z.string(),
      pc: small,
      depth: small,
      address: hex,
      disassembly: z.array(z.object({ pc: small, name: z.string(), push: hex.optional(), current: z.boolean() })),
    })
    .nullable(),
  before: machineView,
  after: machineView,
  claimedAfter: hex,
  family: z.string(),
});

/** Reads an answer of tephra_getDisputeStep; null when the node has nothing to show for the game (yet). */
export function parseStepReport(json: unknown): StepReport | null {
  return json === null ? null : stepReport.parse(json);
}

/** The one step that a game came to, as the layer's node executes it. */
export async function readDisputeStep(client: PublicClient, gameId: string): Promise<StepReport | null> {
  return parseStepReport(await tephraRequest(client, 'tephra_getDisputeStep', [numberToHex(BigInt(gameId))]));
}
