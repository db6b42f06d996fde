export { DerivationError, type DerivationErrorCode } from './errors.ts';
export { type RollupRecord, readRollup } from './readRollup.ts';
export { type RebuildDeps, type RebuildOptions, type RebuildProgress, type RebuildResult, rebuild } from './rebuild.ts';
