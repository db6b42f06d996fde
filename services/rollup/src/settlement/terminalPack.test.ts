import type { L1Client } from '@tephra/l1';
import { type Address, type Hash, zeroAddress } from 'viem';
import { expect, test } from 'vitest';
import type { ChainReader } from '../chain.ts';
import { fateOf, terminalPack } from './terminalPack.ts';

const rollup: Address = `0x${'12'.repeat(20)}`;
const rootOf = (block: bigint): Hash => `0x${block.toString(16).padStart(64, '0')}`;
/** Every block's output root is its number. */
const chain = { blockByNumber: (number: bigint) => ({ outputRoot: rootOf(number) }) } as unknown as ChainReader;

/** What a rollup contract says whose packs end with these blocks; the last of them is terminal. */
function l1(packs: { lastBlock: bigint; outputRoot?: Hash }[], finalised: bigint): L1Client {
  const answers: Record<string, (index: bigint) => unknown> = {
    terminalPack: () => BigInt(packs.length),
    isIsolated: () => false,
    isFinalised: (index) => index <= finalised,
    packRecord: (index) => {
      const pack = index === 0n ? { lastBlock: 0n } : packs[Number(index) - 1]!;
      return { outputRoot: rootOf(pack.lastBlock), windowEnd: 9n, proposer: zeroAddress, ...pack };
    },
  };
  const readContract = async ({ functionName, args = [] }: { functionName: string; args?: bigint[] }) =>
    answers[functionName]!(args[0] ?? 0n);
  return { readContract } as unknown as L1Client;
}

test('a terminal pack waits, becomes final, or falls with what was before it', async () => {
  const posted = l1([{ lastBlock: 5n }, { lastBlock: 8n }], 1n);
  const pack = await terminalPack(posted, rollup, chain);
  expect(pack).toMatchObject({ index: 2n, firstBlock: 6n, lastBlock: 8n });
  const fate = (client: L1Client) => fateOf(client, rollup, chain, pack!);
  expect(await fate(posted)).toBe('open');
  expect(await fate(l1([{ lastBlock: 5n }, { lastBlock: 8n }], 2n))).toBe('final');
  // Nothing of it is left.
  expect(await fate(l1([], 0n))).toBe('fallen');
  // The same blocks in another place, final or not.
  expect(await fate(l1([{ lastBlock: 5n }, { lastBlock: 7n }, { lastBlock: 8n }], 3n))).toBe('fallen');
  // In its place something that this chain does not hold.
  expect(await fate(l1([{ lastBlock: 5n }, { lastBlock: 8n, outputRoot: rootOf(77n) }], 2n))).toBe('fallen');
});
