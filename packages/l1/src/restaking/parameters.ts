/** Delays and limits of a restaking core, fixed when it is deployed. */
export type RestakingParameters = {
  /** L1 blocks between queueing and completing a withdrawal; a slash in between still reaches it. */
  withdrawalDelayBlocks: number;
  /** L1 blocks for which deallocated magnitude, and an operator that left a set, can still be slashed. */
  deallocationDelayBlocks: number;
  /** L1 blocks until a change of an operator's allocation delay counts. */
  allocationConfigurationDelayBlocks: number;
  /** Rewards start and last for multiples of this, seconds. */
  calculationIntervalSeconds: number;
  /** Longest range of one submission of rewards, seconds; also how far from now it may begin. */
  maxRewardsRangeSeconds: number;
  /** Time between posting a root of rewards and the first claim under it, seconds. */
  activationDelaySeconds: number;
  /** Part of rewards that an operator keeps unless it set another, of 10,000. */
  operatorSplitBips: number;
};

/** Short enough to be watched: the embedded L1 mines a block each second. */
export const EMBEDDED_RESTAKING: RestakingParameters = {
  withdrawalDelayBlocks: 100,
  deallocationDelayBlocks: 100,
  allocationConfigurationDelayBlocks: 10,
  calculationIntervalSeconds: 60,
  maxRewardsRangeSeconds: 30 * 86_400,
  activationDelaySeconds: 0,
  operatorSplitBips: 1_000,
};

/** As on public networks with a block each 12 s: 14 days, 17.5 days, rewards by the day, roots after a week. */
export const PUBLIC_RESTAKING: RestakingParameters = {
  withdrawalDelayBlocks: 100_800,
  deallocationDelayBlocks: 100_800,
  allocationConfigurationDelayBlocks: 126_000,
  calculationIntervalSeconds: 86_400,
  maxRewardsRangeSeconds: 70 * 86_400,
  activationDelaySeconds: 7 * 86_400,
  operatorSplitBips: 1_000,
};
