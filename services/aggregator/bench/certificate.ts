/**
 * From the signatures of many operators to a certificate. The aggregator and its database (PGlite on disk) run in this
 * process, the operators in another. See bench/registry.ts.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, Metrics, systemClock } from '@tephra/core';
import { loadBls } from '@tephra/crypto';
import { openDatabase } from '@tephra/db';
import { decodeG1, type SignedTaskResponse } from '@tephra/protocol';
import { WebSocket } from 'ws';
import { Aggregator } from '../src/aggregator.ts';
import { MemoryAvs } from '../src/testing/memory-avs.ts';

type Round = { url: string; responses: SignedTaskResponse[] };
type Answered = { codes: string[] };

if (process.send) await operators();
else await measure(Number(process.argv[2] ?? 200), Number(process.argv[3] ?? 7));

async function measure(count: number, rounds: number): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'tephra-bench-'));
  const db = await openDatabase({ kind: 'embedded', dataDir: join(dir, 'db') });
  const bls = await loadBls();
  const avs = await MemoryAvs.create(Array.from({ length: count }, () => [100n, 100n]));
  const aggregator = await Aggregator.create(
    { listen: { host: '127.0.0.1', port: 0 }, instance: 'bench', taskToken: null },
    {
      db,
      adapters: [avs],
      logger: createLogger({ name: 'bench', level: 'warn' }),
      clock: systemClock,
      metrics: new Metrics(),
    },
  );
  await aggregator.start();
  const load = fork(import.meta.filename, { stdio: 'inherit' });
  const url = `http://127.0.0.1:${aggregator.port}/aggregator`;
  const feed = new WebSocket(url.replace('http', 'ws'));
  await once(feed, 'open');
  feed.send(
    JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'aggregator_subscribe',
      params: ['certificates', { avs: avs.name }],
    }),
  );
  await once(feed, 'message');
  // One round more than is measured: in the first, both processes compile what they run.
  for (let round = 0; round <= rounds; round++) {
    // Every signature is needed.
    const task = avs.task(`${round}`, { expiresAt: Date.now() + 3_600_000, thresholdPercentages: [100, 100] });
    await avs.announce(task);
    const responses = avs.operators.map((_, index) => avs.respond(index, task, 'ok', round));
    await systemClock.sleep(300);
    const began = performance.now();
    const certified = once(feed, 'message').then(() => performance.now() - began);
    const { codes } = await ask(load, { url, responses });
    const answered = performance.now() - began;
    if (codes.some((code) => code !== 'accepted')) throw new Error(`refused: ${[...new Set(codes)].join()}`);
    const certificate = await certified;
    if (round === 0) continue;
    const what = `${count} operators`;
    print(`${what}: from the first answer sent to the certificate`, certificate, 'ms');
    print(`${what}: until all are acknowledged`, answered, 'ms');
    const items = responses.map((response, index) => ({
      digest: avs.digestOf(task, response.response),
      signature: decodeG1(response.signature),
      key: bls.prepareKey(avs.operators[index]!.g2),
    }));
    print(
      `${what}: verifying alone`,
      timed(() => bls.verifyBatch(items)),
      'ms',
    );
    print(
      `${what}: verifying alone`,
      timed(() => items.map((item) => bls.verify(item.digest, item.signature, item.key))),
      'ms',
      'one by one',
    );
    const spoilt = items.map((item, index) => (index === 7 ? { ...item, signature: items[0]!.signature } : item));
    print(
      `${what}, one signature wrong: verifying alone`,
      timed(() => bls.verifyBatch(spoilt)),
      'ms',
    );
  }
  feed.terminate();
  load.kill();
  await aggregator.stop();
  await db.destroy();
  await rm(dir, { recursive: true });
}

function timed(run: () => unknown): number {
  const began = performance.now();
  run();
  return performance.now() - began;
}

function print(figure: string, value: number, unit: string, of?: string): void {
  console.log(JSON.stringify({ figure, value, unit, ...(of ? { of } : {}) }));
}

async function ask(load: ChildProcess, round: Round): Promise<Answered> {
  load.send(round);
  const [answer] = (await once(load, 'message')) as [Answered];
  return answer;
}

/** All operators: each answers on a connection of its own, all at once. */
async function operators(): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  process.on('message', ({ url, responses }: Round) => {
    void Promise.all(responses.map((response) => post(agent, url, response))).then((codes) =>
      process.send?.({ codes }),
    );
  });
}

function post(agent: Agent, url: string, response: SignedTaskResponse): Promise<string> {
  const method = 'aggregator_processSignedTaskResponse';
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: [response] });
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      {
        agent,
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          text += chunk;
        });
        answer.on('end', () => {
          const { error } = JSON.parse(text) as { error?: { message: string } };
          resolve(error?.message ?? 'accepted');
        });
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}
