import { classOf, type GasClass, gasByClass, spread } from './gasTable.ts';

/** Gas that any transaction takes: the step is part of one that has it already. */
const TRANSACTION_GAS = 21_000n;
const MOVES = 'moves of a whole game';
const WHOLE = 'whole game without the step itself';

export type GasFigures = {
  kinds: readonly GasClass[];
  /** Most that steps took that were made to take much, by label. */
  worst: ReadonlyMap<string, bigint>;
  /** What the tests of the game measured: contracts/snapshots/disputeGame.json. */
  game: Readonly<Record<string, number>>;
  /** Counts of cases. */
  cases: string;
};

/** The page docs/dispute-gas.md. */
export function gasPage({ kinds, worst, game, cases }: GasFigures): string {
  const all = spread(kinds.flatMap(({ gas }) => gas));
  const whole = BigInt(game[WHOLE]!) + all.median - TRANSACTION_GAS;
  const moves = Object.entries(game).filter(([name]) => name !== MOVES && name !== WHOLE);
  return [
    '# Gas of disputes',
    '',
    '<!-- Written by `./tephra osptest PATH --gas-table docs/dispute-gas.md`. Do not edit. -->',
    '',
    'What a dispute costs on the L1: each figure is the gas of a transaction of its own, calldata and its first 21,000 included, and',
    `no less than EIP-7623 asks for. Steps are those of official state tests (${cases}), brought to the contracts in our own engine.`,
    '',
    '## One step',
    '',
    '| Class of steps | steps | median | worst |',
    '|---|---|---|---|',
    ...gasByClass(kinds).map(({ label, gas }) => {
      const { median, worst: most } = spread(gas);
      return `| ${label} | ${gas.length} | ${shown(median)} | ${shown(most)} |`;
    }),
    `| all | ${kinds.reduce((sum, { gas }) => sum + gas.length, 0)} | ${shown(all.median)} | ${shown(all.worst)} |`,
    '',
    'Steps that were made to take as much as the bounds of the machine and the layer’s caps let them:',
    '',
    '| Step | gas |',
    '|---|---|',
    ...[...worst].map(([label, gas]) => `| ${classOf(label)} | ${shown(gas)} |`),
    '',
    '## A whole game',
    '',
    'How many moves a game has follows from the heights of the trees, 16 and 27, of which a move opens three levels: not from the',
    'steps that were taken. A transaction of ten million steps, like any other, is settled in',
    `${game[MOVES]} moves of both sides together, which take ${shown(whole)} gas with a step of median gas as the last one.`,
    '',
    '| Move | gas |',
    '|---|---|',
    ...moves.map(([name, gas]) => `| ${name} | ${shown(BigInt(gas))} |`),
    '',
  ].join('\n');
}

const shown = (gas: bigint): string => gas.toString().replace(/\B(?=(\d{3})+$)/g, ',');
