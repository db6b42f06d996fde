import type { Address } from '@tephra/protocol';

/** A change of what a staker has delegated. Times are seconds of L1 blocks, addresses lower case. */
export type StakeChange = {
  at: number;
  operator: Address;
  /** Null for a slash, which reaches all of the operator's stakers alike. */
  staker: Address | null;
  strategy: Address;
  /** Shares. */
  delta: bigint;
  /** The operator's maximal magnitude in the strategy after the change, 1e18 = never slashed. */
  maxMagnitude: bigint;
};

/** An operator signed up with an AVS, or was signed off. */
export type Registration = { at: number; operator: Address; avs: Address; registered: boolean };

/** Part that an operator keeps, of 10,000. `avs` null: of what is paid to all earners. */
export type SplitChange = {
  at: number;
  operator: Address;
  avs: Address | null;
  oldBips: number;
  newBips: number;
  /** Second from which `newBips` counts. */
  activatedAt: number;
};

/**
 * `avs`: operators of the AVS and their stakers. `all-stakers`: whoever delegates. `all-earners`: operators of any AVS and
 * their stakers. `operator-directed`: the named operators, as long as the AVS has them, and their stakers.
 */
export type SubmissionKind = 'avs' | 'all-stakers' | 'all-earners' | 'operator-directed';

export type Submission = {
  kind: SubmissionKind;
  /** When it was made; roots for earlier ends leave it out. */
  at: number;
  /** Who submitted: the AVS, but for submissions for all. */
  avs: Address;
  token: Address;
  /** The whole amount; for `operator-directed` per operator. */
  amounts: readonly { operator: Address | null; amount: bigint }[];
  strategies: readonly { strategy: Address; multiplier: bigint }[];
  startTimestamp: number;
  /** Seconds. */
  duration: number;
};

/** Everything that decides who earned what; each list in the order in which it happened. */
export type RewardsHistory = {
  stakes: readonly StakeChange[];
  registrations: readonly Registration[];
  splits: readonly SplitChange[];
  defaultSplits: readonly { at: number; bips: number }[];
  submissions: readonly Submission[];
};

/** Cumulative earnings by earner and token. */
export type Earnings = ReadonlyMap<Address, ReadonlyMap<Address, bigint>>;
