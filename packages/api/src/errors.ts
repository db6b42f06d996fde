import { z } from 'zod';

/** Every error word of the API with its HTTP status. */
export const ERROR_STATUS = {
  INVALID_ARGUMENT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  IDEMPOTENCY_MISMATCH: 409,
  /** The request is fine but the layer is not in a state that allows it. */
  FAILED_PRECONDITION: 409,
  PAYLOAD_TOO_LARGE: 413,
  /** A known setting or function that does not work yet, or not on this platform. */
  UNSUPPORTED: 422,
  RATE_LIMITED: 429,
  RESOURCE_EXHAUSTED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;
export const ERROR_CODES = Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]];

/** One violated rule; `path` is the place in the request body, dotted ("flashlayer.settings.blockTime"). */
export const fieldViolation = z.object({ path: z.string(), message: z.string() });
export type FieldViolation = z.infer<typeof fieldViolation>;

/** Body of every answer whose status is 400 or above. */
export const errorEnvelope = z.object({
  error: z.object({
    code: z.enum(ERROR_CODES),
    /** One sentence for people. */
    message: z.string(),
    /** What to do next. */
    hint: z.string().optional(),
    /** Every violated field, all at once; empty when the error is about no field. */
    fields: z.array(fieldViolation),
    requestId: z.string(),
  }),
});
export type ErrorEnvelope = z.infer<typeof errorEnvelope>;
