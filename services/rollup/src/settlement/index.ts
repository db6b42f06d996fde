export type { LedgerEntry, LedgerStatus, SettlementPhase, SettlementStatus } from './ledger.ts';
export { type SettlementPreview, SettlementPreviewer } from './preview.ts';
export { Settlement, type SettlementDeps, type SettlementOptions } from './settlement.ts';
