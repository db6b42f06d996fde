import { z } from 'zod';
import { pageQuery } from '../fields.ts';
import type { RouteDefinition } from '../route.ts';
import { avsEvidenceList, avsName, avsStatus, avsTask, avsTaskList, taskIdText } from './wire.ts';

const byAvs = z.object({ avs: avsName });

/** What the aggregator answers over HTTP; its JSON-RPC lies at `/aggregator`. Public: stakes and tasks are on the L1. */
export const aggregatorRoutes = {
  listAvsTasks: {
    method: 'GET',
    path: '/v1/avs/:avs/tasks',
    summary: 'Tasks of an AVS with who signed each, newest first, in pages',
    tag: 'AVS',
    scope: 'none',
    params: byAvs,
    query: pageQuery,
    response: avsTaskList,
    errors: ['INVALID_ARGUMENT', 'NOT_FOUND', 'UNAVAILABLE'],
  },
  getAvsTask: {
    method: 'GET',
    path: '/v1/avs/:avs/tasks/:taskId',
    summary: 'A task of an AVS with its signers and its certificate',
    tag: 'AVS',
    scope: 'none',
    params: z.object({ avs: avsName, taskId: taskIdText }),
    response: avsTask,
    errors: ['INVALID_ARGUMENT', 'NOT_FOUND', 'UNAVAILABLE'],
  },
  getAvsStatus: {
    method: 'GET',
    path: '/v1/avs/:avs/status',
    summary: 'Whether an AVS certifies, and who is missing when it does not',
    tag: 'AVS',
    scope: 'none',
    params: byAvs,
    response: avsStatus,
    errors: ['INVALID_ARGUMENT', 'NOT_FOUND', 'UNAVAILABLE'],
  },
  listAvsEvidence: {
    method: 'GET',
    path: '/v1/avs/:avs/evidence',
    summary: 'Signed statements that speak against their signers, newest first, in pages',
    tag: 'AVS',
    scope: 'none',
    params: byAvs,
    query: pageQuery,
    response: avsEvidenceList,
    errors: ['INVALID_ARGUMENT', 'NOT_FOUND', 'UNAVAILABLE'],
  },
} as const satisfies Record<string, RouteDefinition>;
