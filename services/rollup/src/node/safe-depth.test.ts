import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createL1Client } from '@tephra/l1';
import { startAnvil } from '@tephra/testing';
import { afterEach, expect, it } from 'vitest';
import { safeDepth } from './safe-depth.ts';

let server: Server | undefined;
afterEach(() => server?.close());

it('is the distance to the safe block of the L1', async () => {
  const anvil = await startAnvil();
  try {
    await anvil.rpc('anvil_mine', ['0x64']);
    const client = createL1Client({ rpcUrl: anvil.rpcUrl });
    const [safe, head] = await Promise.all([client.getBlock({ blockTag: 'safe' }), client.getBlock()]);
    expect(safe.number).toBeLessThan(head.number);
    expect(await safeDepth(client)).toBe(Number(head.number - safe.number));
  } finally {
    await anvil.stop();
  }
});

it('is an epoch where the L1 knows no safe block, and never more than the L1 has', async () => {
  expect(await safeDepth(await l1WithoutSafeBlock(1_000))).toBe(32);
  server?.close();
  expect(await safeDepth(await l1WithoutSafeBlock(5))).toBe(5);
});

/** Answers blocks by number and `latest`, and refuses the other tags as old nodes do. */
async function l1WithoutSafeBlock(head: number) {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const answer = ({ id, params }: { id: number; params: [string] }) =>
      params[0] === 'safe'
        ? { jsonrpc: '2.0', id, error: { code: -32602, message: 'unknown block tag' } }
        : { jsonrpc: '2.0', id, result: { number: `0x${head.toString(16)}`, transactions: [] } };
    const calls = JSON.parse(body);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(Array.isArray(calls) ? calls.map(answer) : answer(calls)));
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return createL1Client({ rpcUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}
