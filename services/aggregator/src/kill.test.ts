import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { AvsTask } from '@tephra/api';
import type { DatabaseOptions } from '@tephra/db';
import type { AttestationTask } from '@tephra/protocol';
import { findPostgres, PostgresServer, seededRandom, tempDir, waitUntil } from '@tephra/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChildConfig } from './testing/aggregator-child.ts';
import { MemoryAvs } from './testing/memory-avs.ts';

const OPERATORS = 4;
/** Four processes start one after the other, each with its database. */
const STARTS_MS = 180_000;
const CHILD = fileURLToPath(new URL('testing/aggregator-child.ts', import.meta.url));
/** Moments at which the process is killed: before and after the chain has its transaction, and after so many answers. */
const MOMENTS = ['before-transaction', 'after-transaction', 'answers'] as const;

/** The chain of the test, and the process that dies beside it. */
class Scene {
  readonly tasks: AttestationTask[] = [];
  readonly transactions: { hash: string; taskId: string }[] = [];
  kills = 0;
  #moment: (typeof MOMENTS)[number] | undefined;
  #answersLeft = 0;
  #child: ChildProcess | undefined;
  #port = 0;
  readonly #server: Server;
  readonly #config: Omit<ChildConfig, 'chainUrl'>;

  private constructor(server: Server, config: Omit<ChildConfig, 'chainUrl'>) {
    this.#server = server;
    this.#config = config;
  }

  static async start(database: DatabaseOptions): Promise<Scene> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const scene = new Scene(server, { database, operators: OPERATORS });
    server.on('request', (request, response) => void scene.#chain(request, response));
    await scene.#spawn();
    return scene;
  }

  async stop(): Promise<void> {
    this.#moment = undefined;
    await this.#kill();
    this.#server.closeAllConnections();
    this.#server.close();
  }

  killAt(moment: (typeof MOMENTS)[number], answers: number): void {
    this.#moment = moment;
    this.#answersLeft = answers;
  }

  /** One JSON-RPC call, repeated while the process is away; the code of a refusal, or `accepted`. */
  async send(response: object): Promise<string> {
    return await waitUntil(
      async () => {
        const answer = await this.#fetch('/aggregator', {
          method: 'POST',
          body: JSON.stringify({
            jsonrpc: '2.0',
            id: 1,
            method: 'aggregator_processSignedTaskResponse',
            params: [response],
          }),
        });
        const { error } = answer as { error?: { data?: { code: string } } };
        const code = error ? error.data?.code : 'accepted';
        if (code === 'accepted' && this.#moment === 'answers' && this.#answersLeft-- <= 0) await this.#die();
        return code === 'UNKNOWN_TASK' ? undefined : code;
      },
      { what: 'an answer of the aggregator' },
    );
  }

  task(id: string): Promise<AvsTask> {
    return this.#fetch(`/v1/avs/memory/tasks/${id}`) as Promise<AvsTask>;
  }

  async #fetch(path: string, init?: RequestInit): Promise<unknown> {
    const response = await fetch(`http://127.0.0.1:${this.#port}${path}`, {
      ...init,
      headers: { 'content-type': 'application/json' },
    });
    return await response.json();
  }

  async #chain(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const hash = /^\/transactions\/(.+)$/.exec(request.url ?? '')?.[1];
    if (!hash) {
      response.end(JSON.stringify(this.tasks));
      return;
    }
    if (request.method === 'GET') {
      response.writeHead(this.transactions.some((transaction) => transaction.hash === hash) ? 200 : 404).end();
      return;
    }
    let taskId = '';
    for await (const chunk of request) taskId += String(chunk);
    if (this.#moment === 'before-transaction') return await this.#die();
    this.transactions.push({ hash, taskId });
    if (this.#moment === 'after-transaction') return await this.#die();
    response.end();
  }

  async #die(): Promise<void> {
    this.#moment = undefined;
    this.kills++;
    await this.#kill();
    await this.#spawn();
  }

  async #kill(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async #spawn(): Promise<void> {
    const { port } = this.#server.address() as AddressInfo;
    const config: ChildConfig = { ...this.#config, chainUrl: `http://127.0.0.1:${port}` };
    const child = spawn(process.execPath, [CHILD, JSON.stringify(config)], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    const [line] = (await once(child.stdout!, 'data')) as [Buffer];
    this.#port = Number(line.toString());
  }
}

/** Tasks are answered while the process is killed at one moment after the other. */
async function survives(database: DatabaseOptions, seed: number): Promise<void> {
  const random = seededRandom(seed);
  const avs = await MemoryAvs.create(Array.from({ length: OPERATORS }, () => [100n]));
  const scene = await Scene.start(database);
  try {
    for (const [index, moment] of [...MOMENTS, undefined].entries()) {
      const task = avs.task(String(index), { expiresAt: Date.now() + 3_600_000 });
      scene.tasks.push(task);
      if (moment) scene.killAt(moment, Math.floor(random() * 3));
      for (let operator = 0; operator < OPERATORS; operator++) {
        const code = await scene.send(avs.respond(operator, task));
        // An answer whose acknowledgement was lost is sent again, and was taken then.
        expect(['accepted', 'DUPLICATE']).toContain(code);
      }
    }
    for (const { taskId } of scene.tasks) {
      await waitUntil(async () => (await scene.task(taskId)).state === 'confirmed', { what: `task ${taskId}` });
      const { signers, certificate } = await scene.task(taskId);
      expect(signers.map(({ verdict }) => verdict)).toEqual(Array.from({ length: OPERATORS }, () => 'signed'));
      const sent = scene.transactions.filter((transaction) => transaction.taskId === taskId);
      expect(sent).toEqual([{ taskId, hash: certificate?.submission.transactionHash }]);
    }
    expect(scene.kills).toBe(MOMENTS.length);
  } finally {
    await scene.stop();
  }
}

describe('an aggregator that is killed loses no answer and sends nothing twice', () => {
  it(
    'on PGlite',
    async () => {
      await using dir = await tempDir();
      await survives({ kind: 'embedded', dataDir: `${dir.path}/db` }, 7);
    },
    STARTS_MS,
  );

  describe.skipIf(!findPostgres())('with a server', () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await PostgresServer.start();
    });
    afterAll(() => server?.stop());

    it(
      'on PostgreSQL',
      async () => {
        await survives({ kind: 'postgres', url: await server.createDatabase() }, 8);
      },
      STARTS_MS,
    );
  });
});
