import { createLogger, Metrics } from '@tephra/core';
import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { DEFAULT_LIMITS, type RpcContext } from './context.ts';
import { Dispatcher } from './dispatcher.ts';
import { defineMethod, defineSessionMethod } from './method.ts';
import { address, uint64 } from './params.ts';

let order: string[];
let gates: Map<string, () => void>;

function gate(name: string): Promise<string> {
  order.push(`start ${name}`);
  return new Promise((resolve) =>
    gates.set(name, () => {
      order.push(`end ${name}`);
      resolve(name);
    }),
  );
}

const doc = { text: 'A test.', result: 'any' };
const methods = [
  defineMethod({ name: 'test_read', doc, params: [z.string()], handle: (_, name) => gate(name) }),
  defineMethod({ name: 'test_write', doc, kind: 'write', params: [z.string()], handle: (_, name) => gate(name) }),
  defineMethod({ name: 'test_echo', doc, params: [z.unknown()], handle: (_, value) => value }),
  defineMethod({
    name: 'test_address',
    doc,
    params: [address, uint64.optional()],
    handle: (_, a, n) => [a, n?.toString()],
  }),
  defineMethod({
    name: 'test_fault',
    doc,
    params: [],
    handle: () => {
      throw new TypeError('inner workings');
    },
  }),
  defineMethod({ name: 'admin_secret', doc, access: 'admin', params: [], handle: () => 42 }),
  defineSessionMethod({ name: 'test_session', doc, params: [], handle: (_, session) => session.unsubscribe('0x1') }),
];

const context = {
  limits: { ...DEFAULT_LIMITS, maxBatch: 4, maxResponseLength: 1_000 },
  logger: createLogger({ name: 'test', level: 'silent' }),
  metrics: new Metrics(),
} as RpcContext;
const caller = { session: null, admin: false };

describe('Dispatcher', () => {
  let dispatcher: Dispatcher;
  beforeEach(() => {
    order = [];
    gates = new Map();
    dispatcher = new Dispatcher({ methods }, { context });
  });

  const send = async (body: unknown, as = caller) => {
    const text = await dispatcher.handle(typeof body === 'string' ? body : JSON.stringify(body), as);
    return text === undefined ? undefined : JSON.parse(text);
  };
  const call = (method: string, params?: unknown, id: unknown = 1) => ({ jsonrpc: '2.0', id, method, params });

  test('answers with the id it was given', async () => {
    for (const id of [1, 'a', null, 1.5]) {
      expect(await send(call('test_echo', ['x'], id))).toEqual({ jsonrpc: '2.0', id, result: 'x' });
    }
  });

  test.each([
    ['{"jsonrpc', { id: null, error: { code: -32700, message: 'parse error' } }],
    [[], { id: null, error: { code: -32600, message: 'empty batch' } }],
    [5, { id: null, error: { code: -32600, message: 'invalid request' } }],
    [
      { id: 7, method: 'test_echo' },
      { id: 7, error: { code: -32600, message: 'invalid request' } },
    ],
    [
      { jsonrpc: '2.0', id: 7, method: 'test_none' },
      { id: 7, error: { code: -32601, message: 'the method test_none does not exist/is not available' } },
    ],
    [
      { jsonrpc: '2.0', id: 7, method: 'test_address' },
      { id: 7, error: { code: -32602, message: 'missing value for required argument 0' } },
    ],
    [
      { jsonrpc: '2.0', id: 7, method: 'test_address', params: ['0x1'] },
      {
        id: 7,
        error: { code: -32602, message: 'invalid argument 0: hex string has length 1, want 40 for common.Address' },
      },
    ],
    [
      { jsonrpc: '2.0', id: 7, method: 'test_address', params: [null, null, null] },
      { id: 7, error: { code: -32602, message: 'too many arguments, want at most 2' } },
    ],
    [
      { jsonrpc: '2.0', id: 7, method: 'test_address', params: { a: 1 } },
      { id: 7, error: { code: -32602, message: 'non-array args' } },
    ],
    [
      { jsonrpc: '2.0', id: 7, method: 'test_fault' },
      { id: 7, error: { code: -32603, message: 'internal error' } },
    ],
  ])('refuses %j', async (body, expected) => expect(await send(body)).toEqual({ jsonrpc: '2.0', ...expected }));

  test('null is a left-out optional argument', async () => {
    const who = `0x${'ab'.repeat(20)}`;
    expect((await send(call('test_address', [who, null]))).result).toEqual([who, null]);
  });

  test('notifications get no answer, also when they fail', async () => {
    expect(await send({ jsonrpc: '2.0', method: 'test_echo', params: [1] })).toBeUndefined();
    expect(await send([{ jsonrpc: '2.0', method: 'test_none' }])).toBeUndefined();
    expect(await send([{ jsonrpc: '2.0', method: 'test_echo', params: [1] }, call('test_echo', [2])])).toHaveLength(1);
  });

  test('admin methods do not exist for others', async () => {
    expect((await send(call('admin_secret'))).error.code).toBe(-32601);
    expect((await send(call('admin_secret'), { session: null, admin: true })).result).toBe(42);
  });

  test('subscriptions need a connection', async () => {
    expect((await send(call('test_session'))).error.message).toContain('notifications not supported');
  });

  test('a batch over the limit is refused as a whole', async () => {
    const answer = await send(Array.from({ length: 5 }, () => call('test_echo', [1])));
    expect(answer.error).toEqual({ code: -32600, message: 'batch of 5 calls, the limit is 4' });
  });

  test('writes of a batch run side by side, reads wait for them', async () => {
    const answer = send([
      call('test_write', ['w1'], 1),
      call('test_write', ['w2'], 2),
      call('test_read', ['r'], 3),
      call('test_write', ['w3'], 4),
    ]);
    const release = async (name: string) => {
      await expect.poll(() => gates.has(name)).toBe(true);
      gates.get(name)!();
    };
    await expect.poll(() => order).toEqual(['start w1', 'start w2']);
    await release('w2');
    await release('w1');
    await release('r');
    await release('w3');
    expect((await answer).map(({ id, result }: { id: number; result: string }) => [id, result])).toEqual([
      [1, 'w1'],
      [2, 'w2'],
      [3, 'r'],
      [4, 'w3'],
    ]);
    expect(order).toEqual(['start w1', 'start w2', 'end w2', 'end w1', 'start r', 'end r', 'start w3', 'end w3']);
  });

  test('a batch stops being answered where its answers grow too large', async () => {
    const answer = await send([call('test_echo', ['x'.repeat(1_000)], 1), call('test_echo', ['y'], 2)]);
    expect(answer[0].result).toHaveLength(1_000);
    expect(answer[1]).toEqual({ jsonrpc: '2.0', id: 2, error: { code: -32003, message: 'response too large' } });
  });
});
