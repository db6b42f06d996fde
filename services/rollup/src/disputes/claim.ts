import type { Defence, GameView, Move } from '@tephra/dispute';
import type { Hash, Pack, StepReport } from '@tephra/protocol';

/** What of a pack can be wrong. */
export type Claim = {
  kind: 'block' | 'reading';
  pack: Pack;
  /** Place of the block in the pack; 0 of a reading. */
  blockIndex: number;
};

/** What this node knows of a claim: what really follows, and the moves of whoever knows. */
export interface ClaimMind {
  /** Digest of the last state that the claim's first one leads to. */
  final(): Promise<Hash>;
  defence(): Promise<Defence>;
  defenderMove(view: GameView): Promise<Move | null>;
  challengerMove(view: GameView): Promise<Move | null>;
  /** Of a game that has come to a step; null before. @param transactions hashes of the block's, in order */
  report(view: GameView, transactions: Hash[]): Promise<StepReport | null>;
}
