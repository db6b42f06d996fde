import { type QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { ApiError, type Flashlayer, type LayerDetail, type LayerStatus, type LayerStep } from '@tephra/api';
import { api } from './api.ts';

/** A retry helps against lost connections, never against a refusal. */
export function shouldRetry(count: number, error: unknown): boolean {
  return error instanceof ApiError ? error.retryable && count < 3 : count < 3;
}

export const platformQuery = queryOptions({
  queryKey: ['platform'],
  queryFn: ({ signal }) => api.getPlatform({}, { signal }),
  staleTime: 5_000,
  refetchInterval: 10_000,
});

/** Lists and the search hold all layers at once, up to 5,000. */
const MOST_PAGES = 5;

export const layersQuery = queryOptions({
  queryKey: ['layers'],
  queryFn: async ({ signal }) => {
    const layers: Flashlayer[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const answer = await api.listFlashlayers({ query: { limit: 1_000, cursor } }, { signal });
      layers.push(...answer.flashlayers);
      if (answer.nextCursor === null) break;
      cursor = answer.nextCursor;
    }
    return layers;
  },
  refetchInterval: 3_000,
});

function pollMs(status: LayerStatus | undefined): number | false {
  if (isOver(status)) return false;
  return status === 'STATUS_ACTIVE' || status === 'STATUS_FAILED' ? 2_500 : 1_000;
}

export function layerQuery(id: string) {
  return queryOptions({
    queryKey: ['layer', id],
    queryFn: ({ signal }) => api.getFlashlayer({ params: { id } }, { signal }),
    refetchInterval: (query) => pollMs(query.state.data?.flashlayer.status),
  });
}

export function settlementQuery(id: string, live: boolean) {
  return queryOptions({
    queryKey: ['settlement', id],
    queryFn: ({ signal }) => api.getSettlement({ params: { id } }, { signal }),
    refetchInterval: live ? 1_500 : false,
  });
}

export function previewQuery(id: string, enabled: boolean) {
  return queryOptions({
    queryKey: ['settlement-preview', id],
    queryFn: ({ signal }) => api.previewSettlement({ params: { id } }, { signal }),
    enabled,
    staleTime: 2_000,
  });
}

export function usePlatform() {
  return useQuery(platformQuery);
}

export function useLayers() {
  return useQuery(layersQuery);
}

export function useLayer(id: string) {
  return useQuery(layerQuery(id));
}

/** Nothing changes any more by itself. */
export function isOver(status: LayerStatus | undefined): boolean {
  return status === 'STATUS_TERMINATED';
}

/** Brings a step of the event stream into the cached detail, so that the page moves without another request. */
export function applyStep(client: QueryClient, id: string, step: LayerStep): void {
  client.setQueryData<LayerDetail>(['layer', id], (detail) => (detail === undefined ? detail : withStep(detail, step)));
}

const RANK: Record<LayerStep['status'], number> = { pending: 0, running: 1, done: 2, failed: 2 };

/** The detail with a step that is newer than the known one; the stream begins with old ones, which change nothing. */
export function withStep(detail: LayerDetail, step: LayerStep): LayerDetail {
  const known = detail.steps.find((each) => each.name === step.name);
  if (known === undefined) return { ...detail, steps: [...detail.steps, step] };
  const newer =
    step.attempt > known.attempt || (step.attempt === known.attempt && RANK[step.status] >= RANK[known.status]);
  if (!newer) return detail;
  return { ...detail, steps: detail.steps.map((each) => (each === known ? step : each)) };
}
