/** Clients that mean no good, or are broken, at the one public port of a platform: others must not notice. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { E2ePlatform, type Layer } from './support/platform.ts';

let platform: E2ePlatform;
let layer: Layer;
beforeAll(async () => {
  platform = await E2ePlatform.start();
  layer = await platform.launch('faults', { gasless: true });
});
afterAll(() => platform?.[Symbol.asyncDispose]());

const request = (method: string, params: unknown[] = []): string =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });

/** A call of somebody else, who does not wait for ever. */
async function ask(body: string): Promise<{ status: number; text: string }> {
  const response = await fetch(layer.rpc, { method: 'POST', body, signal: AbortSignal.timeout(10_000) });
  return { status: response.status, text: await response.text() };
}
const isServed = async (): Promise<void> => {
  expect((await ask(request('eth_chainId'))).text).toContain(`0x${layer.chainId.toString(16)}`);
  expect((await fetch(`${platform.ready.url}/healthz`)).status).toBe(200);
};

const place = () => new URL(layer.rpc);
function socketOf(text: string): Socket {
  const { hostname, port } = place();
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.write(text);
  return socket;
}
const head = (...lines: string[]): string =>
  `POST ${place().pathname} HTTP/1.1\r\nhost: ${place().host}\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;

describe('at the public port', () => {
  test('bodies that are too large, too many or no JSON get their error', async () => {
    expect(await ask('{')).toMatchObject({ status: 200, text: expect.stringContaining('parse error') });
    const batch = `[${Array.from({ length: 10_000 }, () => request('eth_chainId')).join()}]`;
    expect((await ask(batch)).text).toContain('batch of 10000 calls, the limit is 1000');
    expect((await ask('['.repeat(200_000))).text).toContain('parse error');
    const large = request('web3_sha3', [`0x${'00'.repeat(5 * 1024 * 1024)}`]);
    // The answer may come while the body is still being sent, which not every client survives.
    const refused = await ask(large).catch((error: unknown) => error);
    if (!(refused instanceof Error)) expect(refused).toMatchObject({ status: 413 });
    await isServed();
  });

  test('a body without a length ends at the limit', async () => {
    const socket = socketOf(head('transfer-encoding: chunked'));
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    const chunk = `100000\r\n${' '.repeat(0x100000)}\r\n`;
    for (let sent = 0; sent < 12 && text === '' && !socket.closed; sent++) {
      if (!socket.write(chunk)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
    }
    await expect.poll(() => text, { timeout: 10_000 }).toMatch(/^HTTP\/1.1 413 /);
    socket.destroy();
    await isServed();
  });

  test('500 idle WebSockets and 600 half requests leave room for others', async () => {
    const sockets = Array.from({ length: 500 }, () => new WebSocket(layer.rpcWs));
    await Promise.all(sockets.map((socket) => once(socket, 'open')));
    const halves = Array.from({ length: 600 }, (_, i) =>
      socketOf(i % 2 === 0 ? head('content-length: 100').slice(0, -20) : `${head('content-length: 100')}{"json`),
    );
    await Promise.all(halves.map((socket) => once(socket, 'connect')));
    for (let i = 0; i < 5; i++) await isServed();
    expect(sockets.every(({ readyState }) => readyState === WebSocket.OPEN)).toBe(true);
    for (const socket of sockets) socket.close();
    for (const socket of halves) socket.destroy();
    await isServed();
  });

  test('clients that ask for much and read nothing cost others nothing', async () => {
    const code = '0x622000005ff3';
    const bomb = '0x00000000000000000000000000000000000b0b00';
    // 2 MiB of zeros, 4 MB as text.
    const body = request('eth_call', [{ to: bomb }, 'latest', { [bomb]: { code } }]);
    const greedy = Array.from({ length: 30 }, () => {
      const socket = socketOf(`${head(`content-length: ${body.length}`)}${body}`);
      socket.pause();
      return socket;
    });
    await Promise.all(greedy.map((socket) => once(socket, 'connect')));
    for (let i = 0; i < 5; i++) await isServed();
    for (const socket of greedy) socket.destroy();
    await isServed();
  });
});
