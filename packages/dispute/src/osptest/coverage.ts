import { OPCODES } from '@tephra/engine';
import { OPS } from '../machine/step.ts';
import { EXCEPTIONS } from './exceptions.ts';
import { ALL_FIELDS } from './fields.ts';
import type { StepResult } from './runOsptest.ts';

/** How often a true step was accepted, and a wrong one of its kind refused. */
export type Count = { accepted: number; rejected: number };

const instructions = [...OPCODES].filter(([, opcode]) => OPS[opcode] !== undefined);

/** Which instructions, exceptions and words of states were seen with a step that is accepted and one that is refused. */
export class Coverage {
  readonly opcodes = new Map<string, Count>(instructions.map(([name]) => [name, { accepted: 0, rejected: 0 }]));
  readonly exceptions = new Map<string, Count>(EXCEPTIONS.map((name) => [name, { accepted: 0, rejected: 0 }]));
  /** Words that were another and refused. */
  readonly fields = new Map<string, number>(ALL_FIELDS.map((name) => [name, 0]));

  add({ opcode, exception, isAccepted, rejected }: StepResult): void {
    for (const count of [this.opcodes.get(opcode ?? ''), this.exceptions.get(exception ?? '')]) {
      if (count === undefined) continue;
      if (isAccepted) count.accepted++;
      if (rejected !== undefined) count.rejected++;
    }
    if (rejected !== undefined) this.fields.set(rejected, this.fields.get(rejected)! + 1);
  }

  /** What was not seen both accepted and refused. */
  get uncovered(): { opcodes: string[]; exceptions: string[]; fields: string[] } {
    const missing = (counts: Map<string, Count>): string[] =>
      [...counts].filter(([, { accepted, rejected }]) => accepted === 0 || rejected === 0).map(([name]) => name);
    return {
      opcodes: missing(this.opcodes),
      exceptions: missing(this.exceptions),
      fields: [...this.fields].filter(([, count]) => count === 0).map(([name]) => name),
    };
  }
}
