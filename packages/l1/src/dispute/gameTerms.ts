import { parseEther } from 'viem';

/** What all disputes of an L1 have in common, fixed when its game is deployed. Bonds in wei, times in seconds of L1 time. */
export type GameTerms = {
  challengeBond: bigint;
  defenceBond: bigint;
  /** Least that each side of a game has to think; chains with long challenge periods give more. */
  minClock: bigint;
  /** What a side has for a move whose clock is used up. */
  extension: bigint;
  /** Least for which defences may be entered. */
  minDefence: bigint;
};

/** Short enough to be watched: the embedded L1 mines a block each second. */
export const EMBEDDED_GAME: GameTerms = {
  challengeBond: parseEther('0.1'),
  defenceBond: parseEther('0.1'),
  minClock: 120n,
  extension: 20n,
  minDefence: 15n,
};

/**
 * With a block each 12 s and people who may be kept out of some of them. Half of a lost bond is the winner's: 0.25 ETH pay for
 * the gas of a whole game at up to 30 gwei (docs/dispute-gas.md).
 */
export const PUBLIC_GAME: GameTerms = {
  challengeBond: parseEther('0.5'),
  defenceBond: parseEther('0.5'),
  minClock: 3_600n,
  extension: 900n,
  minDefence: 3_600n,
};
