import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { ChallengeAnswer, PackAnswer } from '@tephra/api';
import { api } from '../lib/api.ts';

/** A window or a game runs: what is shown changes by itself. */
const LIVE_MS = 1_500;
/** Nothing runs, but a new pack or challenge may come. */
const QUIET_MS = 4_000;
export const PACKS_SHOWN = 25;

const moving = (packs: readonly PackAnswer[]) =>
  packs.some(({ status }) => status === 'open' || status === 'contested');

/** Packs of a layer, newest first; `cursor` names a page. */
export function packsQuery(id: string, cursor?: string) {
  return queryOptions({
    queryKey: ['packs', id, cursor],
    queryFn: ({ signal }) => api.listPacks({ params: { id }, query: { limit: PACKS_SHOWN, cursor } }, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (moving(state.data?.items ?? []) ? LIVE_MS : QUIET_MS),
  });
}

/** The lowest pack of a layer that is disputed, for pages that only want to know whether one is. */
export function contestedQuery(id: string) {
  return queryOptions({
    queryKey: ['packs', id, 'contested'],
    queryFn: ({ signal }) => api.listPacks({ params: { id }, query: { limit: 1 } }, { signal }),
    select: ({ firstContested }) => firstContested,
    refetchInterval: QUIET_MS,
  });
}

/** Every posting of a pack of a layer. */
export function packQuery(id: string, index: string) {
  return queryOptions({
    queryKey: ['pack', id, index],
    queryFn: ({ signal }) => api.getPack({ params: { id, index } }, { signal }),
    refetchInterval: ({ state }) => (moving(state.data?.postings ?? []) ? LIVE_MS : QUIET_MS * 2),
  });
}

const fought = (challenges: readonly ChallengeAnswer[]) => challenges.some(({ status }) => status === 'open');

/** Challenges of packs of a layer, newest first. */
export function disputesQuery(id: string, cursor?: string) {
  return queryOptions({
    queryKey: ['disputes', id, cursor],
    queryFn: ({ signal }) => api.listDisputes({ params: { id }, query: { limit: PACKS_SHOWN, cursor } }, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (fought(state.data?.items ?? []) ? LIVE_MS : QUIET_MS),
  });
}

/** A challenge with every move; asked again until it is resolved and all its games are over. */
export function disputeQuery(id: string, challengeId: string) {
  return queryOptions({
    queryKey: ['dispute', id, challengeId],
    queryFn: ({ signal }) => api.getDispute({ params: { id, challengeId } }, { signal }),
    refetchInterval: ({ state }) => {
      const { data } = state;
      const over = data !== undefined && data.status !== 'open' && data.games.every((game) => game.status !== 'open');
      return over ? false : LIVE_MS;
    },
  });
}
