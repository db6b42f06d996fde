import { type Address, type PublicClient, pad, toHex, zeroAddress } from 'viem';
import { expect, test } from 'vitest';
import { holdersOf, itemsOf, readTokenHistory } from './tokenHistory.ts';
import { TRANSFER_TOPIC, type Transfer } from './transfers.ts';

const A: Address = '0x1111111111111111111111111111111111111111';
const B: Address = '0x2222222222222222222222222222222222222222';
const TOKEN: Address = '0x3333333333333333333333333333333333333333';

function move(kind: Transfer['kind'], from: Address, to: Address, tokenId: bigint | null, amount: bigint): Transfer {
  return { kind, token: TOKEN, from, to, tokenId, amount };
}

test('holders are what came and did not leave, the most first', () => {
  const moves = [
    move('erc20', zeroAddress, A, null, 10n),
    move('erc20', A, B, null, 7n),
    move('erc20', A, A, null, 2n),
  ];
  expect(holdersOf(moves)).toEqual([
    { address: B, amount: 7n },
    { address: A, amount: 3n },
  ]);
});

test('items: burnt ids are gone, an ERC-721 has its owner, an ERC-1155 its supply', () => {
  const nfts = [
    move('erc721', zeroAddress, A, 2n, 1n),
    move('erc721', zeroAddress, A, 1n, 1n),
    move('erc721', A, B, 1n, 1n),
    move('erc721', A, zeroAddress, 2n, 1n),
  ];
  expect(itemsOf(nfts)).toEqual([{ tokenId: 1n, owner: B, supply: 1n, holders: 1 }]);
  const items = [move('erc1155', zeroAddress, A, 7n, 100n), move('erc1155', A, B, 7n, 40n)];
  expect(itemsOf(items)).toEqual([{ tokenId: 7n, owner: null, supply: 100n, holders: 2 }]);
});

test('history is read backwards; a span that the node refuses is made smaller', async () => {
  const asked: string[] = [];
  const client = {
    request: async ({ params }: { params: [{ fromBlock: string; toBlock: string }] }) => {
      const [{ fromBlock, toBlock }] = params;
      const [from, to] = [Number(fromBlock), Number(toBlock)];
      asked.push(`${from}-${to}`);
      if (to - from > 6_000) throw new Error('query exceeds max results');
      const log = (n: number) => ({
        address: TOKEN,
        topics: [TRANSFER_TOPIC, pad(A), pad(B)],
        data: pad(toHex(n)),
        transactionHash: pad(toHex(n)),
        blockNumber: toHex(n),
        logIndex: '0x0',
      });
      return [log(from), log(to)];
    },
  } as unknown as PublicClient;
  const history = await readTokenHistory(client, TOKEN, 9_999n);
  expect(asked).toEqual(['0-9999', '5000-9999', '0-4999']);
  expect(history).toMatchObject({ complete: true, from: 0n });
  expect(history.transfers.map((each) => each.blockNumber)).toEqual([9_999n, 5_000n, 4_999n, 0n]);
});
