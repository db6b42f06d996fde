import { z } from 'zod';
import { pageQuery, uintText } from '../fields.ts';
import type { RouteDefinition } from '../route.ts';
import { disputeDetail, disputeList } from './challenges.ts';
import { packDetail, packList } from './packs.ts';

const errors = ['INVALID_ARGUMENT', 'NOT_FOUND', 'UNAVAILABLE'] as const;

/** Packs of a layer and the disputes about them, read from the L1. */
export const disputeRoutes = {
  listPacks: {
    method: 'GET',
    path: '/v1/flashlayer/:id/packs',
    summary: 'Packs of a layer on the L1 with the state of their windows, newest first, in pages',
    tag: 'flash layers',
    scope: 'read',
    params: z.object({ id: uintText }),
    query: pageQuery.extend({
      /** Only those that hold this block. */
      block: uintText.transform(Number).optional(),
    }),
    response: packList,
    errors,
  },
  getPack: {
    method: 'GET',
    path: '/v1/flashlayer/:id/packs/:index',
    summary: 'A pack of a layer with its roots, its frames and every time that it was posted',
    tag: 'flash layers',
    scope: 'read',
    params: z.object({ id: uintText, index: uintText }),
    response: packDetail,
    errors,
  },
  listDisputes: {
    method: 'GET',
    path: '/v1/flashlayer/:id/disputes',
    summary: 'Challenges of packs of a layer with their defences, newest first, in pages',
    tag: 'flash layers',
    scope: 'read',
    params: z.object({ id: uintText }),
    query: pageQuery,
    response: disputeList,
    errors,
  },
  getDispute: {
    method: 'GET',
    path: '/v1/flashlayer/:id/disputes/:challengeId',
    summary: 'A challenge with every move of every game, clocks and bonds',
    tag: 'flash layers',
    scope: 'read',
    params: z.object({ id: uintText, challengeId: uintText }),
    response: disputeDetail,
    errors,
  },
} as const satisfies Record<string, RouteDefinition>;
