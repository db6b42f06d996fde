import { FakeClock } from '@tephra/testing';
import { describe, expect, it } from 'vitest';
import { Beat } from './beat.ts';

describe('Beat', () => {
  it('keeps the rhythm through late blocks, and does not make up for missed ones', async () => {
    const clock = new FakeClock();
    const beat = new Beat({ blockTimeMs: 100 }, { clock });
    beat.restart();
    expect(beat.untilDueMs).toBe(100);
    await clock.advance(130);
    expect(beat.isDue).toBe(true);
    beat.next();
    expect(beat.untilDueMs).toBe(70);
    await clock.advance(1_000);
    beat.next();
    expect(beat.untilDueMs).toBe(70);
  });

  it('ignores the wall clock', async () => {
    const clock = new FakeClock();
    const beat = new Beat({ blockTimeMs: 500 }, { clock });
    beat.restart();
    for (const jump of [-86_400_000, 86_400_000]) {
      clock.set(clock.now() + jump);
      expect(beat.isDue).toBe(false);
      expect(beat.untilDueMs).toBe(500);
    }
    await clock.advance(500);
    expect(beat.isDue).toBe(true);
  });

  it.each([
    [100, [50, 100]],
    [120, [40, 80, 120]],
    [1_000, Array.from({ length: 20 }, (_, i) => 50 * (i + 1))],
  ])('ends sub-slots of at most 50 ms in step with blocks of %i ms', async (blockTimeMs, expected) => {
    const clock = new FakeClock();
    const beat = new Beat({ blockTimeMs }, { clock });
    beat.restart();
    expect(beat.slotEnded()).toBe(false);
    const ends: number[] = [];
    while (!beat.isDue) {
      await clock.advance(beat.untilSlotEndMs);
      expect(beat.slotEnded()).toBe(true);
      expect(beat.slotEnded()).toBe(false);
      ends.push(Math.round(clock.monotonic()));
    }
    expect(ends).toEqual(expected);
    expect(beat.isOverdue).toBe(false);
  });
});
