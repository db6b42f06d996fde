import type { Address, Hash } from '@tephra/protocol';

/** Where a log lies; logs come in the L1's order. */
export type L1Log = { blockNumber: bigint; transactionHash: Hash };

/** Events of a Rollup that say what became of its packs (contracts/src/rollup/IRollup.sol). */
export type PackEvent = L1Log &
  (
    | {
        eventName: 'PackSubmitted';
        args: {
          index: bigint;
          firstBlock: bigint;
          lastBlock: bigint;
          outputRoot: Hash;
          packHash: Hash;
          proposer: Address;
          windowEnd: bigint;
          terminal: boolean;
        };
      }
    | { eventName: 'PacksReverted'; args: { fromIndex: bigint; revertEpoch: bigint } }
  );

/** Events of the contract that plays dispute games (contracts/src/dispute/IChallengeManager.sol); enums by their index. */
export type DisputeEvent = L1Log &
  (
    | {
        eventName: 'ChallengeOpened';
        args: {
          challengeId: bigint;
          rollup: Address;
          packIndex: bigint;
          kind: number;
          blockIndex: bigint;
          initial: Hash;
          claimed: Hash;
          challenger: Address;
          defenceEnd: bigint;
        };
      }
    | {
        eventName: 'DefenceEntered';
        args: { challengeId: bigint; gameId: bigint; defender: Address; root: Hash };
      }
    | {
        eventName: 'NodesRevealed';
        args: { gameId: bigint; level: number; height: number; position: bigint; nodes: readonly Hash[] };
      }
    | {
        eventName: 'ChildPicked';
        args: { gameId: bigint; level: number; height: number; position: bigint; node: Hash };
      }
    | {
        eventName: 'StepsCommitted';
        args: { gameId: bigint; segment: bigint; before: Hash; claimed: Hash; root: Hash };
      }
    | {
        eventName: 'StepProven';
        args: { gameId: bigint; segment: bigint; stepIndex: bigint; before: Hash; post: Hash; family: number };
      }
    | { eventName: 'GameEnded'; args: { gameId: bigint; challengeId: bigint; status: number; byTimeout: boolean } }
    | { eventName: 'ClaimProven'; args: { challengeId: bigint; keyHash: Hash; prover: Address } }
    | { eventName: 'ChallengeResolved'; args: { challengeId: bigint; status: number } }
    | { eventName: 'ClockMoved'; args: { gameId: bigint; turn: number; deadline: bigint } }
  );

/** An event of either contract. */
export type ChainEvent = PackEvent | DisputeEvent;
