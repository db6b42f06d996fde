import type { SettlementItem } from '@tephra/api';
import { formatUnits } from '../lib/format.ts';

const HEAD = [
  'index',
  'kind',
  'name',
  'symbol',
  'token_on_layer',
  'token_on_l1',
  'owner',
  'amount',
  'amount_smallest_units',
  'token_id',
  'status',
  'l1_transaction',
];

/** The ledger as comma-separated values (RFC 4180), one line per item. */
export function csvOf(items: readonly SettlementItem[]): string {
  const lines = items.map(({ index, asset, owner, amount, tokenId, status, l1TransactionHash }) => [
    String(index),
    asset.type,
    asset.name,
    asset.symbol,
    asset.l2Token ?? '',
    asset.l1Token ?? '',
    owner,
    amount === null ? '' : formatUnits(BigInt(amount), asset.decimals, asset.decimals).replaceAll(',', ''),
    amount ?? '',
    tokenId ?? '',
    status,
    l1TransactionHash ?? '',
  ]);
  return `${[HEAD, ...lines].map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** Quoted where it must be. Names come from strangers: a leading =, +, - or @ would run as a formula in spreadsheets. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Gives the visitor a file. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
