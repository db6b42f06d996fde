import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Hex } from '@tephra/protocol';
import { numberToHex } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { signTransfer, TEST_USERS } from '../producer/testing.ts';
import { RealNode } from './testing/real-node.ts';

/** Clients that mean no good, or are just broken, on a node that makes blocks every 100 ms. */
let node: RealNode;
beforeAll(async () => {
  node = await RealNode.start({
    blockTimeMs: 100,
    limits: {
      callTimeoutMs: 400,
      traceTimeoutMs: 400,
      requestTimeoutMs: 400,
      idleTimeoutMs: 1_500,
      maxBodiesBytes: 6 * 1024 * 1024,
    },
  });
});
afterAll(() => node[Symbol.asyncDispose]());

const BOMB = '0x00000000000000000000000000000000000b0b00';

/** Run for ever, or as long as gas lasts, each in another part of the machine. */
const bombs: Record<string, Hex> = {
  'a loop': '0x5b5f56',
  'hashes of 64 KiB': '0x5b620100005f20505f56',
  'memory that grows': '0x5b595952596201000001525f56',
  'a storage slot per round': '0x5b5a5a555f56',
  'contracts without code': '0x5b5f5f5ff0505f56',
  'calls of itself': '0x5b5f5f5f5f5f305af1505f56',
  'SHA-256 of 1 MiB': '0x5b5f5f621000005f60025afa505f56',
  'RIPEMD-160 of 1 MiB': '0x5b5f5f621000005f60035afa505f56',
  'copies of 1 MiB': '0x5b5f5f621000005f60045afa505f56',
  'powers of 1,024 bytes':
    '0x6104005f526104006020526104006040525f196060525f196104605260ff610c5f535b5f5f610c605f60055afa50601f56',
  'pairings of many points': '0x5b5f5f6180c05f60085afa505f56',
  'sixteen million rounds of BLAKE2': '0x630100000060e01b5f52600160d4535f5f60d55f60095afa5000',
  'many logs': '0x5b6104005fa05f56',
};

const overrides = (code: Hex) => ({ [BOMB]: { code } });
const methods: Record<string, (code: Hex) => unknown[]> = {
  eth_call: (code) => [{ to: BOMB }, 'latest', overrides(code)],
  eth_estimateGas: (code) => [{ to: BOMB }, 'latest', overrides(code)],
  eth_createAccessList: (code) => [{ to: BOMB }, 'latest', overrides(code)],
  eth_simulateV1: (code) => [
    { traceTransfers: true, blockStateCalls: [{ stateOverrides: overrides(code), calls: [{ to: BOMB }] }] },
  ],
  debug_traceCall: (code) => [{ to: BOMB }, 'latest', { tracer: 'callTracer', stateOverrides: overrides(code) }],
};

type Answer = { result?: unknown; error?: { code: number; message: string } };
async function ask(method: string, params: unknown[]): Promise<Answer> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  return (await (await fetch(node.url, { method: 'POST', body })).json()) as Answer;
}

describe('gas bombs', () => {
  test.each(Object.entries(bombs))('%s: each method ends by gas or by time', async (_name, code) => {
    const answers = await Promise.all(
      Object.entries(methods).map(async ([method, params]) => ({ method, ...(await ask(method, params(code))) })),
    );
    for (const { method, error, result } of answers) {
      // Execution failures are results of some methods; what is never right is a fault of the node's own.
      expect(error === undefined ? result : [-32000, -32003, -38013].includes(error.code), method).toBeTruthy();
    }
  });

  test('let transactions pass', async () => {
    const [sender] = TEST_USERS.slice(5) as [(typeof TEST_USERS)[0]];
    let done = false;
    const bombing = Array.from({ length: 4 }, async () => {
      while (!done) await ask('eth_call', methods.eth_call!(bombs['hashes of 64 KiB']!));
    });
    for (let nonce = 0; nonce < 3; nonce++) {
      const raw = await signTransfer(sender, { nonce, to: BOMB, value: 1n });
      const params = [`0x${Buffer.from(raw).toString('hex')}`, 20_000];
      expect(await ask('eth_sendRawTransactionSync', params)).toMatchObject({ result: { status: '0x1' } });
    }
    done = true;
    await Promise.all(bombing);
  });
});

describe('idle and slow clients', () => {
  test('500 idle WebSockets cost nobody anything', async () => {
    const sockets = Array.from({ length: 500 }, () => new WebSocket(node.wsUrl));
    await Promise.all(sockets.map((socket) => once(socket, 'open')));
    const heads: string[] = [];
    const [first] = sockets as [WebSocket];
    first.on('message', (data) => heads.push(String(data)));
    first.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_subscribe', params: ['newHeads'] }));
    await expect.poll(() => heads.length, { timeout: 10_000 }).toBeGreaterThan(3);
    expect(await node.call('eth_chainId')).toBe(numberToHex(4242));
    expect(sockets.every(({ readyState }) => readyState === WebSocket.OPEN)).toBe(true);
    for (const socket of sockets) socket.terminate();
  });

  /** What comes back until the node hangs up. */
  async function untilClosed(socket: Socket): Promise<string> {
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', () => {});
    await once(socket, 'close');
    return text;
  }

  test.each([
    ['half a head', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-le'],
    ['half a body', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"jsonrpc'],
    ['half a chunk', 'POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{"json'],
  ])('a client that sends %s and no more is hung up on', async (_name, text) => {
    const sockets = Array.from({ length: 20 }, () => connect(node.server.port, '127.0.0.1'));
    for (const socket of sockets) socket.write(text);
    expect(await node.call('eth_chainId')).toBe(numberToHex(4242));
    for (const answer of await Promise.all(sockets.map(untilClosed))) expect(answer).toMatch(/^HTTP\/1.1 408 /);
  });

  test('bodies that are too many at a time are refused, and count no more once they are gone', async () => {
    const post = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4000000\r\n\r\n';
    const sockets = Array.from({ length: 4 }, () => connect(node.server.port, '127.0.0.1'));
    const answers = sockets.map(untilClosed);
    for (const socket of sockets) socket.write(`${post}${' '.repeat(3_000_000)}`);
    expect((await Promise.all(answers)).some((answer) => answer.startsWith('HTTP/1.1 503 '))).toBe(true);
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId' }).padEnd(5_000_000);
    for (let i = 0; i < 3; i++) expect((await fetch(node.url, { method: 'POST', body })).status).toBe(200);
  });

  test('a client that drips byte after byte is hung up on', async () => {
    const socket = connect(node.server.port, '127.0.0.1');
    const drip = setInterval(() => socket.writable && socket.write('x'), 50);
    socket.write('POST / HTTP/1.1\r\nhost: x\r\n');
    expect(await untilClosed(socket)).toMatch(/^HTTP\/1.1 408 /);
    clearInterval(drip);
  });

  test('a client that does not read its answer is hung up on', async () => {
    const params = [{ to: BOMB }, 'latest', { [BOMB]: { code: '0x624000005ff3' } }];
    const call = { jsonrpc: '2.0', method: 'eth_call', params };
    const body = JSON.stringify([0, 1, 2].map((id) => ({ ...call, id })));
    const connections = async () => Number(/rpc_connections (\d+)/.exec(await node.metrics.render())?.[1]);
    await fetch(node.url, { headers: { connection: 'close' } });
    const before = await connections();
    const socket = connect(node.server.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.pause();
    socket.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    await expect.poll(connections, { timeout: 10_000 }).toBe(before + 1);
    await expect.poll(connections, { timeout: 10_000 }).toBeLessThanOrEqual(before);
    socket.destroy();
  });
});
