import type { OperatorHostAnswer } from '@tephra/api';
import { LaunchpadError } from '../errors.ts';
import type { OperatorHosts } from '../options.ts';
import type { PlatformHandlers } from './platform-handlers.ts';

/** What the routes of operators do whose processes this platform runs. */
export function operatorHostHandlers(
  hosts: () => OperatorHosts | undefined,
): Pick<PlatformHandlers, 'listOperatorHosts' | 'startOperatorHost' | 'stopOperatorHost'> {
  const found = (name: string, host: OperatorHostAnswer | undefined): OperatorHostAnswer => {
    if (host) return host;
    throw new LaunchpadError('NOT_FOUND', `This platform runs no operator ${name}.`, {
      hint: 'GET /v1/operator-hosts lists those that it runs.',
    });
  };
  return {
    listOperatorHosts: async () => ({ items: hosts()?.list() ?? [] }),
    startOperatorHost: async ({ params: { name } }) => found(name, await hosts()?.launch(name)),
    stopOperatorHost: async ({ params: { name } }) => found(name, await hosts()?.halt(name)),
  };
}
