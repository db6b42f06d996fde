import type { GameDetail } from '@tephra/api';
import { useName } from '../components/names.tsx';
import { formatCount, plural, shortHex } from '../lib/format.ts';
import { GameStatusDot } from './ChallengeStatus.tsx';
import classes from './Disputes.module.css';
import { gasOf } from './replay.ts';
import { placeText, SIDES } from './words.ts';

/** All defences of a challenge beside each other; one of them is looked at below. */
export function GameCards({
  games,
  shown,
  onChoose,
}: {
  games: readonly GameDetail[];
  shown: string;
  onChoose: (gameId: string) => void;
}) {
  return (
    <ul className={classes.games}>
      {games.map((game) => (
        <li key={game.id}>
          <button
            type="button"
            className={classes.game}
            aria-pressed={game.id === shown}
            onClick={() => onChoose(game.id)}
          >
            <span className={classes.gameHead}>
              <span>Game {game.id}</span>
              <GameStatusDot status={game.status} />
            </span>
            <span className={classes.gameFacts}>
              defended by <Defender address={game.defender} />
            </span>
            <span className={classes.gameFacts}>
              {plural(game.moves.length, 'move')}, {formatCount(gasOf(game))} gas, at {placeText(game.contested)}
            </span>
            {game.clocks !== null && <span className={classes.gameFacts}>{SIDES[game.clocks.turn]} to move</span>}
          </button>
        </li>
      ))}
    </ul>
  );
}

function Defender({ address }: { address: string }) {
  return useName(address) ?? <span className="tp-mono">{shortHex(address)}</span>;
}
