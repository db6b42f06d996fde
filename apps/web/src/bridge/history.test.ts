import { decodeInboxPayload, encodeInboxPayload, type InboxPayload } from '@tephra/protocol';
import type { Address } from 'viem';
import { expect, test } from 'vitest';
import { depositOf, withdrawalOf } from './history.ts';

const TO: Address = '0x1111111111111111111111111111111111111111';
const TOKEN: Address = '0x3333333333333333333333333333333333333333';

test('a deposit is what its message says, not what its event guesses', () => {
  const payload: InboxPayload = { kind: 'depositErc1155', l1Token: TOKEN, to: TO, tokenId: 7n, amount: 40n, uri: '0x' };
  const read = decodeInboxPayload({ kind: 'depositErc1155', data: encodeInboxPayload(payload) });
  expect(depositOf(read)).toEqual({
    asset: { standard: 'erc1155', token: TOKEN, amount: 40n, tokenId: 7n },
    to: TO,
  });
  expect(depositOf({ kind: 'depositEth', to: TO, amount: 5n })?.asset).toEqual({
    standard: 'eth',
    token: null,
    amount: 5n,
    tokenId: null,
  });
  expect(depositOf({ kind: 'close' })).toBeNull();
});

test('withdrawals of every standard; descriptions pay nothing', () => {
  expect(withdrawalOf({ kind: 'mintErc20', l2Token: TOKEN, to: TO, amount: 9n })).toMatchObject({
    standard: 'erc20',
    amount: 9n,
  });
  expect(withdrawalOf({ kind: 'releaseErc1155', l1Token: TOKEN, to: TO, tokenId: 7n, amount: 3n })).toEqual({
    standard: 'erc1155',
    amount: 3n,
    tokenId: 7n,
  });
  expect(
    withdrawalOf({ kind: 'erc20Metadata', l2Token: TOKEN, name: 'E', symbol: 'E', decimals: 18, owner: TO }),
  ).toBeNull();
});
