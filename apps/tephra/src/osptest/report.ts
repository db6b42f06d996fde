import type { CaseResult } from '@tephra/dispute/osptest';

type Kind = { steps: number; failed: number; gas: bigint[] };

/** Counts what `tephra osptest` finds. */
export class OsptestReport {
  passed = 0;
  failed = 0;
  readonly #kinds = new Map<string, Kind>();
  readonly #leftOut = new Map<string, string[]>();
  readonly #failures: string[] = [];

  /** @returns a line to be shown at once, of a case that failed */
  add(file: string, result: CaseResult): string | undefined {
    if (result.outcome === 'left-out') {
      this.#leftOut.set(result.reason, [...(this.#leftOut.get(result.reason) ?? []), `${file}: ${result.name}`]);
      return undefined;
    }
    for (const { label, gas, problem } of result.steps) {
      const kind = this.#kinds.get(label) ?? { steps: 0, failed: 0, gas: [] };
      this.#kinds.set(label, kind);
      kind.steps++;
      kind.gas.push(gas);
      if (problem !== undefined) kind.failed++;
    }
    this[result.outcome]++;
    if (result.outcome === 'passed') return undefined;
    const line = `FAILED ${file}: ${result.name}: ${result.reason}`;
    this.#failures.push(line);
    return line;
  }

  get total(): string {
    return `${this.passed} passed, ${this.failed} failed`;
  }

  get data(): Record<string, unknown> {
    return {
      passed: this.passed,
      failed: this.failed,
      failures: this.#failures,
      leftOut: Object.fromEntries(this.#leftOut),
      kinds: Object.fromEntries(
        [...this.#kinds].map(([label, { steps, failed, gas }]) => {
          const [median, worst] = spread(gas);
          return [label, { steps, failed, medianGas: median.toString(), worstGas: worst.toString() }];
        }),
      ),
    };
  }

  /** A table of the kinds of steps, cases that were left out, and the counts. */
  get text(): string {
    const rows = [...this.#kinds].sort(([a], [b]) => (a < b ? -1 : 1));
    const lines = ['Step                  steps  failed   median gas    worst gas'];
    for (const [label, { steps, failed, gas }] of rows) {
      const [median, worst] = spread(gas);
      lines.push(
        `${label.padEnd(20)} ${String(steps).padStart(6)} ${String(failed).padStart(7)} ${String(median).padStart(12)} ${String(worst).padStart(12)}`,
      );
    }
    const [median, worst] = spread(rows.flatMap(([, { gas }]) => gas));
    const steps = rows.reduce((sum, [, kind]) => sum + kind.steps, 0);
    lines.push(
      `all ${String(steps).padStart(23)} ${''.padStart(7)} ${String(median).padStart(12)} ${String(worst).padStart(12)}`,
    );
    for (const [reason, names] of this.#leftOut) {
      lines.push(`left out, ${reason}: ${names.length}`);
      // Transactions that no block may have, have no steps; the others are told by name.
      if (reason !== 'invalid transaction') lines.push(...names.map((name) => `  ${name}`));
    }
    return [...lines, this.total].join('\n');
  }
}

/** Median and worst. */
function spread(gas: bigint[]): [bigint, bigint] {
  const sorted = [...gas].sort((a, b) => (a < b ? -1 : 1));
  return [sorted[sorted.length >> 1] ?? 0n, sorted.at(-1) ?? 0n];
}
