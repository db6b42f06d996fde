import type { GameView } from '@tephra/dispute';
import { challengeManagerAbi, type L1Client, oneStepVerifierAbi } from '@tephra/l1';
import type { Address, Hash } from '@tephra/protocol';
import { getAbiItem } from 'viem';

/** Numbers of the contract's enumerations (contracts/src/dispute/IChallengeManager.sol). */
const KINDS = ['block', 'reading'] as const;
const CHALLENGE_STATUS = ['none', 'open', 'failed', 'succeeded'] as const;
const GAME_STATUS = ['none', 'open', 'upheld', 'refuted', 'moot'] as const;
const TURNS = ['defender', 'challenger'] as const;

export type ChallengeView = {
  id: bigint;
  rollup: Address;
  packIndex: bigint;
  packEpoch: bigint;
  kind: (typeof KINDS)[number];
  blockIndex: number;
  status: (typeof CHALLENGE_STATUS)[number];
  challenger: Address;
  /** L1 seconds; defences may be entered until then. */
  defenceEnd: bigint;
  claimed: Hash;
  games: number;
  openGames: number;
};

export type ContestedGame = GameView & {
  challengeId: bigint;
  defender: Address;
  status: (typeof GAME_STATUS)[number];
  /** L1 seconds; whose turn it is has lost behind it. */
  deadline: bigint;
};

const OPENED = getAbiItem({ abi: challengeManagerAbi, name: 'ChallengeOpened' });

/** Reads the contract that settles disputes, at its newest state: what was moved a block ago counts. */
export class ChallengeContract {
  readonly address: Address;
  readonly #client: L1Client;
  #verifier: Address | undefined;
  readonly #at: { address: Address; abi: typeof challengeManagerAbi };

  constructor(address: Address, client: L1Client) {
    this.address = address;
    this.#client = client;
    this.#at = { address, abi: challengeManagerAbi };
  }

  /** Ids of the challenges about a rollup that were opened in L1 blocks from..to. */
  async opened(rollup: Address, range: { from: bigint; to: bigint }): Promise<bigint[]> {
    if (range.from > range.to) return [];
    const logs = await this.#client.getLogs({
      address: this.address,
      event: OPENED,
      args: { rollup },
      fromBlock: range.from,
      toBlock: range.to,
      strict: true,
    });
    return logs.map(({ args }) => args.challengeId);
  }

  async challenge(id: bigint): Promise<ChallengeView> {
    const found = await this.#client.readContract({ ...this.#at, functionName: 'challengeOf', args: [id] });
    return {
      id,
      rollup: found.rollup,
      packIndex: found.packIndex,
      packEpoch: found.packEpoch,
      kind: KINDS[found.kind]!,
      blockIndex: Number(found.blockIndex),
      status: CHALLENGE_STATUS[found.status]!,
      challenger: found.challenger,
      defenceEnd: found.defenceEnd,
      claimed: found.claimed,
      games: Number(found.games),
      openGames: Number(found.openGames),
    };
  }

  /** The defences of a challenge. */
  async games({ id, games }: ChallengeView): Promise<ContestedGame[]> {
    return Promise.all(
      Array.from({ length: games }, async (_, i) =>
        this.game(await this.#client.readContract({ ...this.#at, functionName: 'gameAt', args: [id, BigInt(i)] })),
      ),
    );
  }

  async game(gameId: bigint): Promise<ContestedGame> {
    const found = await this.#client.readContract({ ...this.#at, functionName: 'gameOf', args: [gameId] });
    const level = found.level === 0 ? 0 : 1;
    return {
      gameId,
      challengeId: found.challengeId,
      defender: found.defender,
      status: GAME_STATUS[found.status]!,
      turn: TURNS[found.turn]!,
      root: level === 0 ? found.root : found.segmentsRoot,
      place: {
        level,
        segment: level === 0 ? 0 : Number(found.segment),
        height: found.height,
        position: Number(found.position),
      },
      node: found.node,
      shown: found.children.length === 0 ? null : [...found.children],
      deadline: found.deadline,
    };
  }

  async bonds(): Promise<{ challenge: bigint; defence: bigint }> {
    const [challenge, defence] = await Promise.all([
      this.#client.readContract({ ...this.#at, functionName: 'challengeBond' }),
      this.#client.readContract({ ...this.#at, functionName: 'defenceBond' }),
    ]);
    return { challenge, defence };
  }

  /** Where code and origins are known. */
  async registries(): Promise<{ codes: Address; origins: Address }> {
    const [codes, origins] = await Promise.all([
      this.#client.readContract({ ...this.#at, functionName: 'codes' }),
      this.#client.readContract({ ...this.#at, functionName: 'origins' }),
    ]);
    return { codes, origins };
  }

  /** The contract that checks steps of a family. */
  async familyAt(family: number): Promise<Address> {
    this.#verifier ??= await this.#client.readContract({ ...this.#at, functionName: 'verifier' });
    const at = { address: this.#verifier, abi: oneStepVerifierAbi } as const;
    return this.#client.readContract({ ...at, functionName: 'familyAt', args: [family] });
  }

  creditOf(account: Address): Promise<bigint> {
    return this.#client.readContract({ ...this.#at, functionName: 'creditOf', args: [account] });
  }
}
