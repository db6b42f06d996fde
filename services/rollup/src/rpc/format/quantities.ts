import { quantity } from '../hex.ts';

/** A value as JSON-RPC has it: big numbers as hex quantities, all else as it is. */
export function quantities(value: unknown): unknown {
  if (typeof value === 'bigint') return quantity(value);
  if (Array.isArray(value)) return value.map(quantities);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, quantities(inner)]));
}
