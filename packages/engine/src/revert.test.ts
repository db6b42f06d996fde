import type { Address, Hash, Hex } from '@tephra/protocol';
import { expect, it } from 'vitest';
import { createEngine } from './createEngine.ts';
import type { BlockContext } from './engine.ts';

const CREATOR: Address = `0x${'c1'.repeat(20)}`;
const ZERO: Hash = `0x${'00'.repeat(32)}`;
const context: BlockContext = {
  number: 1n,
  timestamp: 1n,
  gasLimit: 30_000_000n,
  baseFeePerGas: 0n,
  coinbase: `0x${'c0'.repeat(20)}`,
  baseFeeRecipient: `0x${'fe'.repeat(20)}`,
  prevRandao: ZERO,
  parentBeaconBlockRoot: ZERO,
};
// mstore8(0, 0xef); revert(0, 2)
const REVERTING = '60ef5f5360025ffd';

it.each(['wasm', 'ethereumjs'] as const)(
  'gives back gas and data of a creation that reverts with 0xef on %s',
  async (name) => {
    const nodes = new Map<string, Uint8Array>();
    const key = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
    const engine = createEngine(
      name,
      { chainId: 1n },
      { store: { get: (hash) => nodes.get(key(hash)) }, blockHash: () => undefined },
    );
    // Creates a contract with the init code above and returns what it reverted with.
    const code: Hex = `0x67${REVERTING}5f5260086018${'5ff0503d5f5f3e3d5ff3'}`;
    const sealed = await engine.genesis([{ address: CREATOR, balance: 0n, nonce: 1n, code }]);
    for (const [hash, bytes] of sealed.writes) nodes.set(key(hash), bytes);
    const at = { stateRoot: sealed.stateRoot, context };
    const request = { from: CREATOR, data: '0x' as Hex, value: 0n, gas: 1_000_000n, gasPrice: 0n };
    const inner = await engine.call({ ...request, to: CREATOR }, at);
    expect(inner).toMatchObject({ status: 'success', returnData: '0xef00' });
    expect(inner.gasUsed).toBeLessThan(60_000n);
    const outer = await engine.call({ ...request, to: null, data: `0x${REVERTING}` }, at);
    expect(outer).toMatchObject({ status: 'reverted', returnData: '0xef00' });
    expect(outer.gasUsed).toBeLessThan(60_000n);
    // Code that begins so is refused as before: returned instead of reverted with.
    const refused = await engine.call({ ...request, to: null, data: `0x${REVERTING.replace(/fd$/, 'f3')}` }, at);
    expect(refused).toMatchObject({ status: 'halted', gasUsed: 1_000_000n });
  },
);
