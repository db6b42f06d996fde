import { z } from 'zod';
import { boundedInteger, nextCursor, timeAnswer } from './fields.ts';

/** What a token allows, each including the ones before: look; launch, use and end layers; everything, tokens included. */
export const TOKEN_SCOPES = ['read', 'write', 'admin'] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];

/** True when a token of scope `held` may do what asks for `needed`. */
export function scopeAllows(held: TokenScope, needed: TokenScope): boolean {
  return TOKEN_SCOPES.indexOf(held) >= TOKEN_SCOPES.indexOf(needed);
}

/** Body of POST /v1/tokens. */
export const createTokenBody = z.strictObject({
  /** For people, to know it again. */
  name: z
    .string({ error: 'is required: 1 to 64 characters' })
    .trim()
    .min(1, 'must have 1 to 64 characters')
    .max(64, 'must have 1 to 64 characters'),
  scope: z.enum(TOKEN_SCOPES, { error: 'must be read, write or admin' }).default('write'),
  /** Days until it stops working; for ever when not given. */
  expiresInDays: boundedInteger(1, 3_650, ' days').optional(),
});

export const apiToken = z.object({
  id: z.string(),
  name: z.string(),
  scope: z.enum(TOKEN_SCOPES),
  createdAt: timeAnswer,
  expiresAt: timeAnswer.nullable(),
  /** To the minute; null when it was never used. */
  lastUsedAt: timeAnswer.nullable(),
});
export type ApiToken = z.infer<typeof apiToken>;

/** `token` is the secret itself; the platform keeps only its hash. */
export const createdToken = z.object({ token: z.string(), apiToken });
export const tokenList = z.object({ tokens: z.array(apiToken), nextCursor });
