import { once } from 'node:events';
import { type Database, openDatabase } from '@tephra/db';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { TestAggregator } from '../testing/harness.ts';
import { MemoryAvs } from '../testing/memory-avs.ts';

type Message = { id?: unknown; result?: unknown; error?: { code: number; data?: { code: string } }; params?: unknown };

let db: Database;
let avs: MemoryAvs;
let on: TestAggregator;
let nextTask = 0;
beforeAll(async () => {
  db = await openDatabase({ kind: 'memory' });
});
afterAll(() => db?.destroy());
beforeEach(async () => {
  avs = await MemoryAvs.create([[100n], [100n], [100n], [100n]]);
  on = await TestAggregator.start(db, [avs]);
});
afterEach(() => on?.stop());

const newTask = async () => {
  const task = avs.task(`rpc-${nextTask++}`, { expiresAt: on.clock.now() + 3_600_000 });
  await avs.announce(task);
  return task;
};
const post = (body: string, type = 'application/json') =>
  fetch(`${on.url}/aggregator`, { method: 'POST', headers: { 'content-type': type }, body });

describe('JSON-RPC over HTTP', () => {
  it('takes batches, answers each call, and nothing for notifications', async () => {
    const { operatorId } = avs.operators[0]!;
    const call = { jsonrpc: '2.0', method: 'aggregator_initOperator', params: { avs: 'memory', operatorId } };
    const answer = await post(JSON.stringify([{ ...call, id: 'a' }, call, { ...call, id: 2, method: 'nothing' }]));
    expect(await answer.json()).toMatchObject([
      { id: 'a', result: { quorums: [0] } },
      { id: 2, error: { code: -32_601 } },
    ]);
    expect((await post(JSON.stringify(call))).status).toBe(204);
    expect((await post(JSON.stringify([call]))).status).toBe(204);
  });

  it.each<[string, string, number]>([
    ['no JSON', '{', -32_700],
    ['nothing', '', -32_700],
    ['a number', '5', -32_600],
    ['null', 'null', -32_600],
    ['an empty batch', '[]', -32_600],
    ['a batch that is too long', JSON.stringify(Array.from({ length: 101 }, () => 1)), -32_600],
    ['no method', '{"id":1}', -32_600],
    ['a method that is no text', '{"id":1,"method":{}}', -32_600],
    ['no parameters', '{"id":1,"method":"aggregator_getCertificate"}', -32_602],
    ['two parameters', '{"id":1,"method":"aggregator_getCertificate","params":[{},{}]}', -32_602],
    ['a subscription', '{"id":1,"method":"aggregator_subscribe","params":["tasks",{"avs":"memory"}]}', -32_601],
  ])('says what is wrong with %s', async (_, body, code) => {
    for (const type of ['application/json', 'text/plain'])
      expect(((await (await post(body, type)).json()) as Message).error?.code).toBe(code);
  });

  it('refuses bodies of more than 64 KiB', async () => {
    expect((await post(' '.repeat(70_000))).status).toBe(413);
  });

  it('does not tell what went wrong inside', async () => {
    avs.quorumsOf = () => Promise.reject(new Error('the secret address of the L1'));
    const params = { avs: 'memory', operatorId: `0x${'77'.repeat(32)}` };
    const answer = await on.rpc('aggregator_initOperator', params);
    expect(answer.error).toMatchObject({ code: -32_603, data: { code: 'INTERNAL' } });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });
});

describe('JSON-RPC over WebSocket', () => {
  const sockets: WebSocket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.terminate();
  });

  /** A connection and its messages, one after the other. */
  async function connect(path = '/aggregator') {
    const socket = new WebSocket(`${on.url.replace('http', 'ws')}${path}`);
    sockets.push(socket);
    const waiting: Message[] = [];
    const readers: ((message: Message) => void)[] = [];
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as Message;
      const reader = readers.shift();
      if (reader) reader(message);
      else waiting.push(message);
    });
    await once(socket, 'open');
    const next = (): Promise<Message> => {
      const message = waiting.shift();
      return message ? Promise.resolve(message) : new Promise((resolve) => readers.push(resolve));
    };
    const call = (method: string, params: unknown): Promise<Message> => {
      socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
      return next();
    };
    return { socket, next, call };
  }

  it('takes answers, and tells of tasks and certificates', async () => {
    const { call, next } = await connect();
    const [tasks, certificates] = [
      (await call('aggregator_subscribe', ['tasks', { avs: 'memory' }])).result,
      (await call('aggregator_subscribe', ['certificates', { avs: 'memory' }])).result,
    ];
    const task = await newTask();
    expect((await next()).params).toEqual({ subscription: tasks, result: task });
    for (const index of [0, 1])
      expect((await call('aggregator_processSignedTaskResponse', avs.respond(index, task))).result).toMatchObject({
        accepted: true,
      });
    const both = [await call('aggregator_processSignedTaskResponse', avs.respond(2, task)), await next()];
    const told = both.find(({ params }) => params !== undefined);
    expect(told?.params).toMatchObject({
      subscription: certificates,
      result: { taskId: task.taskId, submission: { state: 'waiting' } },
    });
    expect((await call('aggregator_unsubscribe', [tasks])).result).toBe(true);
    expect((await call('aggregator_unsubscribe', [tasks])).result).toBe(false);
    await newTask();
    // Nothing was told in between.
    expect((await call('aggregator_getCertificate', { avs: 'memory', taskId: task.taskId })).id).toBe(1);
  });

  it.each<[unknown, string]>([
    [['blocks', { avs: 'memory' }], 'MALFORMED'],
    [['tasks'], 'MALFORMED'],
    [['tasks', { avs: 'nobody' }], 'UNKNOWN_AVS'],
  ])('refuses the subscription %j', async (params, code) => {
    const { call } = await connect();
    expect((await call('aggregator_subscribe', params)).error?.data?.code).toBe(code);
  });

  it('has few subscriptions per connection, closes on binary and large messages, serves one path', async () => {
    const { call } = await connect();
    const codes: unknown[] = [];
    for (let count = 0; count < 66; count++)
      codes.push((await call('aggregator_subscribe', ['tasks', { avs: 'memory' }])).error?.data?.code);
    expect(codes.slice(63)).toEqual([undefined, 'RATE_LIMITED', 'RATE_LIMITED']);
    const binary = await connect();
    binary.socket.send(Buffer.from([1, 2]));
    expect((await once(binary.socket, 'close'))[0]).toBe(1003);
    const large = await connect();
    large.socket.send(' '.repeat(70_000));
    expect((await once(large.socket, 'close'))[0]).toBe(1009);
    await expect(connect('/other')).rejects.toThrow(/404/);
  });

  it('drops a client that does not answer its heartbeat, and keeps one that does', async () => {
    const [silent, alive] = [await connect(), await connect()];
    // What comes stays unread, pings too.
    const { _socket: raw } = silent.socket as unknown as { _socket: { pause(): void; resume(): void } };
    raw.pause();
    await on.passTimers(95_000);
    const gone = once(silent.socket, 'close');
    raw.resume();
    expect((await gone)[0]).toBe(1006);
    expect((await alive.call('aggregator_unsubscribe', ['x'])).result).toBe(false);
  });
});
