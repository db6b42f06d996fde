import { z } from 'zod';
import { addressText, pageQuery } from '../fields.ts';
import type { RouteDefinition } from '../route.ts';
import { avsAnswer, avsList } from './avss.ts';
import { restakingInfo } from './deployment.ts';
import { operatorDetail, operatorList, strategyList } from './operators.ts';
import { stakerAnswer } from './stakers.ts';

const byAddress = z.object({ address: addressText });

/** State of restaking on the L1. It is public there, so nobody is asked for a token. */
export const restakingRoutes = {
  getRestaking: {
    method: 'GET',
    path: '/v1/restaking',
    summary: 'Contracts of restaking and of the AVSs on the L1',
    tag: 'restaking',
    scope: 'none',
    response: restakingInfo,
    errors: [],
  },
  listStrategies: {
    method: 'GET',
    path: '/v1/restaking/strategies',
    summary: 'What can be restaked, and how much of it is',
    tag: 'restaking',
    scope: 'none',
    response: strategyList,
    errors: ['UNAVAILABLE'],
  },
  listOperators: {
    method: 'GET',
    path: '/v1/restaking/operators',
    summary: 'Operators with stakes and registrations, oldest first, in pages',
    tag: 'restaking',
    scope: 'none',
    query: pageQuery,
    response: operatorList,
    errors: ['INVALID_ARGUMENT', 'UNAVAILABLE'],
  },
  getOperator: {
    method: 'GET',
    path: '/v1/restaking/operators/:address',
    summary: 'An operator with delegators, allocations and slashes',
    tag: 'restaking',
    scope: 'none',
    params: byAddress,
    response: operatorDetail,
    errors: ['INVALID_ARGUMENT', 'NOT_FOUND', 'UNAVAILABLE'],
  },
  getStaker: {
    method: 'GET',
    path: '/v1/restaking/stakers/:address',
    summary: 'Deposits, delegation, queued withdrawals and rewards of an account',
    tag: 'restaking',
    scope: 'none',
    params: byAddress,
    response: stakerAnswer,
    errors: ['INVALID_ARGUMENT', 'UNAVAILABLE'],
  },
  listAvss: {
    method: 'GET',
    path: '/v1/restaking/avss',
    summary: 'AVSs with operators, weights and allowlists',
    tag: 'restaking',
    scope: 'none',
    response: avsList,
    errors: ['UNAVAILABLE'],
  },
  getAvs: {
    method: 'GET',
    path: '/v1/restaking/avss/:name',
    summary: 'An AVS with operators, weights and allowlist',
    tag: 'restaking',
    scope: 'none',
    params: z.object({ name: z.string().min(1).max(64) }),
    response: avsAnswer,
    errors: ['INVALID_ARGUMENT', 'NOT_FOUND', 'UNAVAILABLE'],
  },
} as const satisfies Record<string, RouteDefinition>;
