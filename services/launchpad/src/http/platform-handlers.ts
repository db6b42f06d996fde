import type { platformRoutes } from '@tephra/api';
import type { RouteHandlers } from '@tephra/http';
import type { TokenIdentity } from '../store/token-store.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose token it carries; present on every route that asks for one. */
    caller: TokenIdentity | undefined;
  }
}

/** What the routes of the control plane do. */
export type PlatformHandlers = RouteHandlers<typeof platformRoutes>;
