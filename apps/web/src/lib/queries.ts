import { type QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { ApiError, type LayerDetail, type LayerEvent, type LayerStatus } from '@tephra/api';
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

export const layersQuery = queryOptions({
  queryKey: ['layers'],
  queryFn: async ({ signal }) => (await api.listFlashlayers({}, { signal })).flashlayers,
  refetchInterval: 3_000,
});

export function layerQuery(id: string) {
  return queryOptions({
    queryKey: ['layer', id],
    queryFn: ({ signal }) => api.getFlashlayer({ params: { id } }, { signal }),
    refetchInterval: (query) => (isOver(query.state.data?.flashlayer.status) ? false : 2_500),
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

/** True while the chain takes transactions and answers. */
export function isLiving(status: LayerStatus | undefined): boolean {
  return status === 'STATUS_ACTIVE';
}

/** Brings one event of the stream into the cached detail, so that the page moves without another request. */
export function applyLayerEvent(client: QueryClient, id: string, event: LayerEvent): void {
  if (event.event === 'log') return;
  client.setQueryData<LayerDetail>(['layer', id], (detail) =>
    detail === undefined ? detail : reduceDetail(detail, event),
  );
}

/** The detail after a `step` or `status` event. */
export function reduceDetail(detail: LayerDetail, event: Exclude<LayerEvent, { event: 'log' }>): LayerDetail {
  if (event.event === 'step') {
    const known = detail.steps.some((step) => step.name === event.data.name);
    const steps = known
      ? detail.steps.map((step) => (step.name === event.data.name ? event.data : step))
      : [...detail.steps, event.data];
    return { ...detail, steps };
  }
  return { ...detail, flashlayer: { ...detail.flashlayer, status: event.data.status }, health: event.data.health };
}
