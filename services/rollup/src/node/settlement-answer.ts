import { numberToHex } from 'viem';
import type { SettlementStatus, SettlementWork } from '../settlement/index.ts';

/** Progress without the ledger, for tephra_status; null while the chain is active. */
export function settlementSummary(settlement: SettlementWork | undefined): unknown {
  const status = settlement?.status();
  if (!status || status.phase === 'open') return null;
  const { entries: _, ...summary } = status;
  return hexQuantities(summary);
}

/** Progress and the whole ledger, for tephra_settlement; null before the end of life begins. */
export function settlementAnswer(settlement: SettlementWork | undefined): unknown {
  const status: SettlementStatus | undefined = settlement?.status();
  return !status || status.phase === 'open' ? null : hexQuantities(status);
}

/** JSON-RPC carries numbers as hex quantities. */
export function hexQuantities(value: unknown): unknown {
  if (typeof value === 'bigint') return numberToHex(value);
  if (Array.isArray(value)) return value.map(hexQuantities);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, hexQuantities(inner)]));
}
