import { isAddress } from 'viem/utils';
import { z } from 'zod';

export const UINT256_MAX = (1n << 256n) - 1n;

/** Decimal digits, given as a JSON string or a safe JSON integer; yields the canonical decimal string. */
export const uintText = z
  .union([z.string(), z.number()], { error: 'must be a whole number, as a string or a number' })
  .transform((value, context): string => {
    const text = typeof value === 'number' ? (Number.isSafeInteger(value) ? String(value) : '') : value.trim();
    if (!/^\d{1,78}$/.test(text)) {
      context.addIssue({
        code: 'custom',
        message:
          typeof value === 'number' && !Number.isSafeInteger(value) && Number.isInteger(value)
            ? 'is too large for a JSON number, give it as a string'
            : 'must be a whole number without sign or exponent',
      });
      return z.NEVER;
    }
    return BigInt(text).toString();
  });

/** A whole number inside [min, max], given as a string or a number; yields the canonical decimal string. */
export function boundedUintText(min: bigint, max: bigint, unit = '') {
  return uintText.refine((text) => text !== undefined && BigInt(text) >= min && BigInt(text) <= max, {
    error: `must be between ${group(min)} and ${group(max)}${unit}`,
  });
}

/** A whole number inside [min, max], given as a string or a number; yields a number. */
export function boundedInteger(min: number, max: number, unit = '') {
  return boundedUintText(BigInt(min), BigInt(max), unit).transform(Number);
}

/** A decimal number inside [min, max] in steps of 0.001, given as a string or a number. */
export function boundedDecimal(min: number, max: number, unit = '') {
  return z
    .union([z.string(), z.number()], { error: 'must be a number, as a string or a number' })
    .transform((value, context): number => {
      const text = typeof value === 'number' ? String(value) : value.trim();
      if (!/^\d+(\.\d+)?$/.test(text)) {
        context.addIssue({ code: 'custom', message: 'must be a decimal number such as 0.5' });
        return z.NEVER;
      }
      const number = Number(text);
      if (number < min || number > max) {
        context.addIssue({ code: 'custom', message: `must be between ${min} and ${max}${unit}` });
        return z.NEVER;
      }
      if (Math.abs(number * 1000 - Math.round(number * 1000)) > 1e-6) {
        context.addIssue({ code: 'custom', message: 'may have at most three decimals' });
        return z.NEVER;
      }
      return Math.round(number * 1000) / 1000;
    });
}

/** An Ethereum address; mixed case must carry the right EIP-55 checksum. Kept as given. */
export const addressText = z
  .string({ error: 'must be an address' })
  .refine((text): text is `0x${string}` => isAddress(text, { strict: false }), {
    error: 'must be an address: 0x and 40 hexadecimal digits',
    abort: true,
  })
  .refine((text) => isAddress(text, { strict: true }), {
    error: 'has a wrong EIP-55 checksum: a digit was mistyped, or write it in lower case',
  })
  .transform((text) => text as `0x${string}`);

/** Longest page of a list. */
const MAX_PAGE = 1_000;

/** Which page of a list: at most `limit` entries after the place that `nextCursor` of the page before named. */
export const pageQuery = z.object({
  limit: boundedInteger(1, MAX_PAGE).default(100),
  cursor: uintText.optional(),
});
/** Where the next page begins; null on the last. */
export const nextCursor = z.string().nullable();

/** Decimal amount in an answer: wei, token units or an id. */
export const decimalString = z.string().regex(/^\d+$/);
export const addressAnswer = z.templateLiteral(['0x', z.string().regex(/^[0-9a-fA-F]{40}$/)]);
export const hashAnswer = z.templateLiteral(['0x', z.string().regex(/^[0-9a-fA-F]{64}$/)]);
/** RFC 3339 with milliseconds, UTC. */
export const timeAnswer = z.string();

function group(value: bigint): string {
  return value.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}
