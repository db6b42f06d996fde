export {
  type AtHand,
  BlockBuilder,
  type BlockStart,
  type BuilderDeps,
  type BuilderOptions,
  type ParentBlock,
  type SealedBlock,
} from './blockBuilder.ts';
export { type PredeployState, readMode, readPredeploys } from './chainState.ts';
export { contentOf } from './content.ts';
export { dataFeeOf } from './dataFee.ts';
export { TransitionError, type TransitionErrorCode } from './errors.ts';
export { executableOf } from './executable.ts';
export { executeBlock, type L1Input } from './executeBlock.ts';
export { genesisBlock } from './genesis.ts';
export { loadHistory } from './history.ts';
export { MAX_TRANSACTION_BYTES, MAX_TRANSACTION_GAS } from './limits.ts';
