import type { Log } from '@tephra/engine';
import {
  type Address,
  concat,
  encodeAbiParameters,
  type Hex,
  numberToHex,
  pad,
  parseAbiParameters,
  toEventSelector,
} from 'viem';
import { describe, expect, it } from 'vitest';
import { type Candidates, collectFromLog, noCandidates } from './candidates.ts';

const token: Address = `0x${'aa'.repeat(20)}`;
const alice: Address = `0x${'01'.repeat(20)}`;
const bob: Address = `0x${'02'.repeat(20)}`;
const transfer = toEventSelector('Transfer(address,address,uint256)');
const consecutive = toEventSelector('ConsecutiveTransfer(uint256,uint256,address,address)');
const word = (value: bigint): Hex => numberToHex(value, { size: 32 });
const collected = (...logs: Log[]): Candidates => {
  const candidates = noCandidates();
  for (const log of logs) collectFromLog(candidates, log);
  return candidates;
};

describe('collectFromLog', () => {
  it('takes both ends of an ERC-20 transfer as holders, once', () => {
    const log: Log = { address: token, topics: [transfer, pad(alice), pad(bob)], data: word(5n) };
    expect([...collected(log, log).holdersByToken.get(token)!]).toEqual([alice, bob]);
  });

  it('takes the id of an ERC-721 transfer', () => {
    const log: Log = { address: token, topics: [transfer, pad(alice), pad(bob), word(7n)], data: '0x' };
    const { holdersByToken, idsByToken } = collected(log);
    expect([...idsByToken.get(token)!]).toEqual([7n]);
    expect(holdersByToken.size).toBe(0);
  });

  it('takes every id of an ERC-2309 range, but a range beyond the quota puts the token aside', () => {
    const range = (first: bigint, last: bigint): Log => ({
      address: token,
      topics: [consecutive, word(first), pad(alice), pad(bob)],
      data: encodeAbiParameters([{ type: 'uint256' }], [last]),
    });
    expect([...collected(range(3n, 5n)).idsByToken.get(token)!]).toEqual([3n, 4n, 5n]);
    const flood = collected(range(0n, 2n ** 255n));
    expect(flood.overQuota).toEqual(new Set([token]));
    expect(flood.idsByToken.get(token)!.size).toBe(0);
    expect(
      collected(
        ...Array.from({ length: 30 }, (_, i) => range(BigInt(i) * 1000n, BigInt(i) * 1000n + 999n)),
      ).overQuota.has(token),
    ).toBe(true);
  });

  it('counts only ids of ERC-2309 logs against their quota, not the many that were transferred one by one', () => {
    const single = (id: bigint): Log => ({
      address: token,
      topics: [transfer, pad(alice), pad(bob), word(id)],
      data: '0x',
    });
    const many = Array.from({ length: 25_000 }, (_, id) => single(BigInt(id)));
    const range: Log = {
      address: token,
      topics: [consecutive, word(25_000n), pad(alice), pad(bob)],
      data: word(25_009n),
    };
    const { idsByToken, overQuota } = collected(...many, range);
    expect(idsByToken.get(token)!.size).toBe(25_010);
    expect(overQuota.size).toBe(0);
  });

  describe('of ERC-1155', () => {
    const single = toEventSelector('TransferSingle(address,address,address,uint256,uint256)');
    const batch = toEventSelector('TransferBatch(address,address,address,uint256[],uint256[])');
    const operator: Address = `0x${'0f'.repeat(20)}`;
    const topics = (event: Hex, from = alice, to = bob): Hex[] => [event, pad(operator), pad(from), pad(to)];
    const batchOf = (ids: bigint[]): Log => ({
      address: token,
      topics: topics(batch),
      data: encodeAbiParameters(parseAbiParameters('uint256[], uint256[]'), [ids, ids.map(() => 1n)]),
    });
    const holders = (candidates: Candidates) =>
      [...(candidates.holdersById.get(token) ?? [])].map(([id, accounts]) => [id, [...accounts]]);

    it('takes both ends for every id of single and batch transfers, but not the operator', () => {
      const one: Log = { address: token, topics: topics(single), data: concat([word(4n), word(9n)]) };
      expect(holders(collected(one, one, batchOf([5n, 4n, 6n])))).toEqual([
        [4n, [alice, bob]],
        [5n, [alice, bob]],
        [6n, [alice, bob]],
      ]);
    });

    it('takes no more ids than the log has data for', () => {
      const data = (offset: bigint, length: bigint): Hex => concat([word(offset), word(96n), word(length), word(7n)]);
      const hostile = [data(64n, 2n), data(64n, 2n ** 255n), data(2n ** 200n, 1n), data(128n, 0n), '0x' as Hex];
      for (const bytes of hostile) {
        expect(holders(collected({ address: token, topics: topics(batch), data: bytes }))).toEqual([]);
      }
      expect(holders(collected({ address: token, topics: topics(batch), data: data(64n, 1n) }))).toEqual([
        [7n, [alice, bob]],
      ]);
      expect(holders(collected({ address: token, topics: topics(single), data: word(1n) }))).toEqual([]);
    });

    it('puts a token with more pairs of id and account than its quota aside', () => {
      const candidates = noCandidates({ perToken: 200, consecutive: 0n });
      for (let log = 0n; log < 10n; log++) {
        collectFromLog(candidates, batchOf(Array.from({ length: 10 }, (_, i) => 10n * log + BigInt(i))));
      }
      expect(candidates.overQuota.size).toBe(0);
      collectFromLog(candidates, batchOf([1n]));
      expect(candidates.overQuota.size).toBe(0);
      collectFromLog(candidates, batchOf([2n ** 100n]));
      expect(candidates.overQuota).toEqual(new Set([token]));
    });
  });

  it('passes over logs that only look alike', () => {
    const { holdersByToken, idsByToken } = collected(
      { address: token, topics: [], data: '0x' },
      { address: token, topics: [transfer], data: '0x' },
      { address: token, topics: [consecutive, word(1n), pad(alice), pad(bob)], data: '0x01' },
    );
    expect(holdersByToken.size + idsByToken.size).toBe(0);
  });
});
