import { z } from 'zod';
import type { ErrorCode } from './errors.ts';
import { addressText, hashAnswer, uintText } from './fields.ts';
import { layerDetail } from './flashlayer/detail.ts';
import { flashlayerAnswer, flashlayerList, LAYER_STATUSES } from './flashlayer/flashlayer.ts';
import { createFlashlayerBody } from './flashlayer/settings.ts';
import { SETTLEMENT_ITEM_STATUSES, settlementLedger, settlementPreview } from './flashlayer/settlement.ts';
import { devnetTime, health, platformInfo, session, travelBody } from './platform.ts';

/** One HTTP route. `auth` false: no token is asked for. Responses are JSON unless `stream` or `text` is said. */
export type RouteDefinition = {
  method: 'GET' | 'POST' | 'DELETE';
  /** Fastify style: `:id` is a parameter. */
  path: string;
  summary: string;
  tag: 'flash layers' | 'platform' | 'health';
  auth: boolean;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  response: z.ZodType;
  /** Status of success; 200 when not given. */
  status?: number;
  /** Beyond UNAUTHENTICATED, FORBIDDEN, RATE_LIMITED and INTERNAL, which every route can answer. */
  errors: readonly ErrorCode[];
  /** True: takes an Idempotency-Key header. */
  idempotent?: boolean;
};

const byId = z.object({ id: uintText });
const empty = z.object({});
/** The reference's clients send `{}` as the body of GET requests. */
const ignoredBody = z.unknown().optional();
const optionalId = z.object({ id: uintText.optional() });

const destroy = {
  path: '/v1/flashlayer/destroy',
  summary: 'End a flash layer: every asset is settled on the L1, then its resources are freed',
  tag: 'flash layers',
  auth: true,
  query: optionalId,
  body: z.preprocess((value) => value ?? {}, optionalId),
  response: empty,
  errors: ['INVALID_ARGUMENT', 'NOT_FOUND', 'FAILED_PRECONDITION'],
} as const;

/** Every HTTP route of the platform, once; server, OpenAPI and client are made from this table. */
export const routes = {
  createFlashlayer: {
    method: 'POST',
    path: '/v1/flashlayer/create',
    summary: 'Launch a flash layer',
    tag: 'flash layers',
    auth: true,
    body: createFlashlayerBody,
    response: flashlayerAnswer,
    errors: ['INVALID_ARGUMENT', 'ALREADY_EXISTS', 'IDEMPOTENCY_MISMATCH', 'UNSUPPORTED', 'RESOURCE_EXHAUSTED'],
    idempotent: true,
  },
  getFlashlayerInfo: {
    method: 'GET',
    path: '/v1/flashlayer/info/:id',
    summary: 'A flash layer in the short form',
    tag: 'flash layers',
    auth: true,
    params: byId,
    body: ignoredBody,
    response: flashlayerAnswer,
    errors: ['INVALID_ARGUMENT', 'NOT_FOUND'],
  },
  destroyFlashlayer: { ...destroy, method: 'POST' },
  destroyFlashlayerByGet: { ...destroy, method: 'GET' },
  destroyFlashlayerByDelete: { ...destroy, method: 'DELETE' },
  listFlashlayers: {
    method: 'GET',
    path: '/v1/flashlayer',
    summary: 'All flash layers, newest first',
    tag: 'flash layers',
    auth: true,
    query: z.object({
      status: z.enum(LAYER_STATUSES).optional(),
      name: z.string().optional(),
      chainId: uintText.optional(),
    }),
    body: ignoredBody,
    response: flashlayerList,
    errors: ['INVALID_ARGUMENT'],
  },
  getFlashlayer: {
    method: 'GET',
    path: '/v1/flashlayer/:id',
    summary: 'A flash layer with steps, contracts, chain and health',
    tag: 'flash layers',
    auth: true,
    params: byId,
    response: layerDetail,
    errors: ['INVALID_ARGUMENT', 'NOT_FOUND'],
  },
  retryFlashlayer: {
    method: 'POST',
    path: '/v1/flashlayer/:id/retry',
    summary: 'Run a failed launch or settlement again from the step that failed, or restart a crash-looping node',
    tag: 'flash layers',
    auth: true,
    params: byId,
    body: ignoredBody,
    response: layerDetail,
    errors: ['INVALID_ARGUMENT', 'NOT_FOUND', 'FAILED_PRECONDITION'],
  },
  getFlashlayerLogs: {
    method: 'GET',
    path: '/v1/flashlayer/:id/logs',
    summary: "The last lines of the node's log",
    tag: 'flash layers',
    auth: true,
    params: byId,
    query: z.object({ tail: uintText.default('200').transform((text) => Math.min(Number(text), 5_000)) }),
    response: z.object({ lines: z.array(z.string()) }),
    errors: ['INVALID_ARGUMENT', 'NOT_FOUND'],
  },
  useFaucet: {
    method: 'POST',
    path: '/v1/flashlayer/:id/faucet',
    summary: 'Give an account native coin of the layer',
    tag: 'flash layers',
    auth: true,
    params: byId,
    body: z.strictObject({
      address: addressText,
      /** Smallest units; the platform's faucet amount when not given. */
      amount: uintText.optional(),
    }),
    response: z.object({ transactionHash: hashAnswer, amount: z.string() }),
    errors: ['INVALID_ARGUMENT', 'NOT_FOUND', 'FAILED_PRECONDITION', 'UNAVAILABLE'],
  },
  getSettlement: {
    method: 'GET',
    path: '/v1/flashlayer/:id/settlement',
    summary: 'What every owner got or can claim on the L1; kept for ever',
    tag: 'flash layers',
    auth: false,
    params: byId,
    query: z.object({
      offset: uintText.default('0').transform(Number),
      limit: uintText.default('10000').transform((text) => Math.min(Number(text), 10_000)),
      owner: addressText.optional(),
      status: z.enum(SETTLEMENT_ITEM_STATUSES).optional(),
    }),
    response: settlementLedger,
    errors: ['INVALID_ARGUMENT', 'NOT_FOUND'],
  },
  previewSettlement: {
    method: 'GET',
    path: '/v1/flashlayer/:id/settlement/preview',
    summary: 'What a destroy would settle now and cost on the L1',
    tag: 'flash layers',
    auth: true,
    params: byId,
    response: settlementPreview,
    errors: ['INVALID_ARGUMENT', 'NOT_FOUND', 'FAILED_PRECONDITION', 'UNAVAILABLE'],
  },
  getPlatform: {
    method: 'GET',
    path: '/v1/platform',
    summary: 'The platform, its L1 and its contracts',
    tag: 'platform',
    auth: true,
    response: platformInfo,
    errors: [],
  },
  getDevnetTime: {
    method: 'GET',
    path: '/v1/devnet/time',
    summary: "The L1's clock",
    tag: 'platform',
    auth: true,
    response: devnetTime,
    errors: ['UNAVAILABLE'],
  },
  travel: {
    method: 'POST',
    path: '/v1/devnet/time',
    summary: "Move the embedded L1's clock forward",
    tag: 'platform',
    auth: true,
    body: travelBody,
    response: devnetTime,
    errors: ['INVALID_ARGUMENT', 'UNSUPPORTED'],
  },
  getSession: {
    method: 'GET',
    path: '/v1/session',
    summary: 'Access token of the local developer; loopback only',
    tag: 'platform',
    auth: false,
    response: session,
    errors: [],
  },
  getHealth: {
    method: 'GET',
    path: '/healthz',
    summary: 'The process lives',
    tag: 'health',
    auth: false,
    response: health,
    errors: [],
  },
  getReadiness: {
    method: 'GET',
    path: '/readyz',
    summary: 'Database and L1 answer',
    tag: 'health',
    auth: false,
    response: health,
    errors: ['UNAVAILABLE'],
  },
} as const satisfies Record<string, RouteDefinition>;

export type RouteName = keyof typeof routes;

/** Server-sent events; not in {@link routes} because the answer is a stream. See `layerEvent`. */
export const EVENTS_PATH = '/v1/flashlayer/:id/events';
