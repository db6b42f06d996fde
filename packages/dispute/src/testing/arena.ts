import { seededRandom } from '@tephra/testing';
import type { Defence, GameView, Move } from '../players/index.ts';
import { type GameModel, Refused } from './gameModel.ts';

/** Who plays one side of games. `wake` is a start, or a restart: what it knew is gone. */
export type Player = {
  name: string;
  side: 'defender' | 'challenger';
  wake(): { defence?: Defence; move(view: GameView): Move | null };
  /** Tick from on which it is silent. */
  silentFrom?: number;
};

export type Weather = {
  /** Of messages, lost. */
  dropped: number;
  /** Ticks that a message is under way, at most. */
  delay: number;
  /** Ticks by which what a player sees is old, at most. */
  lag: number;
  /** Of ticks, at which a player is restarted. */
  restarts: number;
};

type Message = { at: number; player: Player; act: (now: number) => void };

/**
 * Lets players meet over a network that delays, drops, repeats and reorders what they send and shows them what was true a while
 * ago. They send again what does not come about, as the drivers of a node do, since they look at the contract anew each time.
 */
export function play(
  model: GameModel,
  players: Player[],
  weather: Weather,
  seed: number,
): { status: GameModel['status']; ticks: number; refused: number } {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * (limit + 1));
  const awake = new Map(players.map((player) => [player, player.wake()]));
  const seen: (GameView | null)[][] = [];
  let messages: Message[] = [];
  let refused = 0;
  const send = (now: number, player: Player, act: Message['act']) => {
    for (let copies = random() < 0.1 ? 2 : 1; copies > 0; copies--) {
      if (random() >= weather.dropped) messages.push({ at: now + 1 + below(weather.delay), player, act });
    }
  };
  const deliver = (now: number) => {
    const due = messages.filter(({ at }) => at <= now).sort(() => random() - 0.5);
    messages = messages.filter(({ at }) => at > now);
    for (const { act } of due) {
      try {
        act(now);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        refused++;
      }
    }
  };
  let now = 0;
  for (; model.status === 'open'; now++) {
    if (now > 100_000) throw new Error('the game has no end');
    deliver(now);
    model.tick(now);
    seen.push(model.games.map((_, id) => model.view(id)));
    for (const player of players) {
      if (player.silentFrom !== undefined && now >= player.silentFrom) continue;
      if (random() < weather.restarts) awake.set(player, player.wake());
      const mind = awake.get(player)!;
      const views = seen[Math.max(0, seen.length - 1 - below(weather.lag))]!;
      const entered = model.games.some(({ defender }) => defender === player.name);
      if (mind.defence !== undefined && !entered) {
        const { defence } = mind;
        send(now, player, (then) => {
          if (!model.games.some(({ defender }) => defender === player.name)) model.defend(player.name, defence, then);
        });
      }
      views.forEach((view, id) => {
        if (view === null) return;
        if (player.side === 'defender' && model.games[id]!.defender !== player.name) return;
        const move = mind.move(view);
        if (move !== null) send(now, player, (then) => model.move(id, player.side, move, then));
      });
    }
  }
  return { status: model.status, ticks: now, refused };
}
