import { OPCODES } from '@tephra/engine/statetest';
import { describe, expect, it } from 'vitest';
import { gasPage } from './gasPage.ts';
import { classOf, gasByClass, spread } from './gasTable.ts';

const hex = (name: string): string => `0x${OPCODES.get(name)!.toString(16).padStart(2, '0')}`;

describe('gas of steps', () => {
  it('is told by classes', () => {
    expect(classOf(hex('ADD'))).toBe('arithmetic, comparison, bitwise logic');
    expect(classOf(hex('SAR'))).toBe('arithmetic, comparison, bitwise logic');
    expect(classOf(hex('PUSH0'))).toBe('PUSH');
    expect(classOf(hex('PUSH32'))).toBe('PUSH');
    expect(classOf(hex('DUP1'))).toBe('stack and counter');
    expect(classOf(hex('JUMPDEST'))).toBe('stack and counter');
    expect(classOf(hex('LOG4'))).toBe('LOG');
    expect(classOf(hex('CREATE2'))).toBe('calls and creations');
    expect(classOf(hex('STATICCALL'))).toBe('calls and creations');
    expect(classOf(`${hex('SSTORE')} fails`)).toBe('an instruction that fails');
    expect(classOf('flush removed slot')).toBe('a slot or account into its trie');
    expect(classOf('halt revert')).toBe('back to the frame below');
  });

  it('has a median and a worst one', () => {
    expect(spread([5n, 1n, 3n])).toEqual({ median: 3n, worst: 5n });
    expect(spread([])).toEqual({ median: 0n, worst: 0n });
    const classes = gasByClass([
      { label: hex('ADD'), gas: [1n, 2n] },
      { label: hex('MUL'), gas: [3n] },
    ]);
    expect(classes).toEqual([{ label: 'arithmetic, comparison, bitwise logic', gas: [1n, 2n, 3n] }]);
  });

  it('fills a page with the game around the step', () => {
    const page = gasPage({
      kinds: [{ label: hex('ADD'), gas: [60_000n, 61_000n, 70_000n] }],
      worst: new Map([['absorb', 2_980_567n]]),
      game: { pick: 33_077, 'moves of a whole game': 34, 'whole game without the step itself': 2_157_223 },
      cases: '1 passed, 0 failed',
    });
    expect(page).toContain('| arithmetic, comparison, bitwise logic | 3 | 61,000 | 70,000 |');
    expect(page).toContain('| a part of a long hash, 4,352 bytes | 2,980,567 |');
    expect(page).toContain('34 moves');
    // With the median step: 61,000 less the 21,000 that the last move has anyway.
    expect(page).toContain('2,197,223');
  });
});
