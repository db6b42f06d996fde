import type { Address, OutboxMessage } from '@tephra/protocol';
import { zeroAddress, zeroHash } from 'viem';
import { describe, expect, it } from 'vitest';
import type { OutboxRecord } from './outboxMessages.ts';
import { payOrder } from './payOrder.ts';

const to: Address = `0x${'0e'.repeat(20)}`;
const early: Address = `0x${'ee'.repeat(20)}`;
const late: Address = `0x${'11'.repeat(20)}`;
const native: OutboxMessage = { kind: 'mintNative', to, amount: 1n };
const bridged: OutboxMessage = { kind: 'releaseErc1155', l1Token: zeroAddress, to, tokenId: 1n, amount: 1n };
const coin = (l2Token: Address): OutboxMessage => ({ kind: 'mintErc20', l2Token, to, amount: 1n });
const nft = (l2Token: Address): OutboxMessage => ({ kind: 'mintErc721', l2Token, to, tokenId: 1n, uri: '' });
const records = (...messages: OutboxMessage[]): OutboxRecord[] =>
  messages.map((message, index) => ({
    index: BigInt(index),
    kind: 0,
    payload: '0x',
    message,
    leaf: zeroHash,
    blockNumber: 1n,
    transactionHash: zeroHash,
  }));

describe('payOrder', () => {
  it('pays native and bridged value first, then tokens as they appeared on the layer', () => {
    const messages = records(nft(late), native, bridged, coin(late), coin(early), nft(early));
    expect(payOrder(messages, [early, late])).toEqual([
      { start: 1, end: 3 },
      { start: 4, end: 6 },
      { start: 0, end: 1 },
      { start: 3, end: 4 },
    ]);
  });

  it('is one stretch where the outbox has the order already, and tokens that nobody knows come last', () => {
    const messages = records(native, bridged, coin(early), nft(late));
    expect(payOrder(messages, [early])).toEqual([{ start: 0, end: 4 }]);
    expect(payOrder(messages, [late])).toEqual([
      { start: 0, end: 2 },
      { start: 3, end: 4 },
      { start: 2, end: 3 },
    ]);
    expect(payOrder([], [])).toEqual([]);
  });

  it('finds tokens however their address is written', () => {
    const upper = `0x${early.slice(2).toUpperCase()}` as Address;
    expect(payOrder(records(coin(late), coin(upper)), [early, late])).toEqual([
      { start: 1, end: 2 },
      { start: 0, end: 1 },
    ]);
  });
});
