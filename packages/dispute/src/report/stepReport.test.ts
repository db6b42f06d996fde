import type { StepReport } from '@tephra/protocol';
import { describe, expect, it } from 'vitest';
import { loopMachine } from '../testing/loopMachine.ts';
import { ClaimTrees } from '../tree/claimTrees.ts';
import { disassemble } from './disassembly.ts';
import { stepReport } from './stepReport.ts';

const { machine, env } = loopMachine(60_000n);
const trees = new ClaimTrees(machine);

const reportOf = (step: number): StepReport =>
  stepReport(
    {
      gameId: 3n,
      claim: { kind: 'block', packIndex: 2n, blockIndex: 0n },
      segment: 1,
      step,
      claimedAfter: `0x${'11'.repeat(32)}`,
      transactionHashAt: () => null,
    },
    trees,
    env,
  );

describe('report of a step', () => {
  it('shows the instruction in its code, with stack, memory and gas on both sides', () => {
    const { label, family, instruction, before, after } = reportOf(23);
    expect([label, family]).toEqual(['0x52', 'memory']);
    expect(instruction).toMatchObject({
      opcode: 0x52,
      name: 'MSTORE',
      pc: 11,
      depth: 0,
      address: `0x${'c0'.repeat(20)}`,
    });
    expect(instruction!.disassembly.find(({ current }) => current)).toEqual({ pc: 11, name: 'MSTORE', current: true });
    expect(instruction!.disassembly[0]).toEqual({ pc: 0, name: 'PUSH1', push: '0x01', current: false });
    expect(before).toMatchObject({ kind: 'run', pc: 11, gas: 16_881n, stackSize: 3, memory: [], memoryWords: 0 });
    expect(after).toMatchObject({ pc: 12, gas: 16_875n, stackSize: 1, memoryWords: 1 });
    expect(after.memory).toEqual([{ offset: 0, word: before.stack[1] }]);
    expect(before.digest).not.toBe(after.digest);
  });

  it('tells apart what an instruction waits for, what it does, and what is no instruction', () => {
    expect(reportOf(14)).toMatchObject({ label: 'load', family: 'loads', instruction: { name: 'SSTORE', pc: 3 } });
    expect(reportOf(16)).toMatchObject({ label: '0x55', family: 'state', instruction: { name: 'SSTORE', pc: 3 } });
    expect(reportOf(1)).toMatchObject({ label: 'start sender', instruction: null, before: { gas: null, stack: [] } });
  });

  it('stays at the end', () => {
    const { length } = trees.steps(1);
    const { before, after, family } = reportOf(length + 1);
    expect(before).toEqual(after);
    expect(family).toBe('stutter');
  });
});

describe('disassembly', () => {
  it('begins instructions where they begin, and goes on behind the end', () => {
    const code = Uint8Array.from([0x61, 0x5b, 0x5b, 0x5b, 0x0c, 0x62, 0x01]);
    expect(disassemble(code, 3, 9)).toEqual([
      { pc: 0, name: 'PUSH2', push: '0x5b5b', current: false },
      { pc: 3, name: 'JUMPDEST', current: true },
      { pc: 4, name: '0x0c', current: false },
      { pc: 5, name: 'PUSH3', push: '0x010000', current: false },
    ]);
    expect(disassemble(code, 20, 1).at(-1)).toEqual({ pc: 20, name: 'STOP', current: true });
    const long = new Uint8Array(100).fill(0x5b);
    expect(disassemble(long, 50, 2).map(({ pc }) => pc)).toEqual([48, 49, 50, 51, 52]);
  });
});
