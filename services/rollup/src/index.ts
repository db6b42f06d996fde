export { SubmitError, type SubmitErrorCode } from './aggregator/index.ts';
export * from './chain.ts';
export { type RollupNodeConfig, rollupNodeConfig } from './config.ts';
export { RollupNode, type RollupNodeDeps, type RollupNodeOptions } from './node.ts';
export {
  type OpenChainDeps,
  type OpenChainOptions,
  type OpenedChain,
  openChain,
  openStore,
  ProducerError,
} from './producer/index.ts';
