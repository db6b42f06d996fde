import { type Address, type Hash, type Hex, hexToBigInt, isHex, type PublicClient } from 'viem';
import { z } from 'zod';

/** One call of a transaction, as go-ethereum's callTracer gives it. */
export type CallFrame = {
  type: string;
  from: Address;
  to: Address | null;
  value: bigint;
  gasUsed: bigint;
  input: Hex;
  /** What it returned, or the data of its revert. */
  output: Hex;
  /** What went wrong inside it; null when it succeeded. */
  error: string | null;
  calls: CallFrame[];
};

const hex = z.custom<Hex>((value) => isHex(value));
export const frame: z.ZodType<CallFrame> = z.lazy(() =>
  z
    .object({
      type: z.string(),
      from: hex,
      to: hex.optional(),
      value: hex.optional(),
      gasUsed: hex,
      input: hex.default('0x'),
      output: hex.default('0x'),
      error: z.string().optional(),
      revertReason: z.string().optional(),
      calls: z.array(frame).default([]),
    })
    .transform(({ to, value, gasUsed, error, revertReason, ...rest }) => ({
      ...rest,
      to: to ?? null,
      value: value === undefined ? 0n : hexToBigInt(value),
      gasUsed: hexToBigInt(gasUsed),
      error: revertReason ?? error ?? null,
    })),
);

const account = z.object({
  balance: hex.optional(),
  nonce: z.union([z.number(), hex.transform((value) => Number(hexToBigInt(value)))]).optional(),
  code: hex.optional(),
  storage: z.record(z.string(), hex).optional(),
});
const diff = z.object({ pre: z.record(z.string(), account), post: z.record(z.string(), account) });
export type StateDiff = z.output<typeof diff>;

type TraceRequest = (call: { method: 'debug_traceTransaction'; params: unknown[] }) => Promise<unknown>;

function trace(client: PublicClient, hash: Hash, config: object): Promise<unknown> {
  return (client.request as TraceRequest)({ method: 'debug_traceTransaction', params: [hash, config] });
}

/** The tree of calls of a transaction. */
export async function readCalls(client: PublicClient, hash: Hash): Promise<CallFrame> {
  return frame.parse(await trace(client, hash, { tracer: 'callTracer' }));
}

/** What a transaction changed in the state. */
export async function readStateChanges(client: PublicClient, hash: Hash): Promise<StateChange[]> {
  const config = { tracer: 'prestateTracer', tracerConfig: { diffMode: true } };
  return stateChanges(diff.parse(await trace(client, hash, config)));
}

export type StateChange =
  | { address: Address; kind: 'balance'; before: bigint; after: bigint }
  | { address: Address; kind: 'nonce'; before: number; after: number }
  | { address: Address; kind: 'code'; beforeBytes: number; afterBytes: number }
  | { address: Address; kind: 'storage'; slot: Hex; before: Hex; after: Hex };

const ZERO: Hex = `0x${'00'.repeat(32)}`;

/**
 * A prestateTracer diff as single changes. `pre` holds old values of what changed, `post` the new ones; what is absent on
 * one side is zero there.
 */
export function stateChanges({ pre, post }: StateDiff): StateChange[] {
  const changes: StateChange[] = [];
  const addresses = [...new Set([...Object.keys(pre), ...Object.keys(post)])] as Address[];
  for (const address of addresses) {
    const before = pre[address] ?? {};
    const after = post[address] ?? {};
    if (after.balance !== undefined) {
      const change = { before: hexToBigInt(before.balance ?? '0x0'), after: hexToBigInt(after.balance) };
      if (change.before !== change.after) changes.push({ address, kind: 'balance', ...change });
    }
    if (after.nonce !== undefined && after.nonce !== (before.nonce ?? 0)) {
      changes.push({ address, kind: 'nonce', before: before.nonce ?? 0, after: after.nonce });
    }
    if (after.code !== undefined && after.code !== (before.code ?? '0x')) {
      changes.push({ address, kind: 'code', beforeBytes: bytes(before.code), afterBytes: bytes(after.code) });
    }
    const slots = new Set([...Object.keys(before.storage ?? {}), ...Object.keys(after.storage ?? {})]) as Set<Hex>;
    for (const slot of slots) {
      const values = { before: before.storage?.[slot] ?? ZERO, after: after.storage?.[slot] ?? ZERO };
      if (values.before !== values.after) changes.push({ address, kind: 'storage', slot, ...values });
    }
  }
  return changes;
}

function bytes(code: Hex | undefined): number {
  return code === undefined ? 0 : (code.length - 2) / 2;
}
