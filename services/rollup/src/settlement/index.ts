export { Addendum, AddendumError } from './addendum.ts';
export type { LedgerEntry, LedgerStatus, SettlementPhase, SettlementStatus } from './ledger.ts';
export type { AddendumRequest } from './planAddendum.ts';
export { type SettlementPreview, SettlementPreviewer } from './preview.ts';
export { Settlement, type SettlementDeps, type SettlementOptions, type SettlementWork } from './settlement.ts';
