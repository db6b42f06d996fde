import { quantities } from '../rpc/format/quantities.ts';
import type { SettlementStatus, SettlementWork } from '../settlement/index.ts';

/** Progress without the ledger, for tephra_status; null while the chain is active. */
export function settlementSummary(settlement: SettlementWork | undefined): unknown {
  const status = settlement?.status();
  if (!status || status.phase === 'open') return null;
  const { entries: _, ...summary } = status;
  return quantities(summary);
}

/** Progress and the whole ledger, for tephra_settlement; null before the end of life begins. */
export function settlementAnswer(settlement: SettlementWork | undefined): unknown {
  const status: SettlementStatus | undefined = settlement?.status();
  return !status || status.phase === 'open' ? null : quantities(status);
}
