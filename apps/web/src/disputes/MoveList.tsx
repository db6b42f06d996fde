import type { GameMove } from '@tephra/api';
import { L1Hash } from '../components/L1Hash.tsx';
import { L1Time } from '../components/L1Time.tsx';
import { formatGas } from '../lib/format.ts';
import classes from './Disputes.module.css';
import { moveText } from './words.ts';

/** Every move with the L1 transaction that made it, the first on top. */
export function MoveList({
  moves,
  current,
  onMove,
}: {
  moves: readonly GameMove[];
  current: number;
  onMove: (move: number) => void;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard
    <ol className={classes.moves} aria-label="Moves" tabIndex={0}>
      {moves.map((move, index) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: moves are only ever added at the end
          key={index}
          className={classes.move}
          data-current={index === current || undefined}
        >
          <button type="button" aria-current={index === current ? 'step' : undefined} onClick={() => onMove(index)}>
            {index + 1}. {moveText(move)}
          </button>
          <span className={classes.moveFacts}>
            <L1Time at={move.at} />
            {move.kind !== 'end' && <span>{formatGas(BigInt(move.gasUsed))} gas</span>}
            <L1Hash value={move.transactionHash} />
          </span>
        </li>
      ))}
    </ol>
  );
}
