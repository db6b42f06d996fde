import type { GameClocks, Turn } from '@tephra/api';
import { formatDuration } from '../lib/format.ts';
import { useL1Time } from '../lib/useL1Time.ts';
import classes from './Disputes.module.css';
import { SIDES } from './words.ts';

/** What is left to a side; its clock runs while it has the turn and the game is shown live. */
function Clock({ side, clocks, live }: { side: Turn; clocks: GameClocks; live: boolean }) {
  const l1Now = useL1Time();
  const runs = clocks.turn === side;
  const rest = side === 'defender' ? clocks.defenderSeconds : clocks.challengerSeconds;
  const left = runs && live && l1Now !== null ? Math.max(0, clocks.deadline * 1_000 - l1Now) : rest * 1_000;
  const out = runs && live && left === 0;
  return (
    <div className={classes.clock} data-runs={runs || undefined} data-out={out || undefined}>
      <span className={classes.clockName}>
        {SIDES[side]}
        {runs && <span className={classes.turn}>{out ? 'out of time' : 'to move'}</span>}
      </span>
      <span className={classes.clockTime}>{formatDuration(Math.floor(left / 1_000) * 1_000)}</span>
    </div>
  );
}

/** Both chess clocks of a game. */
export function Clocks({ clocks, live }: { clocks: GameClocks; live: boolean }) {
  return (
    <section className={classes.clocks} aria-label="Clocks">
      <Clock side="challenger" clocks={clocks} live={live} />
      <Clock side="defender" clocks={clocks} live={live} />
    </section>
  );
}
