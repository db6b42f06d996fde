export { IndexerError, type IndexerErrorCode } from './errors.ts';
export type { IndexedDeployments } from './follow/contracts.ts';
export { Indexer, type IndexerDeps, type IndexerOptions } from './indexer.ts';
export type { EarnerRewards, RewardsBook } from './queries/rewards-book.ts';
