export { Chain } from './chain.ts';
export { ChainStore, StoreError, type StoreErrorCode } from './chainStore.ts';
export { newestBlockWithOrigin } from './newestBlockWithOrigin.ts';
export { StatePruner, type StatePrunerDeps } from './statePruner.ts';
