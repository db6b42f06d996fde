import { mkdir } from 'node:fs/promises';
import { errorMessage, type Logger, lockDataDir, TephraError } from '@tephra/core';
import type { Engine } from '@tephra/engine';
import { createL1Client, type L1Client, PREDEPLOY_CODE } from '@tephra/l1';
import {
  BatchError,
  type BlockContent,
  contentOfFrames,
  encodePredeployBundle,
  type GenesisConfig,
  type Hash,
  type Hex,
  type Pack,
  ProtocolError,
} from '@tephra/protocol';
import { applyPackEvents, isIsolated, type PostedPack, readPackEvents, terminalPackIndex } from '../batcher/index.ts';
import { loadParent, openStore } from '../producer/index.ts';
import type { ChainStore } from '../store/index.ts';
import { executeBlock, genesisBlock, type ParentBlock, type SealedBlock } from '../transition/index.ts';
import { DerivationError } from './errors.ts';
import { L1Inputs } from './l1Inputs.ts';
import { readFrame, readPack } from './readPack.ts';
import { type RollupRecord, readRollup } from './readRollup.ts';

export type RebuildOptions = {
  l1RpcUrl: string;
  /** Address of the chain's Rollup contract. */
  rollup: Hex;
  /** Data folder of the node-to-be: empty, or left by an interrupted rebuild of the same chain. */
  dataDir: string;
  /** Which implementation executes; default `wasm`. */
  engine?: Engine['name'];
  /** L1 block up to which packs count; default the newest. */
  l1Block?: bigint;
  /** Whose isolated addenda belong to the chain; default nobody's. */
  poster?: Hex;
};

export type RebuildProgress = {
  packs: number;
  packsDone: number;
  lastBlock: bigint;
  /** Newest block that is rebuilt. */
  block: bigint;
  transactions: number;
};

export type RebuildDeps = {
  logger: Logger;
  client?: L1Client;
  onProgress?: (progress: RebuildProgress) => void;
  signal?: AbortSignal;
};

export type RebuildResult = {
  record: RollupRecord;
  /** Newest block of the newest pack. */
  head: { number: bigint; hash: Hash; outputRoot: Hash };
  packs: number;
  /** Blocks and transactions executed by this call. */
  blocks: number;
  transactions: number;
  /** True when the newest pack is the chain's last. */
  terminal: boolean;
  /** True when the chain's predeploys are those of this software; others follow rules that it does not vouch for. */
  knownPredeploys: boolean;
};

/**
 * Rebuilds a chain from the L1 alone: genesis from the creation event, blocks from the batches in calldata, system
 * transactions from the inbox; executes all of it and compares every block with the output root that its pack claims. The
 * store then holds the chain up to the newest pack, and a node that is started on the folder goes on from there. Blocks
 * before a refused one stay, so that the call can be repeated.
 * @throws DerivationError
 */
export async function rebuild(options: RebuildOptions, deps: RebuildDeps): Promise<RebuildResult> {
  const client = deps.client ?? createL1Client({ rpcUrl: options.l1RpcUrl });
  const record = await readRollup(client, options.rollup);
  const l1Block = options.l1Block ?? (await client.getBlockNumber());
  const range = { from: record.createdAtBlock, to: l1Block };
  const posted = applyPackEvents([], await readPackEvents(client, record.rollup, range, deps.signal)).packs;
  const packs = await rowOf(client, record.rollup, posted, options.poster);
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const release = await lockDataDir(options.dataDir);
  try {
    await checkGenesis(record);
    const { store, engine } = await open(options, record.config);
    try {
      return await new Rebuild(client, record, packs, { store, engine }, deps).run();
    } finally {
      await engine.close();
      await store.close();
    }
  } finally {
    await release();
  }
}

/**
 * The packs that build on one another from the first to the newest: those of the chain itself, or up to where the isolated
 * addenda of `poster` begin and from there on these.
 */
async function rowOf(client: L1Client, rollup: Hex, packs: PostedPack[], poster?: Hex): Promise<PostedPack[]> {
  if (!packs.some((pack) => pack.terminal)) return packs;
  const terminal = await terminalPackIndex(client, rollup);
  const isolated = new Set<bigint>();
  for (const { index } of packs) {
    if (index > terminal && (await isIsolated(client, rollup, index))) isolated.add(index);
  }
  const own = packs.filter((pack) => isolated.has(pack.index) && pack.proposer.toLowerCase() === poster?.toLowerCase());
  const branch = own[0]?.index;
  const shared = packs.filter(({ index }) => !isolated.has(index) && (branch === undefined || index < branch));
  return [...shared, ...own];
}

/** @throws DerivationError CONTENT_MISMATCH */
function checkContent(pack: Pack, computed: Hash): void {
  if (pack.contentRoot === computed) return;
  throw new DerivationError('CONTENT_MISMATCH', `the frames of pack ${pack.index} hold something else than it claims`, {
    details: { blockNumber: pack.firstBlock, pack: pack.index, claimed: pack.contentRoot, computed },
    hint: 'The pack is wrong or was made by another version of this software; compare with a second implementation.',
  });
}

/** @throws DerivationError GENESIS_MISMATCH */
async function checkGenesis(record: RollupRecord): Promise<void> {
  const { block } = await genesisBlock(record.config, PREDEPLOY_CODE);
  if (block.outputRoot === record.genesisOutputRoot) return;
  throw new DerivationError('GENESIS_MISMATCH', 'the recorded configuration gives another block 0 than the L1 holds', {
    details: { blockNumber: 0n, expected: record.genesisOutputRoot, computed: block.outputRoot },
    hint: 'Use the version of this software that created the chain.',
  });
}

/** @throws DerivationError FOLDER_IN_USE */
async function open({ dataDir, engine = 'wasm' }: RebuildOptions, genesis: GenesisConfig) {
  try {
    return await openStore({ dataDir, genesis, predeployCode: PREDEPLOY_CODE, engine });
  } catch (cause) {
    throw new DerivationError(
      'FOLDER_IN_USE',
      `${dataDir} cannot hold chain ${genesis.chainId}: ${errorMessage(cause)}`,
      {
        details: { dataDir },
        hint: 'Name an empty folder.',
        cause,
      },
    );
  }
}

/** Packs that are fetched while earlier ones execute. */
const LOOKAHEAD = 4;
type LoadedPack = { pack: Pack; contents: BlockContent[] };

class Rebuild {
  readonly #client: L1Client;
  readonly #record: RollupRecord;
  readonly #packs: PostedPack[];
  readonly #store: ChainStore;
  readonly #deps: RebuildDeps;
  readonly #engine: Engine;
  #blocks = 0;
  #transactions = 0;

  constructor(
    client: L1Client,
    record: RollupRecord,
    packs: PostedPack[],
    chain: { store: ChainStore; engine: Engine },
    deps: RebuildDeps,
  ) {
    this.#client = client;
    this.#record = record;
    this.#packs = packs;
    this.#store = chain.store;
    this.#engine = chain.engine;
    this.#deps = deps;
  }

  async run(): Promise<RebuildResult> {
    let parent = await loadParent({ engine: this.#engine, store: this.#store });
    // Messages begin behind the newest origin: all before it are consumed.
    const firstL1Block = parent.header.number === 0n ? this.#record.createdAtBlock : parent.l1Origin.number + 1n;
    const inputs = new L1Inputs(this.#client, this.#record.inbox, firstL1Block);
    const known = this.#packs.filter((posted) => posted.lastBlock <= parent.header.number);
    for (const posted of known) this.#checkKnown(posted);
    const coming = this.#packs.slice(known.length);
    const ahead: Promise<LoadedPack>[] = [];
    for (const done of coming.keys()) {
      this.#deps.signal?.throwIfAborted();
      this.#progress(known.length + done, parent.header.number);
      while (ahead.length < LOOKAHEAD && done + ahead.length < coming.length) {
        const loading = this.#load(coming[done + ahead.length]!);
        // Awaited in its turn, which reports it; an earlier pack may fail first.
        loading.catch(() => undefined);
        ahead.push(loading);
      }
      try {
        parent = await this.#rebuildPack(await ahead.shift()!, known.length + done, parent, inputs);
      } catch (error) {
        // Behind the terminal pack anybody may post: what is wrong there takes nothing back of the settlement.
        if (!(error instanceof DerivationError) || !this.#packs[known.length + done - 1]?.terminal) throw error;
        this.#deps.logger.warn({ pack: known.length + done + 1, reason: error.message }, 'an addendum is wrong');
        parent = await loadParent({ engine: this.#engine, store: this.#store });
        break;
      }
    }
    this.#progress(this.#packs.length, parent.header.number);
    await this.#store.flushed();
    const head = this.#store.headRecord()!;
    return {
      record: this.#record,
      head: { number: head.header.number, hash: head.header.hash, outputRoot: head.outputRoot },
      packs: this.#packs.length,
      blocks: this.#blocks,
      transactions: this.#transactions,
      terminal: this.#packs.at(-1)?.terminal ?? false,
      knownPredeploys: this.#knowsPredeploys(),
    };
  }

  #knowsPredeploys(): boolean {
    const code = this.#record.config.predeployCode;
    if (!code || encodePredeployBundle(code) === encodePredeployBundle(PREDEPLOY_CODE)) return true;
    this.#deps.logger.warn(
      { rollup: this.#record.rollup },
      'the chain was created with other predeploys than this version brings',
    );
    return false;
  }

  #checkKnown(posted: PostedPack): void {
    if (this.#store.recordByNumber(posted.lastBlock)?.outputRoot === posted.outputRoot) return;
    throw new DerivationError('FOLDER_IN_USE', `block ${posted.lastBlock} in the folder is not the one on the L1`, {
      details: { blockNumber: posted.lastBlock, pack: posted.index },
      hint: 'Name an empty folder.',
    });
  }

  async #load(posted: PostedPack): Promise<LoadedPack> {
    const pack = await readPack(this.#client, posted);
    return { pack, contents: await this.#readBlocks(pack) };
  }

  async #rebuildPack(
    { pack, contents }: LoadedPack,
    done: number,
    start: ParentBlock,
    inputs: L1Inputs,
  ): Promise<ParentBlock> {
    inputs.prefetch(contents.map((content) => content.l1OriginNumber));
    let parent = start;
    for (const [i, content] of contents.entries()) {
      if (content.number <= start.header.number) continue;
      this.#deps.signal?.throwIfAborted();
      const sealed = await this.#execute(parent, content, inputs);
      const { outputRoot } = sealed.block;
      if (outputRoot !== pack.outputRoots[i]) {
        throw new DerivationError(
          'OUTPUT_MISMATCH',
          `block ${content.number} gives another output root than pack ${pack.index} claims`,
          {
            details: {
              blockNumber: content.number,
              pack: pack.index,
              claimed: pack.outputRoots[i],
              computed: outputRoot,
            },
            hint: 'The pack is wrong or was made by another version of this software; compare with a second implementation.',
          },
        );
      }
      this.#store.append(sealed, '0x');
      parent = sealed.parent;
      this.#blocks++;
      this.#transactions += content.transactions.length;
      if (i % 64 === 63) this.#progress(done, content.number);
    }
    this.#deps.logger.debug({ pack: pack.index, lastBlock: pack.lastBlock }, 'pack rebuilt');
    return parent;
  }

  async #readBlocks(pack: Pack): Promise<BlockContent[]> {
    const frames = await Promise.all(
      pack.frames.map((frame) => readFrame(this.#client, this.#record.batchRegistry, frame, pack.firstBlock)),
    );
    try {
      const content = contentOfFrames(frames, pack);
      checkContent(pack, content.contentRoot);
      return content.blocks;
    } catch (cause) {
      if (!(cause instanceof BatchError)) throw cause;
      throw new DerivationError('BATCH_CORRUPT', `pack ${pack.index}: ${cause.message}`, {
        details: { blockNumber: cause.blockNumber ?? pack.firstBlock, pack: pack.index, reason: cause.code },
        hint: cause.hint,
        cause,
      });
    }
  }

  async #execute(parent: ParentBlock, content: BlockContent, inputs: L1Inputs): Promise<SealedBlock> {
    const origin = await inputs.origin(content.l1OriginNumber, content.number);
    const advances = origin.number > parent.l1Origin.number;
    const messages = advances ? await inputs.messages(parent.output.inboxPosition, origin.number, content.number) : [];
    const { config } = this.#record;
    try {
      return await executeBlock({ chainId: config.chainId, rules: config }, { engine: this.#engine }, parent, content, {
        origin,
        messages,
      });
    } catch (cause) {
      if (!(cause instanceof ProtocolError) && !(cause instanceof TephraError)) throw cause;
      throw new DerivationError(
        'BLOCK_INVALID',
        `block ${content.number} breaks a rule of the chain: ${cause.message}`,
        {
          details: { blockNumber: content.number, reason: cause.code },
          hint: 'The pack that carries it is wrong.',
          cause,
        },
      );
    }
  }

  #progress(packsDone: number, block: bigint): void {
    this.#deps.onProgress?.({
      packs: this.#packs.length,
      packsDone,
      lastBlock: this.#packs.at(-1)?.lastBlock ?? 0n,
      block,
      transactions: this.#transactions,
    });
  }
}
