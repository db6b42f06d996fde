import { keccak256 } from '@tephra/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SPONGE_RATE, Sponge } from './sponge.ts';

describe('sponge', () => {
  it('comes to keccak256 whatever the parts', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_500 }), fc.array(fc.nat(4), { maxLength: 6 }), (bytes, parts) => {
        let [sponge, done] = [Sponge.empty, 0];
        for (const blocks of parts) {
          const size = blocks * SPONGE_RATE;
          if (done + size > bytes.length) break;
          sponge = sponge.absorb(bytes.subarray(done, done + size));
          done += size;
        }
        expect(sponge.finish(bytes.subarray(done))).toEqual(keccak256(bytes));
      }),
      { seed: 7 },
    );
  });

  it('takes whole blocks only', () => {
    expect(() => Sponge.empty.absorb(new Uint8Array(135))).toThrow(RangeError);
  });
});
