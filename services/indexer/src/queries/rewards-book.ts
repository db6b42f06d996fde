import type { StakerAnswer } from '@tephra/api';
import type { Address } from '@tephra/protocol';

/** What an account earned and the proof with which it claims. */
export type EarnerRewards = Pick<StakerAnswer, 'rewards' | 'rewardsClaim'>;

/** Whoever calculates rewards, as far as answers are concerned. */
export interface RewardsBook {
  /** As of an indexed L1 block. */
  of(earner: Address, block: number): Promise<EarnerRewards>;
}
