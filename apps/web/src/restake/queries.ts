import { queryOptions, useQuery } from '@tanstack/react-query';
import type { OperatorAnswer } from '@tephra/api';
import { api } from '../lib/api.ts';
import { byName } from '../operators/stakes.ts';

/** Everything about restaking lies under this key, so that one signature renews all of it. */
const KEY = 'restaking';
const LIVE_MS = 2_500;
/** The list holds at most this many pages of operators. */
const MOST_PAGES = 10;

export const restakingQuery = queryOptions({
  queryKey: [KEY, 'info'],
  queryFn: ({ signal }) => api.getRestaking({}, { signal }),
  refetchInterval: LIVE_MS,
});

export const strategiesQuery = queryOptions({
  queryKey: [KEY, 'strategies'],
  queryFn: async ({ signal }) => (await api.listStrategies({}, { signal })).items,
  refetchInterval: LIVE_MS * 2,
});

export const operatorsQuery = queryOptions({
  queryKey: [KEY, 'operators'],
  queryFn: async ({ signal }) => {
    const operators: OperatorAnswer[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const answer = await api.listOperators({ query: { limit: 100, cursor } }, { signal });
      operators.push(...answer.items);
      if (answer.nextCursor === null) break;
      cursor = answer.nextCursor;
    }
    return operators.sort(byName);
  },
  refetchInterval: LIVE_MS * 2,
});

export function operatorQuery(address: string) {
  return queryOptions({
    queryKey: [KEY, 'operator', address.toLowerCase()],
    queryFn: ({ signal }) => api.getOperator({ params: { address } }, { signal }),
    refetchInterval: LIVE_MS,
  });
}

export function stakerQuery(address: string | undefined) {
  return queryOptions({
    queryKey: [KEY, 'staker', address?.toLowerCase()],
    queryFn: ({ signal }) => api.getStaker({ params: { address: address ?? '' } }, { signal }),
    enabled: address !== undefined,
    refetchInterval: LIVE_MS,
  });
}

export const avssQuery = queryOptions({
  queryKey: [KEY, 'avss'],
  queryFn: async ({ signal }) => (await api.listAvss({}, { signal })).items,
  refetchInterval: LIVE_MS * 2,
});

export function avsQuery(name: string) {
  return queryOptions({
    queryKey: [KEY, 'avs', name],
    queryFn: ({ signal }) => api.getAvs({ params: { name } }, { signal }),
    refetchInterval: LIVE_MS,
  });
}

export function useRestaking() {
  return useQuery(restakingQuery);
}

/** The newest tasks of an AVS with who signed each, newest first. */
export function tasksQuery(avs: string | undefined, limit = 30) {
  return queryOptions({
    queryKey: [KEY, 'tasks', avs, limit],
    queryFn: async ({ signal }) =>
      (await api.listAvsTasks({ params: { avs: avs ?? '' }, query: { limit } }, { signal })).items,
    enabled: avs !== undefined,
    refetchInterval: LIVE_MS,
  });
}

export function taskQuery(avs: string, taskId: string | undefined) {
  return queryOptions({
    queryKey: [KEY, 'task', avs, taskId],
    queryFn: ({ signal }) => api.getAvsTask({ params: { avs, taskId: taskId ?? '' } }, { signal }),
    enabled: taskId !== undefined,
    refetchInterval: LIVE_MS,
  });
}

export function avsStatusQuery(avs: string) {
  return queryOptions({
    queryKey: [KEY, 'status', avs],
    queryFn: ({ signal }) => api.getAvsStatus({ params: { avs } }, { signal }),
    refetchInterval: LIVE_MS,
  });
}

/** Processes of operators that this platform runs; nobody's on platforms that run none. */
export const hostsQuery = queryOptions({
  queryKey: [KEY, 'hosts'],
  queryFn: async ({ signal }) => (await api.listOperatorHosts({}, { signal })).items,
  refetchInterval: LIVE_MS,
});

/** Signatures that speak against their signers, newest first. */
export function evidenceQuery(avs: string) {
  return queryOptions({
    queryKey: [KEY, 'evidence', avs],
    queryFn: async ({ signal }) =>
      (await api.listAvsEvidence({ params: { avs }, query: { limit: 20 } }, { signal })).items,
    refetchInterval: LIVE_MS * 2,
  });
}
