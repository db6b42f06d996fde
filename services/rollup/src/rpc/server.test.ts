import { numberToHex } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COUNTER, EMITTER } from './testing/contracts.ts';
import { ADMIN_TOKEN, producer, TestNode } from './testing/test-node.ts';

let node: TestNode;

beforeAll(async () => {
  node = await TestNode.start();
  await node.deploy(COUNTER);
  await node.deploy(EMITTER);
  for (let i = 0; i < 3; i++) await node.chain.seal();
});
afterAll(() => node.stop());

describe('tephra and admin', () => {
  test('finality climbs with its evidence', async () => {
    const block = numberToHex(2);
    expect(await node.call('tephra_getFinality', block)).toMatchObject({ tier: 1, name: 'sealed', finalAt: null });
    node.packs = [
      {
        index: 1n,
        firstBlock: 1n,
        lastBlock: 3n,
        packHash: `0x${'01'.repeat(32)}`,
        l1TransactionHash: `0x${'02'.repeat(32)}`,
        l1BlockNumber: 8n,
        windowEnd: 1_760_000_100n,
      },
    ];
    node.chain.marks = { safe: 3n, finalized: 3n };
    expect(await node.call('tephra_getFinality', block)).toMatchObject({
      tier: 3,
      name: 'final',
      finalAt: numberToHex(1_760_000_100n),
      evidence: [
        { kind: 'producer-signature', producer },
        { kind: 'l1-inclusion', packIndex: '0x1' },
        { kind: 'window-over' },
      ],
    });
    const { hash } = node.chain.headerByNumber(4n)!;
    expect(await node.call('tephra_getFinality', hash)).toMatchObject({ tier: 1 });
    const transaction = node.chain.blockByNumber(1n)!.transactions[0]!.hash;
    expect(await node.call('tephra_getFinality', transaction)).toMatchObject({ tier: 3, blockNumber: '0x1' });
    expect(await node.call('tephra_getFinality', `0x${'09'.repeat(32)}`)).toBeNull();
    expect(await node.call('tephra_status')).toMatchObject({
      mode: 'active',
      chainId: '0x1092',
      safe: { number: '0x3' },
      packs: { posted: '0x1' },
      l1: { head: '0x9', origin: { number: '0x5' } },
    });
  });

  test('admin methods open with the token only', async () => {
    for (const headers of [{ authorization: '' }, { authorization: 'Bearer wrong' }, { authorization: ADMIN_TOKEN }]) {
      expect((await node.ask('admin_status', [], headers)).error?.code).toBe(-32601);
    }
    const { result } = await node.ask('admin_status', [], { authorization: `Bearer ${ADMIN_TOKEN}` });
    expect(result).toMatchObject({ process: { pid: process.pid } });
  });
});

test('HTTP: routes, preflight, sizes, methods', async () => {
  expect(await (await fetch(`${node.url}/healthz`)).text()).toBe('ok');
  const preflight = await fetch(node.url, { method: 'OPTIONS' });
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
  expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type');
  expect((await fetch(node.url)).status).toBe(405);
  const huge = await fetch(node.url, { method: 'POST', body: 'x'.repeat(5 * 1024 * 1024 + 1) });
  expect(huge.status).toBe(413);
  const batch = await fetch(node.url, {
    method: 'POST',
    body: JSON.stringify(Array.from({ length: 1_001 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'eth_chainId' }))),
  });
  expect(await batch.json()).toMatchObject({ error: { message: 'batch of 1001 calls, the limit is 1000' } });
  const notification = await fetch(node.url, { method: 'POST', body: '{"jsonrpc":"2.0","method":"eth_chainId"}' });
  expect(notification.status).toBe(204);
});
