export { type ActivityPlace, blockActivity, placesNewestFirst } from './blockActivity.ts';
export { type Transfer, type TransferStandard, transfersOf } from './transfers.ts';
