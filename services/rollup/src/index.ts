export { SubmitError, type SubmitErrorCode } from './aggregator/index.ts';
export * from './chain.ts';
export { type RollupNodeConfig, rollupNodeConfig } from './config.ts';
export {
  DerivationError,
  type DerivationErrorCode,
  type RebuildOptions,
  type RebuildProgress,
  type RebuildResult,
  rebuild,
} from './derivation/index.ts';
export {
  SettleError,
  type SettleFromL1Options,
  type SettleFromL1Result,
  settleFromL1,
} from './node/settle-from-l1.ts';
export { RollupNode, type RollupNodeDeps, type RollupNodeOptions } from './node.ts';
export {
  type OpenChainDeps,
  type OpenChainOptions,
  type OpenedChain,
  openChain,
  openStore,
  ProducerError,
} from './producer/index.ts';
export { renderRpcReference } from './rpc/index.ts';
export type { AddendumRequest } from './settlement/index.ts';
