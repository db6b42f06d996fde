import { TephraError } from '@tephra/core';
import { createEngine, type Engine, hexToBytes } from '@tephra/engine';
import type { L1Client } from '@tephra/l1';
import {
  BatchError,
  type BlockContent,
  type ChainRules,
  contentOfFrames,
  type Hex,
  type Pack,
  type PackContent,
  ProtocolError,
} from '@tephra/protocol';
import type { PostedPack } from '../batcher/index.ts';
import type { StoredBlock } from '../chain.ts';
import { L1Inputs } from '../derivation/l1Inputs.ts';
import { readFrame, readPack } from '../derivation/readPack.ts';
import type { ChainStore } from '../store/index.ts';
import { contentOf, executeBlock, loadHistory, type ParentBlock, readMode } from '../transition/index.ts';
import type { Claim } from './claim.ts';

export type JudgeOptions = { chainId: bigint; rules: ChainRules; inbox: Hex; batchRegistry: Hex };
export type JudgeDeps = {
  client: L1Client;
  store: Pick<ChainStore, 'get' | 'recordByNumber' | 'blockByNumber' | 'headerByNumber'>;
};

/** A pack as it was posted. */
export type ReadPack = { pack: Pack; frames: Hex[]; content: PackContent | null };

export type Verdict =
  | { kind: 'right'; read: ReadPack }
  /** What is wrong first, from left to right. */
  | { kind: 'wrong'; read: ReadPack; claim: Claim; why: string }
  /** The node does not have the block that the pack builds on. */
  | { kind: 'unknown' };

/**
 * Says whether a pack is right: by this node's own blocks where they are the same, else by executing what the pack's frames
 * hold, so that a right pack of somebody else's blocks is not taken for a wrong one.
 */
export class Judge {
  readonly #options: JudgeOptions;
  readonly #deps: JudgeDeps;

  constructor(options: JudgeOptions, deps: JudgeDeps) {
    this.#options = options;
    this.#deps = deps;
  }

  /** @throws DerivationError when the L1 endpoint does not have the pack or its frames */
  async judge(posted: PostedPack): Promise<Verdict> {
    return this.verdict(await this.#read(posted));
  }

  /** The same, of a pack that was read. */
  async verdict(read: ReadPack): Promise<Verdict> {
    const { pack, content } = read;
    if (content === null || content.contentRoot !== pack.contentRoot) {
      const why = content === null ? 'its frames can’t be read' : 'its frames hold something else than it says';
      return { kind: 'wrong', read, claim: { kind: 'reading', pack, blockIndex: 0 }, why };
    }
    const { store } = this.#deps;
    const parent = store.recordByNumber(pack.firstBlock - 1n);
    if (parent === undefined || parent.outputRoot !== pack.parentOutputRoot) return { kind: 'unknown' };
    let same = 0;
    for (const [i, root] of pack.outputRoots.entries()) {
      if (store.recordByNumber(pack.firstBlock + BigInt(i))?.outputRoot !== root) break;
      same = i + 1;
    }
    if (same === pack.outputRoots.length) return { kind: 'right', read };
    return this.#execute(read, content.blocks, same);
  }

  /** The pack from the calldata of its transaction, with its frames; no content where they hold none. */
  async #read(posted: PostedPack): Promise<ReadPack> {
    const { client } = this.#deps;
    const pack = await readPack(client, posted);
    const frames = await Promise.all(
      pack.frames.map((frame) => readFrame(client, this.#options.batchRegistry, frame, pack.firstBlock)),
    );
    try {
      return { pack, frames, content: contentOfFrames(frames, pack) };
    } catch (error) {
      if (!(error instanceof BatchError)) throw error;
      return { pack, frames, content: null };
    }
  }

  /** Blocks from `first` on are not this node's, or not what the pack says of them. */
  async #execute(read: ReadPack, blocks: BlockContent[], first: number): Promise<Verdict> {
    const { pack } = read;
    const number = pack.firstBlock + BigInt(first);
    const own = this.#deps.store.blockByNumber(number);
    // A node whose chain ends before has nothing to say of what may follow.
    if (own === undefined) return { kind: 'unknown' };
    if (isSame(own, blocks[first]!)) return wrong(read, first, `block ${number} gives ${own.outputRoot}`);
    const { engine, keep } = this.#engineOver(pack.firstBlock + BigInt(first) - 1n);
    try {
      let parent = await this.#parent(engine, number - 1n);
      const inputs = new L1Inputs(this.#deps.client, this.#options.inbox, parent.l1Origin.number + 1n);
      for (let i = first; i < blocks.length; i++) {
        const content = blocks[i]!;
        const origin = await inputs.origin(content.l1OriginNumber, content.number);
        const advances = origin.number > parent.l1Origin.number;
        const messages = advances
          ? await inputs.messages(parent.output.inboxPosition, origin.number, content.number)
          : [];
        const sealed = await executeBlock(this.#options, { engine }, parent, content, { origin, messages });
        const { outputRoot } = sealed.block;
        if (outputRoot !== pack.outputRoots[i]) return wrong(read, i, `block ${content.number} gives ${outputRoot}`);
        keep(sealed.writes, sealed.block);
        parent = sealed.parent;
      }
      return { kind: 'right', read };
    } catch (error) {
      // A block that breaks a rule is wrong; what fails otherwise says nothing about it.
      const isRule = error instanceof ProtocolError || (error instanceof TephraError && !error.retryable);
      if (!isRule) throw error;
      const at = Number(BigInt((error.details?.blockNumber as bigint | undefined) ?? number) - pack.firstBlock);
      return wrong(read, at, error.message);
    } finally {
      await engine.close();
    }
  }

  /** An engine that writes nothing, over the chain up to a block and what it executes behind it. */
  #engineOver(newest: bigint): {
    engine: Engine;
    keep: (writes: [Uint8Array, Uint8Array][], block: Pick<StoredBlock, 'header'>) => void;
  } {
    const { store } = this.#deps;
    const fresh = new Map<string, Uint8Array>();
    const hashes = new Map<bigint, Uint8Array>();
    const nameOf = (key: Uint8Array): string => Buffer.from(key).toString('latin1');
    const engine = createEngine(
      'wasm',
      { chainId: this.#options.chainId, hardfork: this.#options.rules.hardfork },
      {
        store: { get: (key) => fresh.get(nameOf(key)) ?? store.get(key) },
        blockHash: (number) => {
          const hash = number > newest ? undefined : store.headerByNumber(number)?.hash;
          return hashes.get(number) ?? (hash === undefined ? undefined : hexToBytes(hash));
        },
      },
    );
    return {
      engine,
      keep: (writes, { header }) => {
        for (const [key, value] of writes) fresh.set(nameOf(key), value);
        hashes.set(header.number, hexToBytes(header.hash));
      },
    };
  }

  async #parent(engine: Engine, number: bigint): Promise<ParentBlock> {
    const { store } = this.#deps;
    const { header, l1Origin, output } = store.recordByNumber(number)!;
    return {
      header,
      l1Origin,
      output,
      mode: await readMode(engine, { stateRoot: header.stateRoot, context: header }),
      history: loadHistory(header, (at) => store.headerByNumber(at)?.hash),
    };
  }
}

const wrong = (read: ReadPack, blockIndex: number, why: string): Verdict => ({
  kind: 'wrong',
  read,
  claim: { kind: 'block', pack: read.pack, blockIndex },
  why,
});

/** Whether a block's producer chose the same. */
function isSame({ header, l1Origin, transactions }: StoredBlock, content: BlockContent): boolean {
  const own = contentOf(header, l1Origin, transactions);
  return (
    own.timestamp === content.timestamp &&
    own.l1OriginNumber === content.l1OriginNumber &&
    own.transactions.length === content.transactions.length &&
    own.transactions.every((raw, i) => raw === content.transactions[i])
  );
}
