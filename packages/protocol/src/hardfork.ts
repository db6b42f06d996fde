/** Forks of Ethereum whose rules chains here can have, in the order in which they came; their places are numbers on the wire. */
export const HARDFORKS = ['cancun', 'prague'] as const;
export type Hardfork = (typeof HARDFORKS)[number];

/** What new chains have. */
export const NEWEST_HARDFORK: Hardfork = 'prague';

/** Number of a fork in genesis configurations, proofs of validity and the program. */
export const hardforkNumber = (hardfork: Hardfork): number => HARDFORKS.indexOf(hardfork);

/** Undefined for a number that no fork has. */
export const hardforkOf = (number: number): Hardfork | undefined => HARDFORKS[number];

/** Whether the rules of `first` hold under those of `hardfork`. */
export const includesFork = (hardfork: Hardfork, first: Hardfork): boolean =>
  hardforkNumber(hardfork) >= hardforkNumber(first);
