/** Gas of all steps of a kind. */
export type GasClass = { label: string; gas: bigint[] };

/** Median and worst; 0 of nothing. */
export function spread(gas: readonly bigint[]): { median: bigint; worst: bigint } {
  const sorted = [...gas].sort((a, b) => (a < b ? -1 : 1));
  return { median: sorted[sorted.length >> 1] ?? 0n, worst: sorted.at(-1) ?? 0n };
}
