import type { Clock } from '@tephra/core';
import { challengeManagerAbi, inRanges, type L1Client, rollupAbi } from '@tephra/l1';
import type { Address } from '@tephra/protocol';
import { getAbiItem, zeroAddress } from 'viem';
import { EventJournal, type L1Head } from './event-journal.ts';
import { type FoldedChallenge, foldGames } from './fold-games.ts';
import { foldPacks, type Posting } from './fold-packs.ts';
import type { ChainEvent, DisputeEvent, PackEvent } from './l1-events.ts';

const PACK_EVENTS = [
  getAbiItem({ abi: rollupAbi, name: 'PackSubmitted' }),
  getAbiItem({ abi: rollupAbi, name: 'PacksReverted' }),
] as const;
const DISPUTE_EVENTS = [
  getAbiItem({ abi: challengeManagerAbi, name: 'ChallengeOpened' }),
  getAbiItem({ abi: challengeManagerAbi, name: 'DefenceEntered' }),
  getAbiItem({ abi: challengeManagerAbi, name: 'NodesRevealed' }),
  getAbiItem({ abi: challengeManagerAbi, name: 'ChildPicked' }),
  getAbiItem({ abi: challengeManagerAbi, name: 'StepsCommitted' }),
  getAbiItem({ abi: challengeManagerAbi, name: 'StepProven' }),
  getAbiItem({ abi: challengeManagerAbi, name: 'GameEnded' }),
  getAbiItem({ abi: challengeManagerAbi, name: 'ChallengeResolved' }),
  getAbiItem({ abi: challengeManagerAbi, name: 'ClaimProven' }),
  getAbiItem({ abi: challengeManagerAbi, name: 'ClockMoved' }),
] as const;
const NO_PACK = (1n << 64n) - 1n;

/** What a chain's dispute game asks of its players; wei and seconds. */
export type DisputeTerms = { manager: Address; challengeBond: bigint; defenceBond: bigint; clock: bigint };

/** All that the L1 says of a chain's packs and disputes, at one block. */
export type RollupState = {
  rollup: Address;
  /** Whose certificates let packs through; null where only bonds do. */
  attestation: Address | null;
  head: L1Head;
  postings: Posting[];
  challenges: FoldedChallenge[];
  finalisedPack: bigint;
  /** Lowest pack with an open challenge. */
  firstContested: bigint | null;
  /** Null when the chain has no dispute game. */
  terms: DisputeTerms | null;
};

/** Packs and disputes of one chain, followed by their events; works when somebody asks. */
export class RollupView {
  readonly #rollup: Address;
  readonly #client: L1Client;
  readonly #journal: EventJournal<ChainEvent>;
  #terms: Promise<DisputeTerms | null> | undefined;
  #attestation: Address | undefined;

  constructor(options: { rollup: Address; createdAtBlock: bigint }, deps: { client: L1Client; clock: Clock }) {
    this.#rollup = options.rollup;
    this.#client = deps.client;
    const { client, clock } = deps;
    const source = {
      head: async () => {
        const { number, timestamp } = await client.getBlock();
        return { number, timestamp };
      },
      events: (from: bigint, to: bigint) => this.#events(from, to),
    };
    this.#journal = new EventJournal({ firstBlock: options.createdAtBlock }, { source, clock });
  }

  /** @throws what the L1 answers when it refuses */
  async read(): Promise<RollupState> {
    const { head, events } = await this.#journal.read();
    const terms = await this.#readTerms();
    const at = { address: this.#rollup, blockNumber: head.number } as const;
    const [finalisedPack, contested] = await Promise.all([
      this.#client.readContract({ ...at, abi: rollupAbi, functionName: 'finalisedPack' }),
      terms === null
        ? NO_PACK
        : this.#client.readContract({
            ...{ abi: challengeManagerAbi, address: terms.manager, blockNumber: head.number },
            functionName: 'firstContested',
            args: [this.#rollup],
          }),
    ]);
    this.#attestation ??= await this.#client.readContract({
      ...{ address: this.#rollup, abi: rollupAbi, functionName: 'attestation' },
    });
    return {
      rollup: this.#rollup,
      attestation: this.#attestation === zeroAddress ? null : this.#attestation,
      head,
      postings: foldPacks(events.filter(isPackEvent)),
      challenges: foldGames(
        events.filter((event): event is DisputeEvent => !isPackEvent(event)),
        this.#rollup,
      ),
      finalisedPack,
      firstContested: contested === NO_PACK ? null : contested,
      terms,
    };
  }

  async #events(from: bigint, to: bigint): Promise<readonly ChainEvent[]> {
    const terms = await this.#readTerms();
    const address = terms === null ? this.#rollup : [this.#rollup, terms.manager];
    return inRanges({ from, to }, (fromBlock, toBlock) =>
      this.#client.getLogs({
        address,
        events: [...PACK_EVENTS, ...DISPUTE_EVENTS],
        fromBlock,
        toBlock,
        strict: true,
      }),
    );
  }

  /** Fixed when the chain is made. */
  #readTerms(): Promise<DisputeTerms | null> {
    this.#terms ??= this.#askTerms().catch((error: unknown) => {
      this.#terms = undefined;
      throw error;
    });
    return this.#terms;
  }

  async #askTerms(): Promise<DisputeTerms | null> {
    const manager = await this.#client.readContract({
      address: this.#rollup,
      abi: rollupAbi,
      functionName: 'disputeGame',
    });
    if (manager === zeroAddress) return null;
    const read = { address: manager, abi: challengeManagerAbi } as const;
    const [challengeBond, defenceBond, clock] = await Promise.all([
      this.#client.readContract({ ...read, functionName: 'challengeBond' }),
      this.#client.readContract({ ...read, functionName: 'defenceBond' }),
      this.#client.readContract({ ...read, functionName: 'clockOf', args: [this.#rollup] }),
    ]);
    return { manager, challengeBond, defenceBond, clock };
  }
}

function isPackEvent(event: ChainEvent): event is PackEvent {
  return event.eventName === 'PackSubmitted' || event.eventName === 'PacksReverted';
}
