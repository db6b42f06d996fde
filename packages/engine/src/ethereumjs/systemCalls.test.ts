import { BEACON_ROOTS } from '@tephra/protocol';
import { pad, toHex } from 'viem';
import { expect, it } from 'vitest';
import { bytesToHex } from '../bytes.ts';
import type { BlockContext } from '../engine.ts';
import { EthereumjsEngine } from './engine.ts';

it('records parentBeaconBlockRoot in the contract of EIP-4788', async () => {
  const nodes = new Map<string, Uint8Array>();
  const store = { get: (key: Uint8Array) => nodes.get(bytesToHex(key)) };
  const engine = new EthereumjsEngine({ chainId: 1n }, { store, blockHash: () => undefined });
  const { address, code } = BEACON_ROOTS;
  const genesis = await engine.genesis([{ address, balance: 0n, nonce: 1n, code }]);
  for (const [key, value] of genesis.writes) nodes.set(bytesToHex(key), value);
  const context: BlockContext = {
    number: 1n,
    timestamp: 10_000n,
    gasLimit: 30_000_000n,
    baseFeePerGas: 0n,
    coinbase: `0x${'11'.repeat(20)}`,
    baseFeeRecipient: `0x${'22'.repeat(20)}`,
    prevRandao: pad('0x00'),
    parentBeaconBlockRoot: `0x${'ab'.repeat(32)}`,
  };
  await engine.beginBlock(genesis.stateRoot, context);
  const slot = 10_000n % 8191n;
  expect(BigInt(await engine.getStorage(address, pad(toHex(slot)), 'open'))).toBe(10_000n);
  expect(await engine.getStorage(address, pad(toHex(slot + 8191n)), 'open')).toBe(context.parentBeaconBlockRoot);
  await engine.abort();
});
