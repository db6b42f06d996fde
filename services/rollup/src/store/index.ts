export { Chain } from './chain.ts';
export { ChainStore, StoreError, type StoreErrorCode } from './chainStore.ts';
