import { describe, expect, it } from 'vitest';
import { contradictionsOf, type ShownBlock } from './verifyBlock.ts';
import type { Verdict } from './verifyWorker.ts';

const hash = (byte: string) => `0x${byte.repeat(32)}` as const;
const shown: ShownBlock = {
  number: 7n,
  hash: hash('aa'),
  parentHash: hash('0b'),
  stateRoot: hash('0c'),
  receiptsRoot: hash('0d'),
  transactionCount: 2,
  chainId: 5,
  gasless: true,
};
const block = {
  number: 7n,
  blockHash: hash('aa'),
  stateRoot: hash('0c'),
  receiptsRoot: hash('0d'),
  transactionCount: 2n,
};
type Shape = { rules?: object; parent?: object; blocks?: object[] };
const verdict = ({ rules, parent, blocks }: Shape = {}) =>
  ({
    holds: true,
    validated: {
      rules: { chainId: 5n, gasless: true, ...rules },
      parent: { blockHash: hash('0b'), ...parent },
      blocks: blocks ?? [block],
    },
  }) as Verdict;

describe('contradictionsOf', () => {
  it('finds none in a proof of the block that is shown', () => {
    expect(contradictionsOf(verdict(), shown)).toEqual([]);
    expect(contradictionsOf(verdict(), { ...shown, hash: hash('AA') as ShownBlock['hash'] })).toEqual([]);
  });

  it.each<[string, Shape]>([
    ['it is of another chain', { rules: { chainId: 6n } }],
    ['it is of a chain with other fees', { rules: { gasless: false } }],
    ['it begins at another parent', { parent: { blockHash: hash('0e') } }],
    ['it is of another block number', { blocks: [{ ...block, number: 8n }] }],
    ['its block has another hash', { blocks: [{ ...block, blockHash: hash('0e') }] }],
    ['its block leads to another state', { blocks: [{ ...block, stateRoot: hash('0e') }] }],
    ['its block has other receipts', { blocks: [{ ...block, receiptsRoot: hash('0e') }] }],
    ['its block has other transactions', { blocks: [{ ...block, transactionCount: 3n }] }],
    ['it is not of one block', { blocks: [block, block] }],
  ])('says when %s', (reason, shape) => {
    expect(contradictionsOf(verdict(shape), shown)).toEqual([reason]);
  });
});
