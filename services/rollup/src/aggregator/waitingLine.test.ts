import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sender, waitingTransaction } from './testing.ts';
import { WaitingLine } from './waitingLine.ts';

const A = sender(0);
const item = (nonce: number) => ({ tx: waitingTransaction({ nonce }) });

describe('WaitingLine', () => {
  it('behaves as an array does', () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.constant('push' as const) },
      { weight: 1, arbitrary: fc.constant('follow' as const) },
      { weight: 1, arbitrary: fc.constant('remove' as const) },
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
          if (what === 'remove') {
            const [removed] = model.splice(i % (model.length + 1), 1);
            if (removed !== undefined) line.remove(removed);
            continue;
          }
          const added = item(i);
          line[what](added);
          if (what === 'push') model.push(added);
          else model.unshift(added);
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
    expect(line.nonceBehind(sender(1), 9n)).toBe(9n);
  });
});
