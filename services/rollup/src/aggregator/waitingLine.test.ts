import type { Address } from '@tephra/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WaitingLine } from './waitingLine.ts';

const A: Address = `0x${'0a'.repeat(20)}`;
const item = (nonce: number, sender = A) => ({ tx: { sender, nonce: BigInt(nonce) } });

describe('WaitingLine', () => {
  it('behaves as an array does', () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.constant('push' as const) },
      { weight: 1, arbitrary: fc.constant('unshift' as const) },
      { weight: 4, arbitrary: fc.constant('shift' as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 3_000 }), (steps) => {
        const line = new WaitingLine<ReturnType<typeof item>>();
        const model: ReturnType<typeof item>[] = [];
        for (const [i, what] of steps.entries()) {
          if (what === 'shift') {
            expect(line.shift()).toBe(model.shift());
            continue;
          }
          const added = item(i);
          line[what](added);
          model[what](added);
        }
        expect(line.length).toBe(model.length);
        expect(line.peek()).toBe(model[0]);
        expect([...line]).toEqual(model);
        expect(line.takeAll()).toEqual(model);
        expect(line.length).toBe(0);
      }),
      { numRuns: 50, seed: 11 },
    );
  });

  it('knows the nonce behind those that wait', () => {
    const line = new WaitingLine<ReturnType<typeof item>>();
    for (const nonce of [3, 4, 6]) line.push(item(nonce));
    expect(line.nonceBehind(A, 3n)).toBe(5n);
    expect(line.nonceBehind(A, 2n)).toBe(2n);
    line.shift();
    expect(line.nonceBehind(A, 3n)).toBe(3n);
    expect(line.nonceBehind(`0x${'0b'.repeat(20)}`, 9n)).toBe(9n);
  });
});
