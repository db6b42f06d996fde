import type { LayerDetail, LayerStep } from '@tephra/api';
import { expect, test } from 'vitest';
import { withStep } from './queries.ts';

function step(status: LayerStep['status'], attempt = 1): LayerStep {
  return {
    name: 'node',
    phase: 'launch',
    title: 'Start node',
    status,
    attempt,
    startedAt: null,
    finishedAt: null,
    durationMs: null,
  };
}
function after(known: LayerStep, event: LayerStep): string {
  const [result] = withStep({ steps: [known] } as LayerDetail, event).steps;
  return `${result?.status}/${result?.attempt}`;
}

test('a replayed step never overwrites a newer one', () => {
  expect(after(step('done'), step('running'))).toBe('done/1');
  expect(after(step('running'), step('done'))).toBe('done/1');
  expect(after(step('failed', 1), step('running', 2))).toBe('running/2');
  expect(after(step('running', 2), step('failed', 1))).toBe('running/2');
});
