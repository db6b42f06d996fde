import type { Log } from '@tephra/engine';
import { type Address, type Hex, PREDEPLOYS } from '@tephra/protocol';
import { concat, encodeAbiParameters, encodeEventTopics, numberToHex, pad, parseAbi } from 'viem';
import { describe, expect, it } from 'vitest';
import { transfersOf } from './transfers.ts';

const token: Address = `0x${'70'.repeat(20)}`;
const from: Address = `0x${'a1'.repeat(20)}`;
const to: Address = `0x${'b2'.repeat(20)}`;

const abi = parseAbi([
  'event Transfer(address indexed from, address indexed to, uint256 value)',
  'event TransferSingle(address indexed operator, address indexed from, address indexed to, uint256 id, uint256 value)',
  'event TransferBatch(address indexed operator, address indexed from, address indexed to, uint256[] ids, uint256[] values)',
  'event Dripped(address indexed to, uint256 amountWei)',
  'event FeesWithdrawn(address indexed to, uint256 amountWei)',
  'event DepositFinalised(address indexed l1Token, address indexed l2Token, address indexed to, uint256 amountOrId)',
]);
const topics = (eventName: (typeof abi)[number]['name'], args: object): Hex[] =>
  encodeEventTopics({ abi, eventName, args } as never) as Hex[];
const word = (value: bigint): Hex => numberToHex(value, { size: 32 });
const batch = (data: Hex): Log => ({
  address: token,
  topics: topics('TransferBatch', { operator: from, from, to }),
  data,
});
const arrays = (ids: bigint[], amounts: bigint[]): Hex =>
  encodeAbiParameters([{ type: 'uint256[]' }, { type: 'uint256[]' }], [ids, amounts]);

describe('transfers in a log', () => {
  it('tells ERC-20 from ERC-721 by what is indexed', () => {
    const transfer = topics('Transfer', { from, to });
    expect(transfersOf({ address: token, topics: transfer, data: word(7n) })).toEqual([
      { standard: 'erc20', token, from, to, amount: 7n, tokenId: null },
    ]);
    expect(transfersOf({ address: token, topics: [...transfer, word(7n)], data: '0x' })).toEqual([
      { standard: 'erc721', token, from, to, amount: null, tokenId: 7n },
    ]);
  });

  it('reads single and batch transfers of ERC-1155', () => {
    const single = {
      address: token,
      topics: topics('TransferSingle', { operator: token, from, to }),
      data: concat([word(5n), word(9n)]),
    };
    expect(transfersOf(single)).toEqual([{ standard: 'erc1155', token, from, to, amount: 9n, tokenId: 5n }]);
    expect(transfersOf(batch(arrays([1n, 2n], [10n, 20n])))).toEqual([
      { standard: 'erc1155', token, from, to, amount: 10n, tokenId: 1n },
      { standard: 'erc1155', token, from, to, amount: 20n, tokenId: 2n },
    ]);
    expect(transfersOf(batch(arrays([], [])))).toEqual([]);
    const many = batch(arrays([1n, 2n, 3n, 4n], [10n, 20n, 30n, 40n]));
    expect(transfersOf(many, 1, 3).map(({ tokenId }) => tokenId)).toEqual([2n, 3n]);
    expect(transfersOf(many, 3, 9).map(({ amount }) => amount)).toEqual([40n]);
    expect(transfersOf(many, 4)).toEqual([]);
    expect(transfersOf(single, 1)).toEqual([]);
  });

  it('takes nothing from logs that only look like transfers', () => {
    const transfer = topics('Transfer', { from, to });
    for (const log of [
      { topics: [], data: word(1n) },
      { topics: transfer, data: '0x' },
      { topics: transfer, data: '0x01' },
      { topics: transfer, data: concat([word(1n), word(1n)]) },
      { topics: [...transfer, word(1n)], data: word(1n) },
      { topics: transfer.slice(0, 1), data: word(1n) },
      { topics: topics('TransferSingle', { operator: from, from, to }), data: word(1n) },
      { topics: [pad('0x01')], data: word(1n) },
    ] as Omit<Log, 'address'>[]) {
      expect(transfersOf({ address: token, ...log })).toEqual([]);
    }
  });

  it('survives arrays that point anywhere', () => {
    const good = arrays([1n, 2n], [10n, 20n]);
    const cut = (length: number): Hex => good.slice(0, length) as Hex;
    for (let length = 2; length < good.length; length += 7) expect(transfersOf(batch(cut(length)))).toEqual([]);
    const huge = 2n ** 256n - 1n;
    for (const [ids, amounts] of [
      [huge, 0x80n],
      [0x40n, huge],
      [0x41n, 0x80n],
      [0x20n, 0x20n],
    ] as const) {
      expect(transfersOf(batch(concat([word(ids), word(amounts), word(huge), word(1n)])))).toEqual([]);
    }
    expect(transfersOf(batch(arrays([1n, 2n], [10n])))).toEqual([]);
  });

  it('believes predeploys alone that currency was paid', () => {
    const dripped = { topics: topics('Dripped', { to }), data: word(3n) };
    const faucet = PREDEPLOYS.faucet.toLowerCase() as Address;
    expect(transfersOf({ address: faucet, ...dripped })).toEqual([
      { standard: 'native', token: null, from: faucet, to, amount: 3n, tokenId: null },
    ]);
    expect(transfersOf({ address: token, ...dripped })).toEqual([]);
    const withdrawn = { topics: topics('FeesWithdrawn', { to }), data: word(5n) };
    for (const name of ['baseFeeVault', 'priorityFeeVault', 'dataFeeVault'] as const) {
      const vault = PREDEPLOYS[name].toLowerCase() as Address;
      expect(transfersOf({ address: vault, ...withdrawn })).toEqual([
        { standard: 'native', token: null, from: vault, to, amount: 5n, tokenId: null },
      ]);
    }
    expect(transfersOf({ address: token, ...withdrawn })).toEqual([]);
    const zero: Address = `0x${'0'.repeat(40)}`;
    const bridge = PREDEPLOYS.l2Bridge.toLowerCase() as Address;
    const deposit = (l2Token: Address) => ({
      topics: topics('DepositFinalised', { l1Token: token, l2Token, to }),
      data: word(4n),
    });
    expect(transfersOf({ address: bridge, ...deposit(zero) })).toEqual([
      { standard: 'native', token: null, from: bridge, to, amount: 4n, tokenId: null },
    ]);
    expect(transfersOf({ address: bridge, ...deposit(token) })).toEqual([]);
    expect(transfersOf({ address: token, ...deposit(zero) })).toEqual([]);
  });
});
