import { hexToBigInt, keccak256, numberToHex, type PublicClient, pad, toHex } from 'viem';
import { expect, test } from 'vitest';
import { readProxy } from './proxy.ts';

const A = '0x1111111111111111111111111111111111111111';
const TARGET = '0x2222222222222222222222222222222222222222';

/** A node whose contract keeps one word in the slot of EIP-1967. */
function node(word: `0x${string}`): PublicClient {
  const slot = numberToHex(hexToBigInt(keccak256(toHex('eip1967.proxy.implementation'))) - 1n);
  return {
    getStorageAt: async (asked: { slot: string }) => (asked.slot === slot ? word : pad('0x0')),
  } as unknown as PublicClient;
}

test('proxies by code and by slot', async () => {
  const empty = node(pad('0x0'));
  const minimal = `0x363d3d373d3d3d363d73${TARGET.slice(2)}5af43d82803e903d91602b57fd5bf3` as const;
  expect(await readProxy(empty, A, minimal)).toEqual({ kind: 'minimal (EIP-1167)', target: TARGET });
  expect(await readProxy(empty, A, `0xef0100${TARGET.slice(2)}`)).toEqual({
    kind: 'delegation (EIP-7702)',
    target: TARGET,
  });
  expect(await readProxy(node(pad(TARGET)), A, '0x6001')).toEqual({ kind: 'EIP-1967', target: TARGET });
  expect(await readProxy(empty, A, '0x6001')).toBeNull();
});
