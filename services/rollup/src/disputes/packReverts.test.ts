import { createLogger } from '@tephra/core';
import { describe, expect, it } from 'vitest';
import type { PacksReverted, PostedPack } from '../batcher/index.ts';
import type { Setback, StoredBlock } from '../chain.ts';
import { PackReverts } from './packReverts.ts';

const hash = (byte: string) => `0x${byte.repeat(32)}` as const;

const pack = (
  index: bigint,
  firstBlock: bigint,
  lastBlock: bigint,
  outputRoot: PostedPack['outputRoot'],
): PostedPack => ({
  index,
  firstBlock,
  lastBlock,
  outputRoot,
  packHash: hash('0a'),
  l1TransactionHash: hash('0b'),
  l1BlockNumber: 5n,
  windowEnd: 100n,
  proposer: `0x${'01'.repeat(20)}`,
  terminal: false,
});

/** A node whose block n has the output root `roots[n]`. */
function setUp(roots: Record<number, PostedPack['outputRoot']>, finalized = 0n) {
  const reverts: PacksReverted[] = [];
  const calls: [bigint, Setback][] = [];
  let changed = () => {};
  const watching = new PackReverts({
    chain: {
      blockByNumber: (number) => {
        const outputRoot = roots[Number(number)];
        return outputRoot === undefined ? undefined : ({ outputRoot } as StoredBlock);
      },
      finalizedNumber: () => finalized,
    },
    packs: {
      reverts: () => reverts,
      onChange: (listener) => {
        changed = listener;
        return () => {};
      },
    },
    goBack: (target, cause) => calls.push([target, cause]),
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
  const revert = (revertEpoch: bigint, ...packs: PostedPack[]) => {
    reverts.push({ revertEpoch, packs, l1TransactionHash: hash('0c'), l1BlockNumber: 9n });
    changed();
  };
  return { watching, calls, revert };
}

describe('packs that the L1 voided', () => {
  it('take the chain back to the block before them, if they claimed its blocks', () => {
    const { calls, revert } = setUp({ 10: hash('11'), 20: hash('22'), 30: hash('33') });
    revert(1n, pack(2n, 11n, 20n, hash('22')), pack(3n, 21n, 30n, hash('33')));
    expect(calls).toEqual([[10n, { reason: 'packs-reverted', packIndex: 2n, revertEpoch: 1n }]]);
  });

  it('change nothing when somebody else had claimed them falsely', () => {
    const { calls, revert } = setUp({ 10: hash('11'), 20: hash('22') });
    revert(1n, pack(2n, 11n, 20n, hash('2f')), pack(3n, 21n, 30n, hash('3f')));
    expect(calls).toEqual([]);
  });

  it('are no reason to go back again once the blocks are others', () => {
    const roots: Record<number, PostedPack['outputRoot']> = { 10: hash('11'), 20: hash('22') };
    const { calls, revert, watching } = setUp(roots);
    revert(1n, pack(2n, 11n, 20n, hash('22')));
    roots[20] = hash('23');
    watching.look();
    expect(calls).toHaveLength(1);
    revert(2n, pack(2n, 11n, 20n, hash('23')));
    expect(calls.at(-1)).toEqual([10n, { reason: 'packs-reverted', packIndex: 2n, revertEpoch: 2n }]);
  });

  it('never take back what is final', () => {
    const { calls, revert } = setUp({ 20: hash('22') }, 15n);
    revert(1n, pack(2n, 11n, 20n, hash('22')));
    expect(calls).toEqual([]);
  });
});
