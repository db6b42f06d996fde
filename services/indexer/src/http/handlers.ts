import type { RestakingInfo, restakingRoutes } from '@tephra/api';
import { errorMessage, isTephraError } from '@tephra/core';
import { RouteError, type RouteHandlers } from '@tephra/http';
import { BaseError } from 'viem';
import type { IndexView } from './index-view.ts';

export type HandlerDeps = {
  info: () => RestakingInfo;
  /** Undefined until the contracts are known and their logs read. */
  view: () => IndexView | undefined;
};

/** What the routes of restaking do. */
export function restakingHandlers({ info, view }: HandlerDeps): RouteHandlers<typeof restakingRoutes> {
  /** @throws RouteError UNAVAILABLE while there is nothing to answer from, or when the L1 does not answer */
  const answer = async <T>(read: (of: IndexView) => Promise<T>): Promise<T> => {
    const of = view();
    if (!of) {
      const { status, problem } = info();
      throw new RouteError('UNAVAILABLE', problem ?? 'Restaking is not ready yet.', {
        hint:
          status === 'off'
            ? 'This platform runs without restaking.'
            : 'GET /v1/restaking says how far it is; try again soon.',
        retryable: true,
      });
    }
    try {
      return await read(of);
    } catch (error) {
      if (!(error instanceof BaseError) && !isTephraError(error, 'L1_UNREACHABLE')) throw error;
      throw new RouteError('UNAVAILABLE', `The L1 does not answer: ${errorMessage(error).split('\n')[0]}`, {
        retryable: true,
        cause: error,
      });
    }
  };
  const found = <T>(value: T | undefined, what: string, hint: string): T => {
    if (value === undefined) throw new RouteError('NOT_FOUND', `There is no ${what}.`, { hint });
    return value;
  };

  return {
    getRestaking: async () => info(),
    listStrategies: () => answer(async (of) => ({ items: await of.strategies() })),
    listOperators: ({ query }) => answer((of) => of.operators(query)),
    getOperator: ({ params: { address } }) =>
      answer(async (of) =>
        found(await of.operator(address), `operator ${address}`, 'GET /v1/restaking/operators lists them.'),
      ),
    getStaker: ({ params: { address } }) => answer((of) => of.staker(address)),
    listAvss: () => answer(async (of) => ({ items: await of.avss() })),
    getAvs: ({ params: { name } }) =>
      answer(async (of) =>
        found(
          (await of.avss()).find((avs) => avs.name === name),
          `AVS ${name}`,
          'GET /v1/restaking/avss lists them.',
        ),
      ),
  };
}
