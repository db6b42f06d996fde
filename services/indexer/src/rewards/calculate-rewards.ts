import type { Address } from '@tephra/protocol';
import type { Earnings, RewardsHistory, Submission } from './history.ts';
import { StakeBook } from './stake-book.ts';

const BIPS = 10_000n;

/** A slice of a submission: what is paid for intervals in which nothing changed. */
type Slice = { submission: Submission; amounts: readonly { operator: Address | null; amount: bigint }[]; time: number };

/**
 * What everybody earned from the beginning until `end`. Each submission is spread evenly over its intervals, and an interval's
 * part goes to those who stake at its first second, by shares times multiplier; an operator keeps its split first. Everything is
 * rounded down, and what has no earner stays unpaid.
 *
 * It only depends on what happened up to `end`, so that a root can be calculated again at any later time; and no earning falls
 * when `end` grows, which claims rely on.
 * @param end second, a multiple of `intervalSeconds`
 */
export function calculateRewards(history: RewardsHistory, end: number, intervalSeconds: number): Earnings {
  const submissions = history.submissions.filter(({ at, startTimestamp }) => at <= end && startTimestamp < end);
  const earnings = new Map<Address, Map<Address, bigint>>();
  const pay = (earner: Address, token: Address, amount: bigint) => {
    if (amount === 0n) return;
    const tokens = earnings.get(earner) ?? new Map<Address, bigint>();
    tokens.set(token, (tokens.get(token) ?? 0n) + amount);
    earnings.set(earner, tokens);
  };
  const book = new StakeBook(history);
  const first = Math.min(end, ...submissions.map(({ startTimestamp }) => startTimestamp));
  const times = turningPoints(history, first, end, intervalSeconds);
  for (let index = 0; index + 1 < times.length; index++) {
    const [from, to] = [times[index] ?? end, times[index + 1] ?? end];
    book.advance(from);
    for (const submission of submissions) {
      const slice = sliceOf(submission, from, to, intervalSeconds);
      if (slice) paySlice(book, slice, pay);
    }
  }
  return earnings;
}

/**
 * First seconds of the intervals in which something else holds than before, ascending, up to `end`. Other submissions are no
 * part of it: where a slice ends would else depend on submissions that are made later, and with it what is rounded off.
 */
function turningPoints(history: RewardsHistory, first: number, end: number, intervalSeconds: number): number[] {
  const times = new Set([first, end]);
  const add = (time: number) => {
    const start = Math.ceil(time / intervalSeconds) * intervalSeconds;
    if (start > first && start < end) times.add(start);
  };
  for (const { at } of history.stakes) add(at);
  for (const { at } of history.registrations) add(at);
  for (const { at } of history.defaultSplits) add(at);
  for (const { at, activatedAt } of history.splits) {
    add(at);
    add(Math.max(at, activatedAt));
  }
  return [...times].sort((a, b) => a - b);
}

/** Undefined when the submission pays nothing in between. */
function sliceOf(submission: Submission, from: number, to: number, intervalSeconds: number): Slice | undefined {
  const { startTimestamp, duration } = submission;
  const first = Math.max(from, startTimestamp);
  const last = Math.min(to, startTimestamp + duration);
  if (first >= last) return undefined;
  const count = BigInt(duration / intervalSeconds);
  const passed = (time: number) => BigInt((time - startTimestamp) / intervalSeconds);
  // The difference of two rounded sums: over all slices nothing is lost to rounding.
  const part = (amount: bigint) => (amount * passed(last)) / count - (amount * passed(first)) / count;
  return {
    submission,
    amounts: submission.amounts.map(({ operator, amount }) => ({ operator, amount: part(amount) })),
    time: first,
  };
}

function paySlice(
  book: StakeBook,
  { submission, amounts, time }: Slice,
  pay: (earner: Address, token: Address, amount: bigint) => void,
): void {
  const { kind, avs, token, strategies } = submission;
  const payOperator = (operator: Address, amount: bigint) => {
    const { total, stakers } = book.weights(operator, strategies);
    const kept =
      kind === 'all-stakers' ? 0n : (amount * book.split(operator, kind === 'all-earners' ? null : avs, time)) / BIPS;
    pay(operator, token, kept);
    for (const [staker, weight] of stakers) pay(staker, token, ((amount - kept) * weight) / total);
  };
  if (kind === 'operator-directed') {
    for (const { operator, amount } of amounts) {
      if (operator !== null && book.serves(operator, avs)) payOperator(operator, amount);
    }
    return;
  }
  const eligible = book.operators().filter((operator) => {
    if (kind === 'avs') return book.serves(operator, avs);
    return kind === 'all-stakers' || book.servesAny(operator);
  });
  const weights = eligible.map((operator) => ({ operator, weight: book.weights(operator, strategies).total }));
  const total = weights.reduce((sum, { weight }) => sum + weight, 0n);
  if (total === 0n) return;
  const amount = amounts.reduce((sum, part) => sum + part.amount, 0n);
  for (const { operator, weight } of weights) payOperator(operator, (amount * weight) / total);
}
