import type { PlatformInfo } from '@tephra/api';
import { errorMessage } from '@tephra/core';
import { RateLimiter } from '@tephra/http';
import type { FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { DisputeReader } from '../disputes/dispute-reader.ts';
import { LaunchpadError } from '../errors.ts';
import type { CreateOptions, LayerService } from '../layers/layer-service.ts';
import type { LifecycleContext } from '../lifecycle/context.ts';
import type { TokenStore } from '../store/token-store.ts';
import { disputeHandlers } from './dispute-handlers.ts';
import { operatorHostHandlers } from './operator-host-handlers.ts';
import { isLocalCall } from './origin-guard.ts';
import type { PlatformHandlers } from './platform-handlers.ts';
import { tokenHandlers } from './token-handlers.ts';

export type HandlerDeps = {
  context: LifecycleContext;
  layers: LayerService;
  tokens: TokenStore;
  /** Access token of the local developer. */
  localToken: string;
  /** Public address, without a slash at its end. */
  url: () => string;
  stopping: () => boolean;
};

/** One per address and layer a minute in the long run, so that the faucet is for trying things out. */
const FAUCET_LIMIT = { burst: 5, perSecond: 1 / 60 };
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** What each route of the table does. */
export function createHandlers({ context, layers, tokens, localToken, url, stopping }: HandlerDeps): PlatformHandlers {
  const { options, deps, client } = context;
  const { l1, clock } = deps;
  const disputes = new DisputeReader({ client, clock, batchRegistry: l1.deployments.batchRegistry });
  const faucetLimiter = new RateLimiter(FAUCET_LIMIT, clock);

  const destroy = async (id: string | undefined): Promise<Record<string, never>> => {
    if (id === undefined) {
      const fields = [{ path: 'id', message: 'is required, in the body or the query' }];
      throw new LaunchpadError('INVALID_ARGUMENT', 'id is required, in the body or the query', { fields });
    }
    await layers.destroy(Number(id));
    return {};
  };

  const time = async () => {
    try {
      const block = await client.getBlock();
      const now = clock.now();
      return {
        l1Timestamp: Number(block.timestamp),
        l1BlockNumber: Number(block.number),
        aheadSeconds: Number(block.timestamp) - Math.floor(now / 1_000),
        at: new Date(now).toISOString(),
      };
    } catch (error) {
      throw new LaunchpadError('UNAVAILABLE', `The L1 does not answer: ${errorMessage(error)}`, { retryable: true });
    }
  };

  return {
    createFlashlayer: ({ body, request }) => layers.create(body, createOptions(request)),
    redeployFlashlayer: ({ params, body, request }) => layers.redeploy(Number(params.id), body, createOptions(request)),
    ...tokenHandlers(tokens, localToken),
    getFlashlayerInfo: async ({ params }) => ({ flashlayer: await layers.info(Number(params.id)) }),
    destroyFlashlayer: ({ body, query }) => destroy(body.id ?? query.id),
    destroyFlashlayerByGet: ({ body, query }) => destroy(body.id ?? query.id),
    destroyFlashlayerByDelete: ({ body, query }) => destroy(body.id ?? query.id),
    listFlashlayers: async ({ query }) =>
      layers.list(
        {
          ...(query.status ? { status: query.status } : {}),
          ...(query.living ? { living: true } : {}),
          ...(query.name === undefined ? {} : { name: query.name }),
          ...(query.chainId === undefined ? {} : { chainId: Number(query.chainId) }),
        },
        query,
      ),
    getFlashlayer: ({ params }) => layers.detail(Number(params.id)),
    retryFlashlayer: ({ params }) => layers.retry(Number(params.id)),
    getFlashlayerLogs: async ({ params, query }) => ({ lines: await layers.logs(Number(params.id), query.tail) }),
    useFaucet: ({ params, body }) => {
      const waitSeconds = faucetLimiter.take(`${params.id}:${body.address.toLowerCase()}`);
      if (waitSeconds > 0) {
        throw new LaunchpadError('RATE_LIMITED', 'This account got coins several times already.', {
          hint: `Try again in ${waitSeconds} seconds.`,
        });
      }
      return layers.faucet(Number(params.id), body.address, body.amount);
    },
    getSettlement: ({ params, query }) => layers.settlement(Number(params.id), query),
    previewSettlement: ({ params }) => layers.preview(Number(params.id)),
    ...disputeHandlers(layers, disputes),
    ...operatorHostHandlers(() => deps.operatorHosts),
    getPlatform: async ({ request }): Promise<PlatformInfo> => {
      const [block, counts] = await Promise.all([client.getBlockNumber().catch(() => null), context.layers.count()]);
      // Keys that everybody knows are shown to this machine only, where they are worth nothing.
      const local = isLocalCall(request, options.publicUrl);
      return {
        version: options.version,
        url: url(),
        l1: {
          rpcUrl: l1.publicRpcUrl,
          chainId: l1.chainId,
          embedded: l1.embedded,
          blockNumber: block === null ? null : Number(block),
          account: context.funder.address,
        },
        contracts: { rollupFactory: l1.deployments.factory, batchRegistry: l1.deployments.batchRegistry },
        ...(local && l1.embedded && l1.devAccounts
          ? { accounts: l1.devAccounts.map((account) => ({ ...account, devOnly: true as const })) }
          : {}),
        limits: {
          maxLivingLayers: options.maxLivingLayers,
          freeTrialSeconds: Math.round(options.freeTrialMs / 1_000),
          faucetAmountWei: (options.faucetCoins * 10n ** 18n).toString(),
          challengePeriodSeconds: l1.challengePeriodDefault,
          maxLockedWei: options.maxLockedWei.toString(),
        },
        perLayer: {
          bondWei: options.bondWei.toString(),
          settlementEscrowWei: options.settlementEscrowWei.toString(),
          proposerFundsWei: options.proposerFundsWei.toString(),
        },
        layers: counts,
      };
    },
    getDevnetTime: time,
    travel: async ({ body }) => {
      if (!l1.travel) {
        throw new LaunchpadError('UNSUPPORTED', "This L1's clock cannot be moved.", {
          hint: 'Time travel works on the embedded L1 of ./tephra up.',
        });
      }
      await l1.travel(body.seconds);
      return time();
    },
    getSession: async ({ request }) => {
      const site = request.headers['sec-fetch-site'];
      const ownPage = site === undefined || site === 'same-origin' || site === 'none';
      if (!isLocalCall(request, options.publicUrl) || !ownPage) {
        throw new LaunchpadError('FORBIDDEN', 'The local sign-in works on this machine only.', {
          hint: 'Use an access token: Authorization: Bearer <token>.',
        });
      }
      return { token: localToken };
    },
    getHealth: async () => ({ status: stopping() ? 'stopping' : 'ok', version: options.version }),
    getReadiness: async () => {
      try {
        await Promise.all([sql`select 1`.execute(deps.db), client.getChainId()]);
      } catch (error) {
        throw new LaunchpadError('UNAVAILABLE', `Not ready: ${errorMessage(error)}`, { retryable: true });
      }
      return { status: 'ok', version: options.version };
    },
  };
}

/** Who creates, and under which Idempotency-Key. @throws LaunchpadError INVALID_ARGUMENT, UNAUTHENTICATED */
function createOptions(request: FastifyRequest): CreateOptions {
  const { caller } = request;
  const header = request.headers['idempotency-key'];
  const idempotencyKey = Array.isArray(header) ? header[0] : header;
  if (idempotencyKey !== undefined && !IDEMPOTENCY_KEY.test(idempotencyKey)) {
    const fields = [{ path: 'Idempotency-Key', message: 'must be 1 to 255 printable characters' }];
    throw new LaunchpadError('INVALID_ARGUMENT', 'Idempotency-Key must be 1 to 255 printable characters', { fields });
  }
  if (!caller) throw new LaunchpadError('UNAUTHENTICATED', 'An access token is needed.');
  return { caller, idempotencyKey };
}
