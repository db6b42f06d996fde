import { useQueryClient } from '@tanstack/react-query';
import type { LayerEvent } from '@tephra/api';
import { useEffect, useState } from 'react';
import { api } from './api.ts';
import { applyStep } from './queries.ts';

export type LogLine = Extract<LayerEvent, { event: 'log' }>['data'] & { key: number };

const KEPT_LINES = 400;

/** Follows a layer's event stream: steps and statuses go into the cached detail, log lines come back. */
export function useLayerEvents(id: string, enabled: boolean): LogLine[] {
  const queryClient = useQueryClient();
  const [lines, setLines] = useState<LogLine[]>([]);
  useEffect(() => {
    if (!enabled) return;
    setLines([]);
    const abort = new AbortController();
    let key = 0;
    let waiting: LogLine[] = [];
    const flush = setInterval(() => {
      if (waiting.length === 0) return;
      const arrived = waiting;
      waiting = [];
      setLines((before) => [...before, ...arrived].slice(-KEPT_LINES));
    }, 150);
    const follow = async () => {
      for await (const event of api.watchFlashlayer(id, { signal: abort.signal })) {
        if (event.event === 'log') {
          key += 1;
          waiting.push({ ...event.data, key });
          if (waiting.length > KEPT_LINES) waiting = waiting.slice(-KEPT_LINES);
          continue;
        }
        if (event.event === 'step') {
          applyStep(queryClient, id, event.data);
          continue;
        }
        void queryClient.invalidateQueries({ queryKey: ['layer', id] }, { cancelRefetch: false });
        void queryClient.invalidateQueries({ queryKey: ['layers'] }, { cancelRefetch: false });
      }
    };
    follow().catch(() => undefined);
    return () => {
      abort.abort();
      clearInterval(flush);
    };
  }, [id, enabled, queryClient]);
  return lines;
}
