import { type Clock, errorMessage, type Logger, systemClock } from '@tephra/core';
import { type ClaimTrees, challengerMove, defenceOf, defenderMove, type State } from '@tephra/dispute';
import { type Lie, lyingOutput, lyingReading } from '@tephra/dispute/drill';
import { bytesToHex, codeKey, hexToBytes } from '@tephra/engine';
import { contentOfFrames, encodeContent, type Hash, type Hex, outputRoot, type Pack } from '@tephra/protocol';
import {
  ChallengeContract,
  type ClaimMind,
  claimInputOf,
  contentOf,
  envOf,
  machineOf,
  Player,
  postFrameData,
  submitPackData,
} from '@tephra/rollup/disputes';
import { keccak256 } from 'viem';
import type { DisposableLayer } from './disposableLayer.ts';

/** A lie about the content is told of the pack, any other of its last block. */
export type DrillKind = Lie | 'wrong-frame';

/** A pack that is wrong in one thing, and what its proposer defends it with. */
export type LyingPack = { pack: Pack; frames: Hex[]; mind: ClaimMind };

/** A pack of the layer's first blocks, as they are. */
export function honestPack({ node }: DisposableLayer, count: number): { pack: Pack; frames: Hex[] } {
  const store = node.store!;
  const covered = Array.from({ length: count }, (_, i) => store.blockByNumber(BigInt(i + 1))!);
  const last = covered.at(-1)!;
  const { frames, contentRoot } = encodeContent(
    covered.map(({ header, l1Origin, transactions }) => contentOf(header, l1Origin, transactions)),
  );
  const pack: Pack = {
    index: 1n,
    firstBlock: 1n,
    lastBlock: last.header.number,
    parentOutputRoot: store.recordByNumber(0n)!.outputRoot,
    contentRoot,
    output: last.output,
    outputRoots: covered.map((block) => block.outputRoot),
    frames: frames.map((frame) => keccak256(frame)),
    terminal: false,
  };
  return { pack, frames };
}

/** The newest block that can be lied about in this way, in a pack of all blocks up to it; null while there is none. */
export async function lyingPack(layer: DisposableLayer, kind: DrillKind): Promise<LyingPack | null> {
  const store = layer.node.store!;
  for (let count = Number(store.head()!.number); count > 0; count--) {
    if (kind !== 'wrong-frame' && store.recordByNumber(BigInt(count))!.transactionCount === 0) continue;
    const { pack, frames } = honestPack(layer, count);
    const lying = kind === 'wrong-frame' ? lieOfContent(pack, frames) : await lieOfBlock(layer, kind, pack, frames);
    if (lying !== null) return lying;
  }
  return null;
}

function lieOfContent(pack: Pack, frames: Hex[]): LyingPack {
  const claimed = keccak256(pack.contentRoot);
  const trees = lyingReading(
    machineOf({ kind: 'reading', pack, frames }, () => undefined),
    hexToBytes(claimed),
  );
  return { pack: { ...pack, contentRoot: claimed }, frames, mind: mindOf(trees) };
}

async function lieOfBlock(layer: DisposableLayer, lie: Lie, pack: Pack, frames: Hex[]): Promise<LyingPack | null> {
  const { node, l1, config, inbox } = layer;
  const store = node.store!;
  const claim = { kind: 'block', pack, blockIndex: pack.outputRoots.length - 1 } as const;
  const read = { pack, frames, content: contentOfFrames(frames, pack) };
  const input = await claimInputOf(
    claim,
    read,
    { chainId: config.chainId, rules: config, inbox },
    { store, client: l1 },
  );
  const machine = machineOf(input, (hash) => store.get(hash) ?? store.get(codeKey(hash)));
  const lying = lyingOutput(machine, lie);
  if (lying === null) return null;
  const outputRoots = [...pack.outputRoots.slice(0, -1), outputRoot(lying.output)];
  return { pack: { ...pack, output: lying.output, outputRoots }, frames, mind: mindOf(lying.trees) };
}

/** What the liar knows. That no step proves its lie it finds out once in each game. */
function mindOf(trees: ClaimTrees<State>): ClaimMind {
  const stuck = new Set<bigint>();
  return {
    final: async () => bytesToHex(trees.final),
    defence: async () => defenceOf(trees),
    defenderMove: async (view) => {
      if (stuck.has(view.gameId)) return null;
      const move = defenderMove(view, trees);
      if (move?.kind === 'proveStep') stuck.add(view.gameId);
      return move;
    },
    challengerMove: async (view) => challengerMove(view, trees),
    report: async () => null,
  };
}

/** @returns hash of the L1 transaction that claims it */
export async function postPack(
  { sender, batchRegistry, rollup }: DisposableLayer,
  { pack, frames }: Pick<LyingPack, 'pack' | 'frames'>,
): Promise<Hash> {
  for (const frame of frames) await sender.send({ to: batchRegistry, data: postFrameData(frame) });
  const { hash } = await sender.send({ to: rollup, data: submitPackData(pack) });
  return hash;
}

/** Defends the lie as long as there is a move to make. */
export class LyingDefender {
  readonly #layer: DisposableLayer;
  readonly #mind: ClaimMind;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(layer: DisposableLayer, mind: ClaimMind, deps: { logger: Logger; clock?: Clock }) {
    this.#layer = layer;
    this.#mind = mind;
    this.#logger = deps.logger;
    this.#clock = deps.clock ?? systemClock;
  }

  start(): void {
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { l1, sender, rollup, disputeGame, createdAtBlock, config, inbox } = this.#layer;
    const { signal } = this.#stopping;
    const contract = new ChallengeContract(disputeGame, l1);
    const env = envOf({ chainId: config.chainId, rules: config }, { ...(await contract.registries()), inbox });
    const { defence } = await contract.bonds();
    const player = new Player({ defenceBond: defence }, { contract, client: l1, sender, env, logger: this.#logger });
    while (!signal.aborted) {
      try {
        const { number, timestamp } = await l1.getBlock();
        for (const id of await contract.opened(rollup, { from: createdAtBlock, to: number })) {
          const challenge = await contract.challenge(id);
          if (challenge.status === 'open') await player.play(challenge, timestamp, { mind: this.#mind, defend: true });
        }
      } catch (error) {
        this.#logger.warn({ reason: errorMessage(error) }, 'the liar could not move');
      }
      await this.#clock.sleep(250, signal).catch(() => undefined);
    }
  }
}
