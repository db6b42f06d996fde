import { encodeOutboxMessage, OutboxTree, outboxLeaf, verifyRange } from '@tephra/protocol';
import type { Address } from 'viem';
import { expect, test } from 'vitest';
import { type OutboxEntry, rangesFor } from './outbox.ts';

const OWNER: Address = '0x1111111111111111111111111111111111111111';
const TOKEN: Address = '0x3333333333333333333333333333333333333333';
const COIN: Address = '0x4444444444444444444444444444444444444444';

const messages = [
  encodeOutboxMessage({ kind: 'mintNative', to: OWNER, amount: 1n }),
  encodeOutboxMessage({
    kind: 'collection',
    l2Token: TOKEN,
    name: 'Otters',
    symbol: 'OTTR',
    owner: OWNER,
    royaltyReceiver: OWNER,
    royaltyBps: 0,
    uriPrefix: '',
    uriSuffix: '',
  }),
  encodeOutboxMessage({ kind: 'mintErc721', l2Token: TOKEN, to: OWNER, tokenId: 1n, uri: 'ipfs://1' }),
  encodeOutboxMessage({ kind: 'mintNative', to: OWNER, amount: 2n }),
  encodeOutboxMessage({ kind: 'mintErc721', l2Token: TOKEN, to: OWNER, tokenId: 2n, uri: 'ipfs://2' }),
  encodeOutboxMessage({ kind: 'erc20Metadata', l2Token: COIN, name: 'E', symbol: 'E', decimals: 18, owner: OWNER }),
  encodeOutboxMessage({ kind: 'mintErc20', l2Token: COIN, to: OWNER, amount: 5n }),
  encodeOutboxMessage({ kind: 'mintErc1155', l2Token: OWNER, to: OWNER, tokenId: 1n, amount: 5n, uri: '' }),
];
const entries = messages.map<OutboxEntry>((message, index) => ({
  index: BigInt(index),
  kind: message.kind,
  payload: message.payload,
  leaf: outboxLeaf(BigInt(index), message),
  blockNumber: 1n,
}));
const root = OutboxTree.fromLeaves(entries.map((entry) => entry.leaf)).root();

function proven(index: bigint, open: readonly bigint[]) {
  const ranges = rangesFor(entries, root, index, (each) => open.includes(each));
  for (const range of ranges) {
    const leaves = range.messages.map((message, at) => outboxLeaf(range.start + BigInt(at), message));
    expect(verifyRange(root, Number(range.start), leaves, range.proof)).toBe(true);
  }
  return ranges.map((range) => `${range.start}+${range.messages.length}`);
}

test('a coin is carried out alone', () => {
  expect(proven(0n, [0n, 1n, 2n, 3n, 4n])).toEqual(['0+1']);
});

test('a token born on the layer brings its collection first, in one range when they are neighbours', () => {
  expect(proven(2n, [1n, 2n])).toEqual(['1+2']);
  expect(proven(4n, [1n, 4n])).toEqual(['1+1', '4+1']);
  expect(proven(4n, [4n])).toEqual(['4+1']);
});

test('an ERC-20 born on the layer brings its own description, nobody else’s', () => {
  expect(proven(6n, [1n, 5n, 6n])).toEqual(['5+2']);
  expect(proven(7n, [1n, 5n, 7n])).toEqual(['7+1']);
});

test('messages that do not hash to the root of the L1 are refused', () => {
  const wrong = entries.map((entry) => (entry.index === 3n ? { ...entry, leaf: root } : entry));
  expect(() => rangesFor(wrong, root, 0n, () => true)).toThrow(/do not hash/);
});
