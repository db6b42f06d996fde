import { type CaseResult, type Count, Coverage } from '@tephra/dispute/osptest';
import { type GasClass, spread } from './gasTable.ts';

/** Counts what `tephra osptest` finds. */
export class OsptestReport {
  passed = 0;
  failed = 0;
  /** What an L1 said of some of the steps, where it was asked. */
  l1: { agreed: number; differing: string[] } | undefined;
  readonly #kinds = new Map<string, GasClass & { failed: number }>();
  readonly #coverage = new Coverage();
  readonly #leftOut = new Map<string, string[]>();
  readonly #failures: string[] = [];

  /** @returns a line to be shown at once, of a case that failed */
  add(file: string, result: CaseResult): string | undefined {
    if (result.outcome === 'left-out') {
      this.#leftOut.set(result.reason, [...(this.#leftOut.get(result.reason) ?? []), `${file}: ${result.name}`]);
      return undefined;
    }
    for (const step of result.steps) {
      const kind = this.#kinds.get(step.label) ?? { label: step.label, failed: 0, gas: [] };
      this.#kinds.set(step.label, kind);
      if (step.gas > 0n) kind.gas.push(step.gas);
      if (step.problem !== undefined) kind.failed++;
      this.#coverage.add(step);
    }
    this[result.outcome]++;
    if (result.outcome === 'passed') return undefined;
    const line = `FAILED ${file}: ${result.name}: ${result.reason}`;
    this.#failures.push(line);
    return line;
  }

  get hasFailed(): boolean {
    return this.failed > 0 || (this.l1?.differing.length ?? 0) > 0;
  }

  get total(): string {
    return `${this.passed} passed, ${this.failed} failed`;
  }

  /** Gas of the steps that were brought, by kind. */
  get gas(): GasClass[] {
    return [...this.#kinds.values()].sort((a, b) => (a.label < b.label ? -1 : 1));
  }

  get data(): Record<string, unknown> {
    return {
      passed: this.passed,
      failed: this.failed,
      failures: this.#failures,
      leftOut: Object.fromEntries(this.#leftOut),
      kinds: Object.fromEntries(
        [...this.#kinds].map(([label, { failed, gas }]) => {
          const { median, worst } = spread(gas);
          return [label, { steps: gas.length, failed, medianGas: median.toString(), worstGas: worst.toString() }];
        }),
      ),
      coverage: {
        opcodes: Object.fromEntries(this.#coverage.opcodes),
        exceptions: Object.fromEntries(this.#coverage.exceptions),
        fields: Object.fromEntries(this.#coverage.fields),
        uncovered: this.#coverage.uncovered,
      },
      ...(this.l1 === undefined ? {} : { l1: this.l1 }),
    };
  }

  /** Tables of the kinds of steps and of what is covered, cases that were left out, and the counts. */
  get text(): string {
    const rows = [...this.#kinds.values()].sort((a, b) => (a.label < b.label ? -1 : 1));
    const lines = ['Step                  steps  failed   median gas    worst gas'];
    for (const { label, failed, gas } of rows) lines.push(rowOf(label, gas, String(failed)));
    lines.push(
      rowOf(
        'all',
        rows.flatMap(({ gas }) => gas),
        '',
      ),
    );
    lines.push('', 'Instruction           accepted  rejected', ...countRows(this.#coverage.opcodes));
    lines.push(
      '',
      'Exception                            accepted  rejected',
      ...countRows(this.#coverage.exceptions, 36),
    );
    const { opcodes, exceptions, fields } = this.#coverage.uncovered;
    const total = this.#coverage.fields.size;
    lines.push('', `words of states: ${total - fields.length} of ${total} were another and refused`);
    for (const [what, names] of Object.entries({ instructions: opcodes, exceptions, words: fields })) {
      lines.push(names.length === 0 ? `not covered, ${what}: none` : `not covered, ${what}: ${names.join(', ')}`);
    }
    for (const [reason, names] of this.#leftOut) {
      lines.push(`left out, ${reason}: ${names.length}`);
      // Transactions that no block may have, have no steps; the others are told by name.
      if (reason !== 'invalid transaction') lines.push(...names.map((name) => `  ${name}`));
    }
    if (this.l1 !== undefined) {
      const { agreed, differing } = this.l1;
      lines.push(
        `on an L1: ${agreed} steps came to the same as in our engine, ${differing.length} did not`,
        ...differing,
      );
    }
    return [...lines, this.total].join('\n');
  }
}

function rowOf(label: string, gas: bigint[], failed: string): string {
  const { median, worst } = spread(gas);
  const cells = [
    String(gas.length).padStart(6),
    failed.padStart(7),
    String(median).padStart(12),
    String(worst).padStart(12),
  ];
  return [label.padEnd(20), ...cells].join(' ');
}

const countRows = (counts: ReadonlyMap<string, Count>, width = 21): string[] =>
  [...counts].map(
    ([name, { accepted, rejected }]) =>
      `${name.padEnd(width)} ${String(accepted).padStart(8)} ${String(rejected).padStart(9)}`,
  );
