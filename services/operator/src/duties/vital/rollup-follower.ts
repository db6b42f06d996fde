import { retry, type Service, TephraError } from '@tephra/core';
import { rollupAbi } from '@tephra/l1';
import {
  encodeVitalBlock,
  encodeVitalPack,
  type Hash,
  type Hex,
  type Pack,
  packHash,
  type VitalBlockStatement,
  vitalBlockDigest,
  vitalPackDigest,
  vitalTaskId,
} from '@tephra/protocol';
import type { DutyContext } from '../../duty.ts';
import { reasonOf } from '../../status.ts';
import { assertNoConflict } from './conflicts.ts';
import { VitalError } from './errors.ts';
import type { NodeClient, NodeVerification } from './node-client.ts';
import type { RollupFacts } from './rollup-facts.ts';
import type { Stvf } from './stvf.ts';
import { type ChainTip, type VerifiedBlock, verifyBlocks } from './verify-blocks.ts';
import { type PackTip, verifyPack } from './verify-pack.ts';

export type RollupFollowerOptions = {
  facts: RollupFacts;
  pollIntervalMs: number;
  /** Blocks on top of an L1 block before it is believed. */
  l1Depth: number;
};

export type RollupFollowerDeps = { context: DutyContext; node: NodeClient; stvf: Stvf };

/** An answer is of use for this long. */
const ANSWER_LIFE_MS = 120_000;
/** Most blocks in one proof. */
const MAX_STEP = 6n;
const LONGEST_PAUSE_MS = 15_000;

/** What the L1 says of a rollup's packs now. */
type L1State = {
  epoch: bigint;
  pack: PackTip;
  /** Newest L1 block that is deep enough. */
  head: bigint;
  /** The chain has ended: what follows are addenda, which bonds stand for. */
  isOver: boolean;
};

/**
 * Verifies one rollup: from the newest pack on the L1 on it executes every block by itself, signs those at which proofs end, and
 * packs that say what these blocks and the L1 say. Nothing but the signing journal survives a restart, and nothing has to.
 */
export class RollupFollower implements Service {
  readonly #options: RollupFollowerOptions;
  readonly #deps: RollupFollowerDeps;
  readonly #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  #tip: ChainTip | undefined;
  #epoch = -1n;
  /** Verified blocks above the newest pack on the L1, ascending. */
  #blocks: VerifiedBlock[] = [];
  #signedPack: Hash | undefined;
  #failures = 0;
  #problem: string | undefined;

  constructor(options: RollupFollowerOptions, deps: RollupFollowerDeps) {
    this.#options = options;
    this.#deps = deps;
  }

  /** Why nothing is signed for this rollup at the moment; undefined when all is well. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Newest block that this operator has executed. */
  get verified(): bigint {
    return this.#tip?.number ?? 0n;
  }

  async start(): Promise<void> {
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the duty was stopped'));
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { clock } = this.#deps.context;
    const { pollIntervalMs } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#turn();
        this.#failures = 0;
        this.#problem = undefined;
      } catch (error) {
        if (signal.aborted) return;
        this.#fail(error);
      }
      const pause = pollIntervalMs * 2 ** Math.min(this.#failures, 8);
      await clock.sleep(Math.min(LONGEST_PAUSE_MS, pause), signal).catch(() => undefined);
    }
  }

  #fail(error: unknown): void {
    const { logger } = this.#deps.context;
    const { chainId } = this.#options.facts;
    this.#failures++;
    // Whatever was wrong, what stands on the L1 is a place to begin again.
    if (!(error instanceof VitalError && error.retryable)) this.#tip = undefined;
    const code = error instanceof TephraError ? error.code : 'INTERNAL';
    const line = { chainId, code, failures: this.#failures, reason: reasonOf(error) };
    // What passes by itself is of interest to nobody at first.
    if (error instanceof VitalError && error.retryable && this.#failures < 4) {
      logger.debug(line, 'a rollup is not verified at the moment');
      return;
    }
    this.#problem = `chain ${chainId}: ${line.reason} (${code})`;
    if (this.#failures <= 4 || this.#failures % 32 === 0) logger.warn(line, 'a rollup is not verified');
  }

  async #turn(): Promise<void> {
    const { node, stvf } = this.#deps;
    const { facts } = this.#options;
    const { signal } = this.#stopping;
    const program = await stvf.program();
    if (program !== facts.stvfHash) {
      throw new VitalError(
        'PROGRAM_DIFFERS',
        `it was made for the program ${facts.stvfHash}, this operator has ${program}`,
        {
          hint: 'Run the version of this software that the rollup was made with.',
        },
      );
    }
    const l1 = await this.#readL1();
    if (l1.isOver) return;
    const status = await node.verification(signal);
    if (status?.attestation.toLowerCase() !== facts.attestation.toLowerCase()) {
      throw new VitalError('NOT_VERIFIABLE', 'its node takes no certificates of this AVS', { retryable: true });
    }
    this.#anchor(l1);
    while (this.#tip!.number < status.newest && !signal.aborted) await this.#advance(status, l1, status.newest);
    if (status.proposal && !signal.aborted) await this.#attestPack(status.proposal, status, l1);
  }

  async #readL1(): Promise<L1State> {
    const { client, feed } = this.#deps.context.l1;
    const newest = feed.head ?? (await feed.firstHead);
    const head = newest - BigInt(this.#options.l1Depth);
    const contract = { address: this.#options.facts.rollup, abi: rollupAbi, blockNumber: head } as const;
    const [epoch, index, terminal] = await Promise.all([
      client.readContract({ ...contract, functionName: 'revertEpoch' }),
      client.readContract({ ...contract, functionName: 'packCount' }),
      client.readContract({ ...contract, functionName: 'terminalPack' }),
    ]);
    const { lastBlock, outputRoot } = await client.readContract({
      ...contract,
      functionName: 'packRecord',
      args: [index],
    });
    return { epoch, head, pack: { index, lastBlock, outputRoot }, isOver: terminal !== 0n };
  }

  /** Begins at the newest pack when there is no other beginning, or packs were voided; forgets what it covers. */
  #anchor({ epoch, pack }: L1State): void {
    if (this.#tip === undefined || this.#epoch !== epoch || this.#tip.number < pack.lastBlock) {
      this.#tip = { number: pack.lastBlock, outputRoot: pack.outputRoot, l1OriginNumber: undefined };
      this.#epoch = epoch;
      this.#blocks = [];
    }
    const covered = this.#blocks.find(({ number }) => number === pack.lastBlock);
    if (covered && covered.outputRoot !== pack.outputRoot) {
      throw new VitalError('PARENT_DIFFERS', `pack ${pack.index} on the L1 is not what was verified`, {
        details: { verified: covered.outputRoot, posted: pack.outputRoot },
        hint: 'It can be disputed while its window is open.',
      });
    }
    this.#blocks = this.#blocks.filter(({ number }) => number > pack.lastBlock);
  }

  /** Verifies up to the next block at which a proof ends, or to `target`, and signs there. */
  async #advance({ povBlocks, newest }: NodeVerification, l1: L1State, target: bigint): Promise<void> {
    const { context, node, stvf } = this.#deps;
    const tip = this.#tip!;
    const every = BigInt(povBlocks);
    const end = least(tip.number + every - (tip.number % every), tip.number + MAX_STEP, target);
    const proof = await node.pov(tip.number + 1n, end, this.#stopping.signal);
    let blocks: VerifiedBlock[];
    try {
      const at = { facts: this.#options.facts, tip, l1Head: l1.head };
      blocks = await verifyBlocks(proof, at, { client: context.l1.client, stvf });
    } catch (error) {
      if (error instanceof VitalError) error.message = `blocks ${tip.number + 1n} to ${end}: ${error.message}`;
      throw error;
    }
    if (blocks.at(-1)?.number !== end) throw new VitalError('PROOF_INVALID', `it does not end at block ${end}`);
    for (const block of blocks) {
      const statement = this.#statementOf(block, l1.epoch);
      await assertNoConflict(statement, this.#digestOf(statement), {
        client: context.l1.client,
        decisions: context.decisions,
      });
    }
    const last = blocks.at(-1)!;
    if (end % every === 0n || end === newest) await this.#signBlock(this.#statementOf(last, l1.epoch));
    this.#blocks.push(...blocks);
    this.#tip = { number: end, outputRoot: last.outputRoot, l1OriginNumber: last.output.l1OriginNumber };
  }

  async #attestPack(pack: Pack, status: NodeVerification, l1: L1State): Promise<void> {
    const { facts } = this.#options;
    const hash = packHash(pack);
    if (hash === this.#signedPack || pack.index <= l1.pack.index) return;
    while (this.#tip!.number < pack.lastBlock) await this.#advance(status, l1, pack.lastBlock);
    const blocks = this.#blocks.filter(({ number }) => number <= pack.lastBlock);
    await verifyPack(pack, { facts, tip: l1.pack, blocks }, { client: this.#deps.context.l1.client });
    const { l1OriginNumber } = pack.output;
    const statement = {
      rollup: facts.rollup,
      revertEpoch: l1.epoch,
      packHash: hash,
      referenceBlock: Number(l1OriginNumber),
    };
    const { avs, l1: own } = this.#deps.context;
    const digest = vitalPackDigest(BigInt(own.chainId), avs.taskManager!, statement);
    const taskKey = vitalTaskId({ kind: 'pack', ...statement, index: pack.index });
    await this.#sign(taskKey, digest, encodeVitalPack(statement), l1OriginNumber);
    this.#signedPack = hash;
  }

  #statementOf({ number, outputRoot, output }: VerifiedBlock, revertEpoch: bigint): VitalBlockStatement {
    const { blockHash, l1OriginNumber, l1OriginHash } = output;
    const { rollup } = this.#options.facts;
    const referenceBlock = Number(l1OriginNumber);
    return { rollup, revertEpoch, number, blockHash, outputRoot, l1OriginNumber, l1OriginHash, referenceBlock };
  }

  #digestOf(statement: VitalBlockStatement): Hash {
    const { avs, l1 } = this.#deps.context;
    return vitalBlockDigest(BigInt(l1.chainId), avs.taskManager!, statement);
  }

  async #signBlock(statement: VitalBlockStatement): Promise<void> {
    const taskKey = vitalTaskId({ kind: 'block', ...statement });
    await this.#sign(taskKey, this.#digestOf(statement), encodeVitalBlock(statement), statement.l1OriginNumber);
  }

  async #sign(taskKey: string, digest: Hash, response: Hex, createdAtBlock: bigint): Promise<void> {
    const { clock, sign, submit } = this.#deps.context;
    const expiresAt = clock.now() + ANSWER_LIFE_MS;
    const signed = await retry(() => sign(taskKey, digest, { response, createdAtBlock, expiresAt }), {
      attempts: Number.POSITIVE_INFINITY,
      signal: this.#stopping.signal,
      clock,
      // A full disk or a signer that is away may come back in time.
      retryIf: (error) => error instanceof TephraError && error.retryable && clock.now() < expiresAt,
    });
    submit(taskKey, { ...signed, response, expiresAt });
  }
}

function least(first: bigint, ...others: bigint[]): bigint {
  let result = first;
  for (const value of others) if (value < result) result = value;
  return result;
}
