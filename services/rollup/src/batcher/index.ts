export { Batcher, type BatcherDeps, type BatcherOptions, type BatcherState } from './batcher.ts';
export { BatcherError } from './errors.ts';
export { applyPackEvents, type PacksReverted, type PostedPack, readPackEvents } from './packEvents.ts';
export { PackTracker, type PackTrackerDeps, type PackTrackerOptions } from './packTracker.ts';
export { isIsolated, terminalPackIndex } from './rollupContract.ts';
