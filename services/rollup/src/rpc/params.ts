import type { Address, Hash, Hex } from '@tephra/protocol';
import { z } from 'zod';

/** Parameter schemas. Input is parsed as strictly as go-ethereum does it, with its wording where clients may match on it. */

function issue(context: z.RefinementCtx, message: string): typeof z.NEVER {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

function string<T>(read: (text: string) => T | { problem: string }) {
  return z.unknown().transform((value, context): T => {
    if (typeof value !== 'string') return issue(context, `expected a hex string, got ${describe(value)}`);
    const result = read(value);
    if (typeof result === 'object' && result !== null && 'problem' in result) return issue(context, result.problem);
    return result as T;
  });
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function hexProblem(text: string): { problem: string } | undefined {
  if (!text.startsWith('0x') && !text.startsWith('0X')) return { problem: 'hex string without 0x prefix' };
  return undefined;
}

const HEX_DIGITS = /^[0-9a-fA-F]*$/;

/** Bytes of any length. */
export const bytes = string<Hex>((text) => {
  const problem = hexProblem(text);
  if (problem) return problem;
  const digits = text.slice(2);
  if (!HEX_DIGITS.test(digits)) return { problem: 'invalid hex string' };
  if (digits.length % 2 === 1) return { problem: 'hex string of odd length' };
  return `0x${digits.toLowerCase()}`;
});

function fixedBytes(length: number, what: string) {
  return string<Hex>((text) => {
    const problem = hexProblem(text);
    if (problem) return problem;
    const digits = text.slice(2);
    if (!HEX_DIGITS.test(digits)) return { problem: 'invalid hex string' };
    if (digits.length !== length * 2) {
      return { problem: `hex string has length ${digits.length}, want ${length * 2} for ${what}` };
    }
    return `0x${digits.toLowerCase()}`;
  });
}

/** 20 bytes, any case; handed on in lower case. */
export const address: z.ZodType<Address> = fixedBytes(20, 'common.Address');
export const hash: z.ZodType<Hash> = fixedBytes(32, 'common.Hash');

/** Storage slot: at most 32 bytes of hex, padded on the left (go-ethereum takes odd lengths and short forms). */
export const storageSlot = string<Hash>((text) => {
  const digits = text.startsWith('0x') || text.startsWith('0X') ? text.slice(2) : text;
  if (!HEX_DIGITS.test(digits)) return { problem: 'unable to decode storage key: invalid hex string' };
  if (digits.length > 64)
    return { problem: 'unable to decode storage key: storage key too long (want at most 32 bytes)' };
  return `0x${digits.toLowerCase().padStart(64, '0')}`;
});

function readQuantity(text: string): bigint | { problem: string } {
  const problem = hexProblem(text);
  if (problem) return problem;
  const digits = text.slice(2);
  if (digits === '') return { problem: 'hex string "0x"' };
  if (!HEX_DIGITS.test(digits)) return { problem: 'invalid hex string' };
  if (digits.length > 1 && digits.startsWith('0')) return { problem: 'hex number with leading zero digits' };
  if (digits.length > 64) return { problem: 'hex number > 256 bits' };
  return BigInt(`0x${digits}`);
}

/** Canonical quantity up to 256 bits. */
export const quantityParam = string<bigint>(readQuantity);

/** Of a filter: the node gives quantities, and takes them back with leading zeros too. */
export const filterId = string<Hex>((text) => {
  const problem = hexProblem(text);
  if (problem) return problem;
  const digits = text.slice(2);
  if (!/^[0-9a-fA-F]{1,64}$/.test(digits)) return { problem: 'invalid filter id' };
  return `0x${BigInt(`0x${digits}`).toString(16)}`;
});

export const uint64 = string<bigint>((text) => {
  const value = readQuantity(text);
  if (typeof value === 'bigint' && value >= 1n << 64n) return { problem: 'hex number > 64 bits' };
  return value;
});

export const BLOCK_TAGS = ['latest', 'pending', 'safe', 'finalized', 'earliest'] as const;
export type BlockTag = (typeof BLOCK_TAGS)[number];

export function isBlockTag(value: unknown): value is BlockTag {
  return typeof value === 'string' && (BLOCK_TAGS as readonly string[]).includes(value);
}

/** Which block a call means; EIP-1898. `hash` with `requireCanonical` is the same thing here: only canonical blocks are kept. */
export type BlockRef = { tag: BlockTag } | { number: bigint } | { hash: Hash };

function readBlockNumberOrTag(text: string): BlockRef | { problem: string } {
  if (isBlockTag(text)) return { tag: text };
  const value = readQuantity(text);
  if (typeof value !== 'bigint') return value;
  if (value >= 1n << 63n) return { problem: 'block number larger than int64' };
  return { number: value };
}

/** Number or tag, as eth_getBlockByNumber takes it. */
export const blockNumberOrTag = string<BlockRef>(readBlockNumberOrTag);

/** Number, tag, 32-byte hash, `{blockNumber}` or `{blockHash, requireCanonical?}`. */
export const blockRef: z.ZodType<BlockRef> = z.unknown().transform((value, context): BlockRef => {
  if (typeof value === 'string') {
    if (value.length === 66 && HEX_DIGITS.test(value.slice(2))) return { hash: value.toLowerCase() as Hash };
    const result = readBlockNumberOrTag(value);
    return 'problem' in result ? issue(context, result.problem) : result;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return issue(context, `expected a block number, tag or object, got ${describe(value)}`);
  }
  const fields = value as Record<string, unknown>;
  if (fields.blockNumber !== undefined && fields.blockHash !== undefined) {
    return issue(context, 'cannot specify both BlockHash and BlockNumber, choose one or the other');
  }
  if (fields.blockHash !== undefined) {
    const parsed = hash.safeParse(fields.blockHash);
    if (!parsed.success) return issue(context, `blockHash: ${parsed.error.issues[0]?.message}`);
    return { hash: parsed.data };
  }
  if (fields.blockNumber !== undefined) {
    const parsed = blockNumberOrTag.safeParse(fields.blockNumber);
    if (!parsed.success) return issue(context, `blockNumber: ${parsed.error.issues[0]?.message}`);
    return parsed.data;
  }
  return issue(context, 'a block object needs blockNumber or blockHash');
});

export const LATEST: BlockRef = { tag: 'latest' };

/** Most clients send null for fields that they leave out. */
export function optional<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => (value === null ? undefined : value), schema.optional());
}

export const accessList = z.array(
  z.object({ address, storageKeys: z.preprocess((value) => value ?? [], z.array(hash)) }),
);

/** EIP-7702: what accounts signed; any numbers that fit, as in a transaction. */
export const authorizationList = z.array(
  z.object({
    chainId: quantityParam,
    address,
    nonce: uint64,
    yParity: string<number>((text) => {
      const value = readQuantity(text);
      if (typeof value !== 'bigint') return value;
      return value > 255n ? { problem: 'hex number > 8 bits' } : Number(value);
    }),
    r: quantityParam,
    s: quantityParam,
  }),
);

/** Transaction arguments of eth_call, eth_estimateGas and eth_createAccessList. */
export const callArguments = z
  .object({
    from: optional(address),
    to: optional(address),
    gas: optional(uint64),
    gasPrice: optional(quantityParam),
    maxFeePerGas: optional(quantityParam),
    maxPriorityFeePerGas: optional(quantityParam),
    value: optional(quantityParam),
    nonce: optional(uint64),
    data: optional(bytes),
    input: optional(bytes),
    accessList: optional(accessList),
    authorizationList: optional(authorizationList),
    chainId: optional(quantityParam),
    type: optional(z.unknown()),
  })
  .superRefine((fields, context) => {
    if (fields.data !== undefined && fields.input !== undefined && fields.data !== fields.input) {
      context.addIssue({
        code: 'custom',
        message: 'both "data" and "input" are set and not equal. Please use "input" to pass transaction call data',
      });
    }
    if (
      fields.gasPrice !== undefined &&
      (fields.maxFeePerGas !== undefined || fields.maxPriorityFeePerGas !== undefined)
    ) {
      context.addIssue({
        code: 'custom',
        message: 'both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified',
      });
    }
  });
export type CallArguments = z.infer<typeof callArguments>;

const MAX_STORAGE_SLOTS = 1_024;

/** Of eth_getStorageValues: slots by contract. */
export const storageRequests = z.record(z.string(), z.array(storageSlot)).transform((requests, context) => {
  const out: [Address, Hash[]][] = [];
  let count = 0;
  for (const [key, slots] of Object.entries(requests)) {
    const parsed = address.safeParse(key);
    if (!parsed.success) return issue(context, parsed.error.issues[0]?.message ?? 'invalid address');
    count += slots.length;
    out.push([parsed.data, slots]);
  }
  if (count === 0) return issue(context, 'empty request');
  if (count > MAX_STORAGE_SLOTS) return issue(context, `too many slots (max ${MAX_STORAGE_SLOTS})`);
  return out;
});

const slotMap = z.record(z.string(), hash).transform((slots, context): Record<Hash, Hash> => {
  const out: Record<Hash, Hash> = {};
  for (const [key, value] of Object.entries(slots)) {
    const slot = hash.safeParse(key);
    if (!slot.success) return issue(context, `storage key: ${slot.error.issues[0]?.message}`);
    out[slot.data] = value;
  }
  return out;
});

/** Third parameter of eth_call: replaced parts of accounts, for the call only. */
export const stateOverrides = z
  .record(
    z.string(),
    z
      .object({
        balance: optional(quantityParam),
        nonce: optional(uint64),
        code: optional(bytes),
        state: optional(slotMap),
        stateDiff: optional(slotMap),
      })
      .strict(),
  )
  .transform((accounts, context) => {
    const out: Record<Address, (typeof accounts)[string]> = {};
    for (const [key, fields] of Object.entries(accounts)) {
      const parsed = address.safeParse(key);
      if (!parsed.success) return issue(context, `override address: ${parsed.error.issues[0]?.message}`);
      if (fields.state !== undefined && fields.stateDiff !== undefined) {
        return issue(context, `account ${parsed.data} has both 'state' and 'stateDiff'`);
      }
      out[parsed.data] = fields;
    }
    return out;
  });

/** One address or several, one topic, alternatives or null per place. */
export const logFilter = z
  .object({
    fromBlock: optional(blockNumberOrTag),
    toBlock: optional(blockNumberOrTag),
    blockHash: optional(hash),
    address: optional(
      z.unknown().transform((value, context): Address[] => {
        const list = Array.isArray(value) ? value : [value];
        const out: Address[] = [];
        for (const [i, item] of list.entries()) {
          const parsed = address.safeParse(item);
          if (!parsed.success)
            return issue(context, `invalid address at index ${i}: ${parsed.error.issues[0]?.message}`);
          out.push(parsed.data);
        }
        return out;
      }),
    ),
    topics: optional(
      z.unknown().transform((value, context): (Hash[] | null)[] => {
        if (!Array.isArray(value)) return issue(context, `expected an array of topics, got ${describe(value)}`);
        if (value.length > 4) return issue(context, 'exceed max topics');
        const out: (Hash[] | null)[] = [];
        for (const [i, place] of value.entries()) {
          if (place === null) {
            out.push(null);
            continue;
          }
          const alternatives = Array.isArray(place) ? place : [place];
          if (alternatives.length > 1_000) return issue(context, `more than 1000 alternatives for topic ${i}`);
          // A null among alternatives makes the place a wildcard, as in go-ethereum.
          if (alternatives.length === 0 || alternatives.includes(null)) {
            out.push(null);
            continue;
          }
          const hashes: Hash[] = [];
          for (const item of alternatives) {
            const parsed = hash.safeParse(item);
            if (!parsed.success) return issue(context, `invalid topic ${i}: ${parsed.error.issues[0]?.message}`);
            hashes.push(parsed.data);
          }
          out.push(hashes);
        }
        return out;
      }),
    ),
  })
  .superRefine((fields, context) => {
    if (fields.blockHash !== undefined && (fields.fromBlock !== undefined || fields.toBlock !== undefined)) {
      context.addIssue({
        code: 'custom',
        message: 'cannot specify both BlockHash and FromBlock/ToBlock, choose one or the other',
      });
    }
    if ((fields.address?.length ?? 0) > 1_000)
      context.addIssue({ code: 'custom', message: 'exceed max addresses (1000)' });
  });
export type LogFilter = z.infer<typeof logFilter>;
