import { expect, it } from 'vitest';
import { Metrics } from './metrics.ts';

it('renders prefixed metrics and returns the same one for a name', async () => {
  const metrics = new Metrics({ labels: { chain: 'ember' } });
  const counter = metrics.counter({ name: 'blocks_total', help: 'Sealed blocks.', labels: ['kind'] });
  counter.inc({ kind: 'empty' });
  metrics.counter({ name: 'blocks_total', help: 'Sealed blocks.', labels: ['kind'] }).inc({ kind: 'empty' }, 2);
  metrics.gauge({ name: 'queue_length', help: 'Waiting.', collect: () => 7 });
  metrics.histogram({ name: 'seal_seconds', help: 'Seal.', buckets: [0.1, 1] }).observe(0.5);
  const text = await metrics.render();
  expect(text).toContain('tephra_blocks_total{kind="empty",chain="ember"} 3');
  expect(text).toContain('tephra_queue_length{chain="ember"} 7');
  expect(text).toContain('tephra_seal_seconds_bucket{le="1",chain="ember"} 1');
  expect(metrics.contentType).toContain('text/plain');
});
