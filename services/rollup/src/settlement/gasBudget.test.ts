import { PREDEPLOYS } from '@tephra/protocol';
import { toEventSelector } from 'viem';
import { expect, it } from 'vitest';
import { GasBudget } from './gasBudget.ts';

const message = {
  address: PREDEPLOYS.outbox,
  topics: [toEventSelector('MessageAppended(uint64,uint8,bytes32,bytes)')],
  data: '0x' as const,
};
const transaction = (gasUsed: bigint, messages: number, status: 'success' | 'reverted' = 'success') => ({
  gasUsed,
  status,
  logs: Array.from({ length: messages }, () => message),
});

/** Transactions of 64 items until the budget is overdrawn, or `limit`. */
function lasts(gasUsed: bigint, messages: number, limit: number, status?: 'reverted'): number {
  const budget = new GasBudget();
  for (let count = 0; count < limit; count++) {
    if (budget.isOverdrawn) return count;
    budget.spend(transaction(gasUsed, messages, status), 64);
  }
  return limit;
}

it('is enough for tokens that answer, however many candidates have nothing', () => {
  expect(lasts(64n * 20_000n, 0, 10_000)).toBe(10_000);
  // Dear holders: each message costs all that the Settler lets its questions cost.
  expect(lasts(64n * 400_000n, 64, 10_000)).toBe(10_000);
});

it('ends soon for tokens that burn gas, whether the call fails or not', () => {
  expect(lasts(33_000_000n, 0, 100)).toBeLessThanOrEqual(11);
  expect(lasts(33_000_000n, 0, 100, 'reverted')).toBeLessThanOrEqual(10);
  // Finding a slice that fits must not end it: six halvings of a transaction that runs out of gas.
  expect(lasts(33_000_000n, 0, 6, 'reverted')).toBe(6);
});
