import { z } from 'zod';
import { aggregatorRoutes } from './aggregator/routes.ts';
import { disputeRoutes } from './disputes/routes.ts';
import { addressText, hashAnswer, pageQuery, uintText } from './fields.ts';
import { layerDetail } from './flashlayer/detail.ts';
import { flashlayerAnswer, flashlayerList, LAYER_STATUSES } from './flashlayer/flashlayer.ts';
import { createFlashlayerBody, redeployBody } from './flashlayer/settings.ts';
import { publicLedger, SETTLEMENT_ITEM_STATUSES, settlementPreview } from './flashlayer/settlement.ts';
import { devnetTime, health, platformInfo, session, travelBody } from './platform.ts';
import { operatorHost, operatorHostList } from './restaking/hosts.ts';
import { restakingRoutes } from './restaking/routes.ts';
import type { RouteDefinition } from './route.ts';
import { createdToken, createTokenBody, tokenList } from './tokens.ts';

const byId = z.object({ id: uintText });
const byName = z.object({ name: z.string().regex(/^[a-z0-9-]{1,64}$/, 'must be the name of an operator') });
const empty = z.object({});
/** The reference's clients send `{}` as the body of GET requests. */
const ignoredBody = z.unknown().optional();
const optionalId = z.object({ id: uintText.optional() });

const destroy = {
  path: '/v1/flashlayer/destroy',
  summary: 'End a flash layer: every asset is settled on the L1, then its resources are freed',
  tag: 'flash layers',
  scope: 'write',
  query: optionalId,
  body: z.preprocess((value) => value ?? {}, optionalId),
  response: empty,
  errors: ['INVALID_ARGUMENT', 'NOT_FOUND', 'FAILED_PRECONDITION'],
} as const;

/** Routes of the control plane. */
export const platformRoutes = {
  createFlashlayer: {
    method: 'POST',
    path: '/v1/flashlayer/create',
    summary: 'Launch a flash layer',
    tag: 'flash layers',
    scope: 'write',
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
    scope: 'read',
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
    summary: 'Flash layers, newest first, in pages',
    tag: 'flash layers',
    scope: 'read',
    query: pageQuery.extend({
      status: z.enum(LAYER_STATUSES).optional(),
      /** `true`: without the terminated and failed ones. */
      living: z.stringbool({ error: 'must be true or false' }).optional(),
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
    scope: 'read',
    params: byId,
    response: layerDetail,
    errors: ['INVALID_ARGUMENT', 'NOT_FOUND'],
  },
  retryFlashlayer: {
    method: 'POST',
    path: '/v1/flashlayer/:id/retry',
    summary: 'Run a failed launch or settlement again from the step that failed, or restart a crash-looping node',
    tag: 'flash layers',
    scope: 'write',
    params: byId,
    body: ignoredBody,
    response: layerDetail,
    errors: ['INVALID_ARGUMENT', 'NOT_FOUND', 'FAILED_PRECONDITION'],
  },
  redeployFlashlayer: {
    method: 'POST',
    path: '/v1/flashlayer/:id/redeploy',
    summary: 'Launch a new layer with the name and settings of a terminated one; it gets a chain id of its own',
    tag: 'flash layers',
    scope: 'write',
    params: byId,
    body: z.preprocess((value) => value ?? {}, redeployBody),
    response: flashlayerAnswer,
    errors: [
      'INVALID_ARGUMENT',
      'NOT_FOUND',
      'FAILED_PRECONDITION',
      'ALREADY_EXISTS',
      'IDEMPOTENCY_MISMATCH',
      'UNSUPPORTED',
      'RESOURCE_EXHAUSTED',
    ],
    idempotent: true,
  },
  getFlashlayerLogs: {
    method: 'GET',
    path: '/v1/flashlayer/:id/logs',
    summary: "The last lines of the node's log",
    tag: 'flash layers',
    scope: 'read',
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
    scope: 'write',
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
    scope: 'none',
    params: byId,
    query: z.object({
      offset: uintText.default('0').transform(Number),
      limit: uintText.default('10000').transform((text) => Math.min(Number(text), 10_000)),
      owner: addressText.optional(),
      status: z.enum(SETTLEMENT_ITEM_STATUSES).optional(),
    }),
    response: publicLedger,
    errors: ['INVALID_ARGUMENT', 'NOT_FOUND'],
  },
  previewSettlement: {
    method: 'GET',
    path: '/v1/flashlayer/:id/settlement/preview',
    summary: 'What a destroy would settle now and cost on the L1',
    tag: 'flash layers',
    scope: 'read',
    params: byId,
    response: settlementPreview,
    errors: ['INVALID_ARGUMENT', 'NOT_FOUND', 'FAILED_PRECONDITION', 'UNAVAILABLE'],
  },
  ...disputeRoutes,
  createToken: {
    method: 'POST',
    path: '/v1/tokens',
    summary: 'Make an access token; the answer is the only place that ever shows it',
    tag: 'access tokens',
    scope: 'admin',
    body: createTokenBody,
    response: createdToken,
    errors: ['INVALID_ARGUMENT', 'RESOURCE_EXHAUSTED'],
  },
  listTokens: {
    method: 'GET',
    path: '/v1/tokens',
    summary: 'Access tokens that work, newest first, in pages',
    tag: 'access tokens',
    scope: 'admin',
    query: pageQuery,
    response: tokenList,
    errors: ['INVALID_ARGUMENT'],
  },
  revokeToken: {
    method: 'DELETE',
    path: '/v1/tokens/:id',
    summary: 'Make an access token worthless at once',
    tag: 'access tokens',
    scope: 'admin',
    params: byId,
    response: empty,
    errors: ['INVALID_ARGUMENT', 'NOT_FOUND', 'FAILED_PRECONDITION'],
  },
  listOperatorHosts: {
    method: 'GET',
    path: '/v1/operator-hosts',
    summary: 'Operators whose processes this platform runs',
    tag: 'restaking',
    scope: 'read',
    response: operatorHostList,
    errors: [],
  },
  startOperatorHost: {
    method: 'POST',
    path: '/v1/operator-hosts/:name/start',
    summary: 'Start the process of an operator of this platform',
    tag: 'restaking',
    scope: 'admin',
    params: byName,
    body: ignoredBody,
    response: operatorHost,
    errors: ['INVALID_ARGUMENT', 'NOT_FOUND', 'FAILED_PRECONDITION'],
  },
  stopOperatorHost: {
    method: 'POST',
    path: '/v1/operator-hosts/:name/stop',
    summary: 'Stop the process of an operator of this platform until it is started again',
    tag: 'restaking',
    scope: 'admin',
    params: byName,
    body: ignoredBody,
    response: operatorHost,
    errors: ['INVALID_ARGUMENT', 'NOT_FOUND', 'FAILED_PRECONDITION'],
  },
  getPlatform: {
    method: 'GET',
    path: '/v1/platform',
    summary: 'The platform, its L1 and its contracts',
    tag: 'platform',
    scope: 'read',
    response: platformInfo,
    errors: [],
  },
  getDevnetTime: {
    method: 'GET',
    path: '/v1/devnet/time',
    summary: "The L1's clock",
    tag: 'platform',
    scope: 'read',
    response: devnetTime,
    errors: ['UNAVAILABLE'],
  },
  travel: {
    method: 'POST',
    path: '/v1/devnet/time',
    summary: "Move the embedded L1's clock forward",
    tag: 'platform',
    scope: 'admin',
    body: travelBody,
    response: devnetTime,
    errors: ['INVALID_ARGUMENT', 'UNSUPPORTED'],
  },
  getSession: {
    method: 'GET',
    path: '/v1/session',
    summary: 'Access token of the local developer; loopback only',
    tag: 'platform',
    scope: 'none',
    response: session,
    errors: [],
  },
  getHealth: {
    method: 'GET',
    path: '/healthz',
    summary: 'The process lives',
    tag: 'health',
    scope: 'none',
    response: health,
    errors: [],
  },
  getReadiness: {
    method: 'GET',
    path: '/readyz',
    summary: 'Database and L1 answer',
    tag: 'health',
    scope: 'none',
    response: health,
    errors: ['UNAVAILABLE'],
  },
} as const satisfies Record<string, RouteDefinition>;

/** Every HTTP route of the platform, once; OpenAPI and client are made from this table, servers from its parts. */
export const routes = { ...platformRoutes, ...restakingRoutes, ...aggregatorRoutes } as const satisfies Record<
  string,
  RouteDefinition
>;

export type RouteName = keyof typeof routes;

/** Server-sent events; not in {@link routes} because the answer is a stream. See `layerEvent`. */
export const EVENTS_PATH = '/v1/flashlayer/:id/events';
