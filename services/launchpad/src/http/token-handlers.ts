import { LaunchpadError } from '../errors.ts';
import { pageOf } from '../store/page-of.ts';
import type { TokenStore } from '../store/token-store.ts';
import type { PlatformHandlers } from './platform-handlers.ts';

const MAX_TOKENS = 1_000;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** What the routes of access tokens do. */
export function tokenHandlers(
  tokens: TokenStore,
  localToken: string,
): Pick<PlatformHandlers, 'createToken' | 'listTokens' | 'revokeToken'> {
  return {
    createToken: async ({ body }) => {
      if ((await tokens.count()) >= MAX_TOKENS) {
        throw new LaunchpadError('RESOURCE_EXHAUSTED', `There are ${MAX_TOKENS} access tokens already.`, {
          hint: 'Revoke those that nobody needs: GET /v1/tokens shows when each was used last.',
        });
      }
      const { name, scope, expiresInDays } = body;
      const lifetimeMs = expiresInDays === undefined ? null : expiresInDays * DAY_MS;
      return tokens.create({ name, scope, lifetimeMs });
    },
    listTokens: async ({ query }) => {
      const { items, nextCursor } = await pageOf(query, (from) => tokens.list(from));
      return { tokens: items, nextCursor };
    },
    revokeToken: async ({ params }) => {
      const id = Number(params.id);
      // It comes back with the next start from its file, so revoking it would only look safe.
      if ((await tokens.verify(localToken))?.id === id) {
        throw new LaunchpadError('FAILED_PRECONDITION', 'This is the token of the local developer.', {
          hint: 'Stop the platform and delete the file `token` in its data folder: the next start makes another one.',
        });
      }
      if (!(await tokens.revoke(id))) {
        throw new LaunchpadError('NOT_FOUND', `There is no access token ${params.id}.`, {
          hint: 'GET /v1/tokens lists those that work.',
        });
      }
      return {};
    },
  };
}
