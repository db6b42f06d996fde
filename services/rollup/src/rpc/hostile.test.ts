import { once } from 'node:events';
import type { Hex } from '@tephra/protocol';
import { numberToHex, parseGwei } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { alice, bob, TestNode } from './testing/test-node.ts';

/** What a stranger may send: each gets its own clear error over HTTP and WebSocket alike, and the node goes on. */
let node: TestNode;
let socket: WebSocket;
beforeAll(async () => {
  node = await TestNode.start({ limits: { logBlocks: 3 } });
  for (let i = 0; i < 6; i++) await node.chain.seal();
  socket = new WebSocket(node.wsUrl);
  await once(socket, 'open');
});
afterAll(async () => {
  socket.terminate();
  await node.stop();
});

async function overHttp(body: string): Promise<unknown> {
  return (await fetch(node.url, { method: 'POST', body })).json();
}

async function overSocket(body: string): Promise<unknown> {
  const answer = once(socket, 'message');
  socket.send(body);
  return JSON.parse(String((await answer)[0]));
}

const request = (method: unknown, params?: unknown, id: unknown = 1): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method, params });

const sign = (fields: { chainId?: number; data?: Hex; to?: Hex; gas?: bigint }): Promise<Hex> =>
  alice.signTransaction({
    type: 'eip1559',
    chainId: 4242,
    nonce: 0,
    gas: 5_000_000n,
    maxFeePerGas: parseGwei('10'),
    ...fields,
  });

const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

const cases: [name: string, body: () => string | Promise<string>, code: number, message: string][] = [
  ['text that is no JSON', () => '{"jsonrpc":"2.0","id":1,', -32700, 'parse error'],
  ['nothing', () => '', -32700, 'parse error'],
  ['bytes that are no text', () => '\u0000\uffff', -32700, 'parse error'],
  ['a number', () => '7', -32600, 'invalid request'],
  ['null', () => 'null', -32600, 'invalid request'],
  ['an empty batch', () => '[]', -32600, 'empty batch'],
  ['a batch of 10,000', () => `[${Array(10_000).fill('0').join()}]`, -32600, 'batch of 10000 calls, the limit is 1000'],
  ['an object as id', () => request('eth_chainId', [], { a: 1 }), -32600, 'invalid request'],
  ['a number as method', () => request(7), -32600, 'invalid request'],
  ['no version', () => '{"id":1,"method":"eth_chainId"}', -32600, 'invalid request'],
  ['an unknown method', () => request('eth_mine'), -32601, 'the method eth_mine does not exist/is not available'],
  ['a method of every object', () => request('constructor'), -32601, 'the method constructor does not exist'],
  ['a long method', () => request('x'.repeat(1_000_000)), -32601, `the method ${'x'.repeat(100)} does not exist`],
  ['named parameters', () => request('eth_getBalance', { address: bob.address }), -32602, 'non-array args'],
  ['no parameters', () => request('eth_getBalance'), -32602, 'missing value for required argument 0'],
  ['too many', () => request('eth_chainId', [1]), -32602, 'too many arguments, want at most 0'],
  ['a number as address', () => request('eth_getBalance', [7]), -32602, 'invalid argument 0: expected a hex string'],
  ['a short address', () => request('eth_getBalance', ['0x12']), -32602, 'want 40 for common.Address'],
  ['an unknown tag', () => request('eth_getBalance', [bob.address, 'newest']), -32602, 'invalid argument 1'],
  ['a block number of 300 bits', () => request('eth_getBlockByNumber', [`0x${'f'.repeat(75)}`, false]), -32602, '256'],
  ['deep nesting', () => request('eth_call', [0]).replace('[0]', `[{"data":${deep(100_000)}}]`), -32602, 'got array'],
  [
    'deep nesting in an unknown place',
    () => request('eth_getProof', [bob.address]).replace(/\]\}$/, `,[${deep(50_000)}],"latest"]}`),
    -32602,
    'invalid argument 1',
  ],
  ['prototypes', () => request('eth_call', [{}, 'latest', { constructor: {} }]), -32602, 'invalid argument 2'],
  ['a raw transaction that is none', () => request('eth_sendRawTransaction', ['0x00']), -32000, ''],
  [
    'a transaction of another chain',
    async () => request('eth_sendRawTransaction', [await sign({ chainId: 1, to: bob.address })]),
    -32000,
    'invalid chain id for signer: have 1 want 4242',
  ],
  [
    'oversize init code',
    async () => request('eth_sendRawTransaction', [await sign({ data: `0x${'00'.repeat(49_153)}` })]),
    -32000,
    'max initcode size exceeded: code size 49153 limit 49152',
  ],
  [
    'a transaction over 96 KiB',
    async () => request('eth_sendRawTransaction', [await sign({ to: bob.address, data: `0x${'00'.repeat(98_304)}` })]),
    -32000,
    'oversized data: transaction size',
  ],
  [
    'a call of another chain',
    () => request('eth_call', [{ to: bob.address, chainId: '0x1' }]),
    -32000,
    "chainId does not match node's (have=1, want=4242)",
  ],
  [
    'logs of a huge range',
    () => request('eth_getLogs', [{ fromBlock: '0x0', toBlock: '0x6' }]),
    -32005,
    'query spans 7 blocks, the limit is 3; retry with the range [0x0, 0x2]',
  ],
  [
    'too many topics',
    () => request('eth_getLogs', [{ topics: Array(5).fill(null) }]),
    -32602,
    'invalid argument 0: topics: exceed max topics',
  ],
  [
    'a reversed range',
    () => request('eth_getLogs', [{ fromBlock: '0x5', toBlock: '0x1' }]),
    -32602,
    'invalid block range params',
  ],
  ['a trace of nothing', () => request('debug_traceTransaction', ['0x1']), -32602, 'want 64 for common.Hash'],
];

describe('a clear error for', () => {
  test.each(cases)('%s', async (_name, make, code, message) => {
    const body = await make();
    for (const answer of [await overHttp(body), await overSocket(body)]) {
      expect(answer).toMatchObject({ jsonrpc: '2.0', error: { code, message: expect.stringContaining(message) } });
    }
    expect((await node.ask('eth_blockNumber')).result).toBe(numberToHex(6));
  });
});

test('a body of 10 MB is refused over HTTP and ends a WebSocket', async () => {
  const body = request('web3_sha3', [`0x${'00'.repeat(5 * 1024 * 1024)}`]);
  const response = await fetch(node.url, { method: 'POST', body });
  expect(response.status).toBe(413);
  expect(await response.json()).toMatchObject({ error: { message: 'request larger than 5242880 bytes' } });
  const victim = new WebSocket(node.wsUrl);
  await once(victim, 'open');
  victim.send(body);
  const [code] = (await once(victim, 'close')) as [number];
  // 1009: message too big (RFC 6455).
  expect(code).toBe(1009);
  expect((await node.ask('eth_chainId')).result).toBe('0x1092');
});

test('a body without a length is cut off at the limit', async () => {
  const chunk = new Uint8Array(1024 * 1024).fill(0x20);
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (++sent > 10) controller.close();
      else controller.enqueue(chunk);
    },
  });
  const response = await fetch(node.url, { method: 'POST', body, duplex: 'half' } as RequestInit);
  expect(response.status).toBe(413);
});

test('binary frames end a WebSocket', async () => {
  const victim = new WebSocket(node.wsUrl);
  await once(victim, 'open');
  victim.send(Buffer.from(request('eth_chainId')), { binary: true });
  expect(((await once(victim, 'close')) as [number])[0]).toBe(1003);
});
