import { errorMessage, type Logger } from '@tephra/core';
import { FAMILIES, type Move, type ProvenStep } from '@tephra/dispute';
import { bytesToHex } from '@tephra/engine';
import {
  codeRegistryAbi,
  frameTreesAbi,
  type L1Client,
  L1Error,
  originRegistryAbi,
  type TransactionSender,
} from '@tephra/l1';
import type { Address, Hash, Hex } from '@tephra/protocol';
import { isAddressEqual, keccak256, numberToHex, zeroHash } from 'viem';
import {
  defendData,
  moveData,
  recordOriginData,
  registerCodeData,
  registerFrameData,
  resolveData,
  timeoutData,
  type VerifierEnv,
} from './calls.ts';
import type { ChallengeContract, ChallengeView, ContestedGame } from './challengeContract.ts';
import type { ClaimMind } from './claim.ts';

export type PlayerDeps = {
  contract: ChallengeContract;
  client: L1Client;
  /** Whose moves are made. */
  sender: Pick<TransactionSender, 'send' | 'address'>;
  env: VerifierEnv;
  logger: Logger;
};

/** What a player is ready to do in a challenge. */
export type Intent = {
  mind: ClaimMind;
  /** Enter a defence, where there is none of this player's. */
  defend: boolean;
};

/**
 * Makes the moves of one account in challenges. Keeps nothing: what is to be done follows from the contract each time, so that
 * moves which were lost, or mined in another order, or undone by the L1 are made again as the game stands then.
 */
export class Player {
  readonly #deps: PlayerDeps;
  readonly #defenceBond: bigint;

  constructor(options: { defenceBond: bigint }, deps: PlayerDeps) {
    this.#deps = deps;
    this.#defenceBond = options.defenceBond;
  }

  get address(): Address {
    return this.#deps.sender.address;
  }

  /**
   * Does what is to be done next in a challenge that is open.
   * @param now seconds of the newest L1 block
   */
  async play(challenge: ChallengeView, now: bigint, intent: Intent): Promise<void> {
    const { contract } = this.#deps;
    const games = await contract.games(challenge);
    const isOurs = isAddressEqual(challenge.challenger, this.address);
    const entered = games.some(({ defender }) => isAddressEqual(defender, this.address));
    if (intent.defend && !isOurs && !entered && now < challenge.defenceEnd) await this.#defend(challenge, intent.mind);
    await Promise.all(
      games
        .filter(({ status }) => status === 'open')
        .map((game) => this.#attempt(() => this.#turn(game, isOurs, now, intent))),
    );
    const isOver = now > challenge.defenceEnd && games.every(({ status }) => status !== 'open');
    if (isOurs && isOver) await this.#attempt(() => this.#send(resolveData(challenge.id)));
  }

  async #defend({ id }: ChallengeView, mind: ClaimMind): Promise<void> {
    await this.#attempt(async () => {
      await this.#send(defendData(id, await mind.defence()), this.#defenceBond);
      this.#deps.logger.info({ challenge: id }, 'defended a claim of this chain');
    });
  }

  async #turn(game: ContestedGame, isChallenger: boolean, now: bigint, { mind }: Intent): Promise<void> {
    const isDefender = isAddressEqual(game.defender, this.address);
    const isOurs = game.turn === 'defender' ? isDefender : isChallenger;
    if (!isOurs) {
      if ((isDefender || isChallenger) && now > game.deadline) await this.#send(timeoutData(game.gameId));
      return;
    }
    const move = game.turn === 'defender' ? await mind.defenderMove(game) : await mind.challengerMove(game);
    if (move !== null) await this.#make(game, move);
  }

  async #make(game: ContestedGame, move: Move): Promise<void> {
    if (move.kind === 'proveStep') await this.#show(move);
    await this.#send(moveData(game.gameId, move, this.#deps.env));
    const { level, height, position } = game.place;
    this.#deps.logger.info({ game: game.gameId, move: move.kind, level, height, position }, 'moved in a dispute');
  }

  /** Tells the L1 what it must know before it can check a step; what it knows already costs nothing. */
  async #show({ codes, frames = [], origin }: ProvenStep): Promise<void> {
    await this.#registerCodes(codes);
    for (const frame of frames) await this.#registerFrame(frame);
    if (origin !== undefined) await this.#recordOrigin(origin);
  }

  async #registerFrame(frame: Uint8Array): Promise<void> {
    const { client, sender, contract } = this.#deps;
    const reader = await contract.familyAt(FAMILIES.indexOf('reading'));
    const at = { address: reader, abi: frameTreesAbi } as const;
    const { known } = await client.readContract({ ...at, functionName: 'treeOf', args: [keccak256(frame)] });
    if (!known) await sender.send({ to: reader, data: registerFrameData(bytesToHex(frame)) });
  }

  async #recordOrigin(number: bigint): Promise<void> {
    const { client, sender, env } = this.#deps;
    const at = { address: env.origins, abi: originRegistryAbi } as const;
    const known = await client.readContract({ ...at, functionName: 'hashOf', args: [number] });
    if (known === zeroHash) await sender.send({ to: env.origins, data: recordOriginData(number) });
  }

  async #registerCodes(codes: ProvenStep['codes']): Promise<void> {
    const { client, env, sender } = this.#deps;
    for (const [hash, bytes] of new Map(codes.map((code) => [code.hash, code.bytes]))) {
      const codeHash: Hash = numberToHex(hash, { size: 32 });
      const registry = { address: env.codes, abi: codeRegistryAbi } as const;
      const { known } = await client.readContract({ ...registry, functionName: 'codeOf', args: [codeHash] });
      if (!known) await sender.send({ to: env.codes, data: registerCodeData(bytesToHex(bytes)) });
    }
  }

  async #send(data: Hex, value = 0n): Promise<void> {
    await this.#deps.sender.send({ to: this.#deps.contract.address, data, value });
  }

  /** A move that the contract does not take was made for a game that has gone on: the next look shows it. */
  async #attempt(move: () => Promise<void>): Promise<void> {
    try {
      await move();
    } catch (error) {
      if (!(error instanceof L1Error)) throw error;
      this.#deps.logger.warn({ reason: errorMessage(error) }, 'a move in a dispute was not taken');
    }
  }
}
