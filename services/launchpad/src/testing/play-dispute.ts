import {
  challengeManagerAbi,
  type L1Client,
  rollupAbi,
  rollupFactoryAbi,
  type Sent,
  type TransactionSender,
} from '@tephra/l1';
import { type Address, decodeGenesisConfig, type Hash, type Hex, hardforkNumber, type Pack } from '@tephra/protocol';
import { encodeAbiParameters, encodeFunctionData, keccak256, parseEventLogs } from 'viem';

/** First word of the state with which a block's claim ends (contracts/src/dispute/Words.sol). */
const DONE = 8n;
/** In place of a step contract's number: the state stands still. */
const STUTTER = 255;
/** Levels that a move goes down. */
const STRIDE = 3;

type Player = Pick<TransactionSender, 'send' | 'address' | 'client'>;

/** A tree whose leaves are all `rest` but for the first; its nodes without its leaves. */
class PlainTree {
  /** By height: the leftmost node, and every other one. */
  readonly #first: Hash[];
  readonly #rest: Hash[];
  readonly height: number;

  constructor(first: Hash, rest: Hash, height: number) {
    this.height = height;
    this.#first = [first];
    this.#rest = [rest];
    for (let at = 0; at < height; at++) {
      this.#first.push(join(this.#first[at]!, this.#rest[at]!));
      this.#rest.push(join(this.#rest[at]!, this.#rest[at]!));
    }
  }

  node(height: number, position: number): Hash {
    return position === 0 ? this.#first[height]! : this.#rest[height]!;
  }

  get root(): Hash {
    return this.node(this.height, 0);
  }

  proof(position: number): Hash[] {
    return Array.from({ length: this.height }, (_, height) =>
      this.node(height, Math.floor(position / 2 ** height) ^ 1),
    );
  }

  ends(): { firstProof: Hash[]; lastProof: Hash[] } {
    return { firstProof: this.proof(0), lastProof: this.proof(2 ** this.height - 1) };
  }
}

function join(left: Hash, right: Hash): Hash {
  return keccak256(`${left}${right.slice(2)}`);
}

/**
 * Plays both sides of games about blocks of a rollup, on the real contract. The defence says that the claim's last state holds
 * from the first segment on; where it is attacked from the second on, the L1 can see that it stands still there, so that a game
 * comes to its end without any step contract.
 */
export class DisputePlay {
  readonly #manager: Address;
  readonly #rollup: Address;
  readonly #client: L1Client;

  constructor(options: { manager: Address; rollup: Address }, deps: { client: L1Client }) {
    this.#manager = options.manager;
    this.#rollup = options.rollup;
    this.#client = deps.client;
  }

  /** Challenges block `blockIndex` of a pack; gives the challenge's id. */
  async challenge(player: Player, pack: Pack, blockIndex: number): Promise<bigint> {
    const value = await this.#client.readContract({ ...this.#read, functionName: 'challengeBond' });
    const sent = await this.#send(player, value, {
      functionName: 'challenge',
      args: [this.#rollup, pack, 0, BigInt(blockIndex)],
    });
    const [opened] = parseEventLogs({ ...this.#events, eventName: 'ChallengeOpened', logs: sent.receipt.logs });
    return opened!.args.challengeId;
  }

  /** Enters a defence; gives the game's id. */
  async defend(player: Player, challengeId: bigint): Promise<bigint> {
    const { initial, claimed } = await this.#client.readContract({
      ...this.#read,
      functionName: 'challengeOf',
      args: [challengeId],
    });
    const value = await this.#client.readContract({ ...this.#read, functionName: 'defenceBond' });
    const tree = new PlainTree(initial, claimed, 16);
    const { firstProof, lastProof } = tree.ends();
    const sent = await this.#send(player, value, {
      functionName: 'defend',
      args: [challengeId, tree.root, firstProof, lastProof],
    });
    const [entered] = parseEventLogs({ ...this.#events, eventName: 'DefenceEntered', logs: sent.receipt.logs });
    return entered!.args.gameId;
  }

  /** Plays up to `moves` moves of both sides, the challenger always choosing the last part; gives how many there were. */
  async play(gameId: bigint, sides: { defender: Player; challenger: Player }, moves: number): Promise<number> {
    for (let done = 0; done < moves; done++) {
      if (!(await this.#move(gameId, sides))) return done;
    }
    return moves;
  }

  async timeout(player: Player, gameId: bigint): Promise<Sent> {
    return this.#send(player, 0n, { functionName: 'timeout', args: [gameId] });
  }

  async resolve(player: Player, challengeId: bigint): Promise<Sent> {
    return this.#send(player, 0n, { functionName: 'resolve', args: [challengeId] });
  }

  /** The step that a game came to, proven by its standing still; `outputRoot` is what the disputed block claims. */
  async prove(player: Player, gameId: bigint, outputRoot: Hash): Promise<Sent> {
    const { position, segmentBefore: before, segmentClaimed: claimed } = await this.#game(gameId);
    const tree = new PlainTree(before, claimed, 27);
    const witness = encodeAbiParameters([{ type: 'uint256' }, { type: 'bytes32' }], [DONE, outputRoot]);
    return this.#send(player, 0n, {
      functionName: 'proveStep',
      args: [gameId, before, tree.proof(Number(position) - 1), await this.#env(), STUTTER, witness],
    });
  }

  get #read() {
    return { address: this.#manager, abi: challengeManagerAbi } as const;
  }

  get #events() {
    return { abi: challengeManagerAbi } as const;
  }

  #game(gameId: bigint) {
    return this.#client.readContract({ ...this.#read, functionName: 'gameOf', args: [gameId] });
  }

  async #move(gameId: bigint, { defender, challenger }: { defender: Player; challenger: Player }): Promise<boolean> {
    const game = await this.#game(gameId);
    const { level, height, position } = game;
    const { initial, claimed } = await this.#client.readContract({
      ...this.#read,
      functionName: 'challengeOf',
      args: [game.challengeId],
    });
    const segments = new PlainTree(initial, claimed, 16);
    const tree = level === 0 ? segments : new PlainTree(game.segmentBefore, game.segmentClaimed, 27);
    if (game.turn === 1) {
      const child = game.children.length - 1;
      await this.#send(challenger, 0n, { functionName: 'pick', args: [gameId, child, game.children[child]!] });
      return true;
    }
    if (height > 0) {
      const down = Math.min(STRIDE, height);
      const first = Number(position) * 2 ** down;
      const nodes = Array.from({ length: 2 ** down }, (_, index) => tree.node(height - down, first + index));
      await this.#send(defender, 0n, { functionName: 'reveal', args: [gameId, nodes] });
      return true;
    }
    if (level === 1) return false;
    const before = segments.node(0, Number(position) - 1);
    const steps = new PlainTree(before, segments.node(0, Number(position)), 27);
    const { firstProof, lastProof } = steps.ends();
    const beforeProof = segments.proof(Number(position) - 1);
    await this.#send(defender, 0n, {
      functionName: 'commitSteps',
      args: [gameId, before, beforeProof, steps.root, firstProof, lastProof],
    });
    return true;
  }

  /** The rules by which the rollup's steps are executed. */
  async #env() {
    const rollup = { address: this.#rollup, abi: rollupAbi } as const;
    const [inbox, chainId, codes, origins] = await Promise.all([
      this.#client.readContract({ ...rollup, functionName: 'inbox' }),
      this.#client.readContract({ ...rollup, functionName: 'chainId' }),
      this.#client.readContract({ ...this.#read, functionName: 'codes' }),
      this.#client.readContract({ ...this.#read, functionName: 'origins' }),
    ]);
    const rules = decodeGenesisConfig(await this.#genesisConfig(chainId));
    return {
      ...{ codes, origins, inbox, chainId, capped: 1n },
      fork: BigInt(hardforkNumber(rules.hardfork)),
      blockGasLimit: rules.blockGasLimit,
      gasless: rules.gasless ? 1n : 0n,
      minBaseFee: rules.minBaseFee,
      dataFeePerByte: rules.dataFeePerByte,
    };
  }

  async #genesisConfig(chainId: bigint): Promise<Hex> {
    const [created] = await this.#client.getContractEvents({
      abi: rollupFactoryAbi,
      eventName: 'RollupCreated',
      args: { chainId },
      fromBlock: 0n,
      strict: true,
    });
    return created!.args.genesisConfig;
  }

  #send(
    player: Player,
    value: bigint,
    call: Omit<Parameters<typeof encodeFunctionData<typeof challengeManagerAbi>>[0], 'abi'>,
  ): Promise<Sent> {
    const data = encodeFunctionData({ abi: challengeManagerAbi, ...call } as Parameters<typeof encodeFunctionData>[0]);
    return player.send({ to: this.#manager, data, value });
  }
}
