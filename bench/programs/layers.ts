/** Launch times, and what layers cost that run side by side and idle. See bench/registry.ts. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createApiClient } from '@tephra/api';
import { tempDir } from '@tephra/testing';
import { startUp } from '../../e2e/support/up.ts';
import { endWith } from '../support/end-with.ts';
import { quantile, report } from '../support/figure.ts';
import { processUsage } from '../support/process-usage.ts';

const { values } = parseArgs({
  options: {
    layers: { type: 'string', default: '20' },
    'pause-ms': { type: 'string', default: '5000' },
    'idle-ms': { type: 'string', default: '20000' },
  },
});
const LAYERS = Number(values.layers);
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

await using dir = await tempDir('tephra-bench-');
const up = await startUp(['--data-dir', dir.path, '--challenge-period', '600']);
endWith(up.child);
const api = createApiClient({ baseUrl: up.ready.url, token: up.ready.token });

/** Milliseconds from the request to the sealed first block. */
async function launch(name: string): Promise<{ id: string; ms: number }> {
  const began = performance.now();
  const { flashlayer } = await api.createFlashlayer({ body: { flashlayer: { name } } });
  for await (const event of api.watchFlashlayer(flashlayer.id)) {
    if (event.event === 'step' && event.data.name === 'first-block' && event.data.status === 'done') {
      return { id: flashlayer.id, ms: performance.now() - began };
    }
    if (event.event === 'status' && event.data.status === 'STATUS_FAILED') break;
  }
  throw new Error(`layer ${name} did not come up`);
}

try {
  const launches: { id: string; ms: number }[] = [];
  for (let index = 0; index < LAYERS; index++) {
    // The platform prepares the process of the next node meanwhile, as it does for people.
    await sleep(Number(values['pause-ms']));
    launches.push(await launch(`layer${index + 1}`));
    console.log(`layer ${index + 1}: first block after ${Math.round(launches.at(-1)!.ms)} ms`);
  }
  const times = launches.map(({ ms }) => ms);
  report(`request to first block, p50 of ${LAYERS}`, quantile(times, 0.5), 'ms');
  report(`request to first block, slowest of ${LAYERS}`, Math.max(...times), 'ms');

  await sleep(Number(values['pause-ms']));
  const pids = await Promise.all(
    launches.map(async ({ id }) => {
      const { pid } = JSON.parse(await readFile(path.join(dir.path, 'chains', id, 'node.pid'), 'utf8')) as {
        pid: number;
      };
      return pid;
    }),
  );
  const platform = up.child.pid!;
  const before = await Promise.all([platform, ...pids].map(processUsage));
  const seconds = Number(values['idle-ms']) / 1_000;
  await sleep(seconds * 1_000);
  const after = await Promise.all([platform, ...pids].map(processUsage));
  const nodes = after.slice(1);
  const MiB = 2 ** 20;
  report(
    'memory of an idle layer',
    quantile(
      nodes.map(({ residentBytes }) => residentBytes / MiB),
      0.5,
    ),
    'MiB',
  );
  report(
    `memory of ${LAYERS} idle layers and the platform`,
    after.reduce((sum, { residentBytes }) => sum + residentBytes, 0) / MiB,
    'MiB',
  );
  const spent = (index: number): number => ((after[index]!.cpuSeconds - before[index]!.cpuSeconds) / seconds) * 100;
  report(
    'processor of an idle layer',
    quantile(
      pids.map((_, index) => spent(index + 1)),
      0.5,
    ),
    '% of a core',
  );

  const { flashlayers } = await api.listFlashlayers({ query: { living: 'true', limit: 1_000 } });
  const details = await Promise.all(flashlayers.map(({ id }) => api.getFlashlayer({ params: { id } })));
  const healthy = details.filter(({ health, chain }) => health === 'healthy' && chain !== null);
  report('healthy layers', healthy.length, `of ${LAYERS}`);
  if (healthy.length !== LAYERS) process.exitCode = 1;
} finally {
  await up.end();
}
