export { bindRoutes, type RouteCall, type RouteHandlers, type RouteTable } from './bind-routes.ts';
export { createHttpApp } from './create-app.ts';
export { errorHandler } from './error-answer.ts';
export { handToMount, type Mount, mountOf, upgradeToMount } from './mount.ts';
export { type RateLimit, RateLimiter } from './rate-limiter.ts';
export { RouteError } from './route-error.ts';
