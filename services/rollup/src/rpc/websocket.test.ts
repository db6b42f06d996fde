import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Hex } from '@tephra/protocol';
import { keccak256, numberToHex, parseGwei } from 'viem';
import { afterEach, beforeEach, expect, test } from 'vitest';
import WebSocket from 'ws';
import { deployCode, EMITTER } from './testing/contracts.ts';
import { ADMIN_TOKEN, alice, bob, TestNode } from './testing/test-node.ts';

let node: TestNode;
beforeEach(async () => {
  node = await TestNode.start({
    limits: { subscriptionsPerConnection: 4, maxSocketBufferBytes: 1024 * 1024, connections: 3 },
  });
});
afterEach(() => node.stop());

type Message = {
  id?: number;
  method?: string;
  result?: never;
  error?: { message: string };
  params?: { subscription: string; result: never };
};

/** A client that keeps all it was sent. */
class Client {
  readonly socket: WebSocket;
  readonly messages: Message[] = [];
  #id = 0;

  constructor(headers: Record<string, string> = {}) {
    this.socket = new WebSocket(node.wsUrl, { headers });
    this.socket.on('message', (data) => this.messages.push(JSON.parse(data.toString())));
  }

  async ask(method: string, ...params: unknown[]): Promise<Message> {
    if (this.socket.readyState === WebSocket.CONNECTING) await once(this.socket, 'open');
    const id = ++this.#id;
    this.socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    await expect.poll(() => this.messages.some((message) => message.id === id)).toBe(true);
    return this.messages.find((message) => message.id === id)!;
  }

  /** Results that came for a subscription. */
  of(subscription: unknown): unknown[] {
    return this.messages.filter((m) => m.params?.subscription === subscription).map((m) => m.params?.result);
  }
}

let nonce = 0;
async function send(fields: { to?: Hex; data?: Hex }): Promise<Hex> {
  const raw = await alice.signTransaction({
    type: 'eip1559',
    chainId: 4242,
    nonce: nonce++,
    gas: 500_000n,
    maxFeePerGas: parseGwei('10'),
    maxPriorityFeePerGas: 0n,
    ...fields,
  });
  await node.call('eth_sendRawTransaction', raw);
  return keccak256(raw);
}
beforeEach(() => {
  nonce = 0;
});

test('answers calls and batches as over HTTP', async () => {
  const client = new Client();
  expect((await client.ask('eth_chainId')).result).toBe('0x1092');
  client.socket.send('[{"jsonrpc":"2.0","id":"a","method":"eth_chainId"},{"jsonrpc":"2.0","id":"b","method":"nope"}]');
  await expect.poll(() => client.messages.find((message) => Array.isArray(message))).toHaveLength(2);
  client.socket.send('{');
  await expect.poll(() => client.messages.at(-1)?.error?.message).toBe('parse error');
});

test('heads, logs, pending transactions and finality arrive; unsubscribed ones do not', async () => {
  await send({ data: deployCode(EMITTER) });
  const emitter = (await node.chain.seal()).receipts[0]!.contractAddress!;
  const client = new Client();
  const { result: heads } = await client.ask('eth_subscribe', 'newHeads');
  const { result: logs } = await client.ask('eth_subscribe', 'logs', { address: emitter });
  const { result: pending } = await client.ask('eth_subscribe', 'newPendingTransactions');
  const { result: finality } = await client.ask('tephra_subscribe', 'finality');
  expect((await client.ask('eth_subscribe', 'newHeads')).error?.message).toBe(
    'at most 4 subscriptions on one connection',
  );

  const hash = await send({ to: emitter, data: numberToHex(5, { size: 32 }) });
  await send({ to: bob.address });
  const block = await node.chain.seal();
  await expect.poll(() => client.of(finality)).toHaveLength(2);
  expect(client.of(heads)).toMatchObject([{ hash: block.header.hash, number: '0x2' }]);
  expect(client.of(logs)).toMatchObject([{ transactionHash: hash, removed: false, blockHash: block.header.hash }]);
  expect(client.of(pending)).toHaveLength(2);
  // The marks as they were at the subscription, then each movement.
  expect(client.of(finality)).toEqual(
    [1n, 2n].map((number) => ({
      latest: { number: numberToHex(number), hash: node.chain.headerByNumber(number)!.hash },
      safe: { number: '0x0', hash: node.chain.headerByNumber(0n)!.hash },
      finalized: { number: '0x0', hash: node.chain.headerByNumber(0n)!.hash },
      reverted: false,
    })),
  );

  node.chain.marks = { safe: 1n, finalized: 0n };
  node.chain.events.emit('finality', { safe: 1n, finalized: 0n, reverted: false });
  await expect.poll(() => client.of(finality).at(-1)).toMatchObject({ safe: { number: '0x1' } });

  await node.chain.rollback(1n);
  await expect.poll(() => client.of(logs).at(-1)).toMatchObject({ transactionHash: hash, removed: true });
  await expect
    .poll(() => client.of(finality).at(-1))
    .toMatchObject({
      latest: { number: '0x1' },
      reverted: true,
      before: { latest: '0x2', safe: '0x1' },
    });

  node.chain.marks = { safe: 0n, finalized: 0n };
  node.chain.events.emit('finality', { safe: 0n, finalized: 0n, reverted: true });
  await expect
    .poll(() => client.of(finality).at(-1))
    .toMatchObject({
      safe: { number: '0x0' },
      reverted: true,
      before: { latest: '0x1', safe: '0x1' },
    });

  expect((await client.ask('eth_unsubscribe', heads)).result).toBe(true);
  expect((await client.ask('eth_unsubscribe', heads)).error?.message).toBe('subscription not found');
  await node.chain.seal();
  await expect.poll(() => client.of(finality).at(-1)).toMatchObject({ latest: { number: '0x2' } });
  expect(client.of(heads)).toHaveLength(1);
});

test('unknown subscriptions are refused by name', async () => {
  const client = new Client();
  expect((await client.ask('eth_subscribe', 'newTails')).error?.message).toBe(
    'no "newTails" subscription in eth namespace',
  );
  expect((await client.ask('tephra_subscribe', 'x')).error?.message).toContain('there are finality and reorgs');
  expect((await client.ask('eth_subscribe', 'logs', { address: '0x1' })).error?.message).toContain(
    'invalid argument 1',
  );
});

test('a closed connection leaves no subscription behind', async () => {
  const client = new Client();
  await client.ask('eth_subscribe', 'newHeads');
  client.socket.close();
  await once(client.socket, 'close');
  const other = new Client();
  const { result: heads } = await other.ask('eth_subscribe', 'newHeads');
  await node.chain.seal();
  await expect.poll(() => other.of(heads)).toHaveLength(1);
});

/** A WebSocket handshake by hand, so that the test decides what is read. */
async function rawConnection(): Promise<Socket> {
  const socket = connect(node.server.port, '127.0.0.1');
  socket.write(
    [
      'GET / HTTP/1.1',
      'Host: localhost',
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Version: 13',
      '',
      '',
    ].join('\r\n'),
  );
  await once(socket, 'data');
  return socket;
}

/** A masked text frame with a zero mask. */
function frame(text: string): Buffer {
  const body = Buffer.from(text);
  const header = body.length < 126 ? [0x81, 0x80 | body.length] : [0x81, 0xfe, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([...header, 0, 0, 0, 0]), body]);
}

test('a client that never reads is dropped once its buffer is full', async () => {
  const socket = await rawConnection();
  socket.on('error', () => {});
  socket.write(frame('{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newPendingTransactions",true]}'));
  await once(socket, 'data');
  socket.pause();
  // Emitted as the producer does; the input alone is 128 KB of hex in each notification.
  const hash = await send({ to: bob.address });
  const { transaction, receipt } = node.chain.transactionByHash(hash)!;
  const big = await alice.signTransaction({
    chainId: 4242,
    nonce: 9,
    gas: 1n,
    gasPrice: 1n,
    to: bob.address,
    data: `0x${'ff'.repeat(65_536)}`,
  });
  const event = {
    kind: 'executed',
    hash,
    transaction: { ...transaction, raw: big },
    receipt,
    parentHash: node.chain.head().hash,
  } as const;
  let sent = 0;
  const connections = () => node.chain.events.listenerCount('executed');
  expect(connections()).toBeGreaterThan(0);
  const metrics = async () => (await node.metrics.render()).match(/tephra_rpc_websocket_connections (\d+)/)?.[1];
  expect(await metrics()).toBe('1');
  while ((await metrics()) === '1' && sent < 500) {
    for (let i = 0; i < 20; i++, sent++) node.chain.events.emit('executed', event);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await metrics()).toBe('0');
  // The kernel takes some megabytes itself; far less than all was held.
  expect(sent).toBeLessThan(500);
  socket.destroy();
  // The node goes on.
  expect((await new Client().ask('eth_chainId')).result).toBe('0x1092');
});

test('the heartbeat drops a client that does not answer it', async () => {
  const silent = await rawConnection();
  const lively = new Client();
  await lively.ask('eth_chainId');
  const closed = once(silent, 'close');
  silent.resume();
  await node.clock.advance(30_000);
  // The answer to a ping needs a moment on the wire.
  await lively.ask('eth_chainId');
  await node.clock.advance(30_000);
  await closed;
  expect((await lively.ask('eth_chainId')).result).toBe('0x1092');
});

test('connections are limited; the token opens admin methods', async () => {
  const clients = [new Client(), new Client(), new Client({ authorization: `Bearer ${ADMIN_TOKEN}` })];
  for (const client of clients) await client.ask('eth_chainId');
  expect((await clients[0]!.ask('admin_status')).error?.message).toContain('does not exist');
  expect((await clients[2]!.ask('admin_status')).result).toMatchObject({ mode: 'active' });
  const refused = new WebSocket(node.wsUrl);
  const [error] = (await once(refused, 'error').catch((reason) => [reason])) as [Error];
  expect(error.message).toContain('503');
});
