import { type Clock, errorMessage, type Logger } from '@tephra/core';
import { type Bls, loadBls } from '@tephra/crypto';
import {
  type AvsDeployment,
  type AvsOperator,
  type L1Client,
  OperatorStateReader,
  type TransactionSender,
} from '@tephra/l1';
import {
  type Address,
  type AttestationTask,
  decodeVitalBlock,
  decodeVitalPack,
  encodePack,
  encodeVitalBlock,
  type Hash,
  type Hex,
  type Pack,
  packHash,
  parseVitalTaskId,
  type VitalTask,
  vitalBlockDigest,
  vitalPackDigest,
  vitalTaskId,
} from '@tephra/protocol';
import { Refusal } from '../../errors.ts';
import type { AdapterContext, AvsAdapter, SubmissionRequest, SubmissionResult } from '../adapter.ts';
import { type KnownRollup, NodeClient } from './node-client.ts';
import { Rollups } from './rollups.ts';
import { isPackPosted, submitVital } from './submission.ts';

export type VitalAdapterOptions = {
  /** Its `taskManager`, the contract for certificates, must not be null. */
  deployment: AvsDeployment & { taskManager: Address };
  chainId: number;
  /** JSON-RPC of the rollups' nodes; `{chainId}` stands for the rollup's. */
  nodeUrl: string;
  /** How often nodes and L1 are asked for what is new, milliseconds; default 1,000. */
  pollMs?: number;
  /** L1 blocks that hold a pack before it counts as confirmed, its own included; default 2. */
  confirmations?: number;
  /** Operators have so long to answer, milliseconds; default 120,000. */
  taskLifeMs?: number;
};

export type VitalAdapterDeps = {
  client: L1Client;
  /** Pays for packs. No other process may send with its key. */
  sender: TransactionSender;
  clock: Clock;
  logger: Logger;
  fetch?: typeof fetch;
};

/**
 * VITAL: operators vouch for blocks at which proofs of validity end, and for packs. Nobody gives these tasks: operators and this
 * adapter see at the same nodes what there is to vouch for, and name it alike.
 */
export class VitalAdapter implements AvsAdapter {
  readonly name: string;
  readonly #options: Required<VitalAdapterOptions>;
  readonly #deps: VitalAdapterDeps & {
    bls: Bls;
    reader: OperatorStateReader;
    rollups: Rollups;
    nodes: NodeClient;
  };
  #lastContactAt = 0;

  private constructor(options: VitalAdapterOptions, deps: VitalAdapterDeps, bls: Bls) {
    const { deployment } = options;
    this.name = deployment.name;
    this.#options = { pollMs: 1_000, confirmations: 2, taskLifeMs: 120_000, ...options };
    this.#deps = {
      ...deps,
      bls,
      reader: new OperatorStateReader(deployment, deps),
      rollups: new Rollups({ attestation: deployment.taskManager }, deps),
      nodes: new NodeClient({ url: options.nodeUrl }, deps),
    };
  }

  static async create(options: VitalAdapterOptions, deps: VitalAdapterDeps): Promise<VitalAdapter> {
    return new VitalAdapter(options, deps, await loadBls());
  }

  digestOf(task: AttestationTask, response: Hex): Hash {
    const asked = parseVitalTaskId(task.taskId);
    const { deployment, chainId } = this.#options;
    if (asked.kind === 'block') {
      const statement = decodeVitalBlock(response);
      const sameTask = vitalTaskId({ kind: 'block', ...statement }) === task.taskId;
      if (!sameTask || statement.referenceBlock !== task.referenceBlockNumber)
        throw new Error('it answers another task');
      return vitalBlockDigest(BigInt(chainId), deployment.taskManager, statement);
    }
    const statement = decodeVitalPack(response);
    const samePack = statement.packHash === asked.packHash && statement.rollup === asked.rollup;
    const sameTime =
      statement.revertEpoch === asked.revertEpoch && statement.referenceBlock === task.referenceBlockNumber;
    if (!samePack || !sameTime) throw new Error('it answers another task');
    return vitalPackDigest(BigInt(chainId), deployment.taskManager, statement);
  }

  operatorsFor(task: AttestationTask): Promise<AvsOperator[]> {
    return this.#deps.reader.operatorsAt(task.quorumNumbers, task.referenceBlockNumber);
  }

  quorumsOf(operatorId: Hash): Promise<number[]> {
    return this.#deps.reader.quorumsOf(operatorId);
  }

  async fetchTask(taskId: string): Promise<AttestationTask | null> {
    let asked: VitalTask;
    try {
      asked = parseVitalTaskId(taskId);
    } catch {
      return null;
    }
    const { rollups, nodes } = this.#deps;
    const known = rollups.get(asked.rollup);
    if (!known || (await rollups.stateOf(asked.rollup)).revertEpoch !== asked.revertEpoch) return null;
    const found =
      asked.kind === 'block'
        ? await this.#blockTask(known, asked.revertEpoch, asked.number)
        : this.#packTask(known, asked.revertEpoch, (await nodes.status(known.chainId))?.proposal ?? null);
    return found?.taskId === taskId ? found : null;
  }

  /** Tasks follow from what rollups' nodes and the L1 say: bringing one only makes it known sooner. */
  async checkTask(task: AttestationTask): Promise<AttestationTask> {
    const found = await this.fetchTask(task.taskId);
    if (!found) throw new Refusal('UNKNOWN_TASK', `there is nothing to vouch for by the name ${task.taskId}`);
    if (found.content !== task.content) throw new Refusal('MALFORMED', `${task.taskId} is about something else`);
    return found;
  }

  async run(context: AdapterContext): Promise<void> {
    const { clock, rollups } = this.#deps;
    const { signal } = context;
    while (!signal.aborted) {
      await rollups.refresh();
      this.#lastContactAt = clock.now();
      await Promise.all(rollups.all().map((rollup) => this.#announce(rollup, context)));
      await clock.sleep(this.#options.pollMs, signal).catch(() => undefined);
    }
  }

  submit(request: SubmissionRequest): Promise<SubmissionResult> {
    const { deployment, confirmations } = this.#options;
    return submitVital({ source: deployment, confirmations }, request, this.#deps);
  }

  async isSubmitted(task: AttestationTask): Promise<boolean> {
    const asked = parseVitalTaskId(task.taskId);
    // A node keeps what it was given, and a later certificate says more.
    if (asked.kind === 'block') return true;
    return await isPackPosted(this.#deps.client, asked.rollup, asked.index);
  }

  lastContactAt(): number {
    return this.#lastContactAt;
  }

  /** What a rollup has to be vouched for now. A node that is away, or stakes that don't reach back so far, hold up nobody. */
  async #announce(known: KnownRollup, { onTask }: AdapterContext): Promise<void> {
    const { rollups, nodes, logger } = this.#deps;
    try {
      const { revertEpoch, isOver } = await rollups.stateOf(known.rollup);
      if (isOver) return;
      const status = await nodes.status(known.chainId);
      if (status === null) return;
      const tasks = [
        status.newest === 0n ? null : await this.#blockTask(known, revertEpoch, status.newest),
        this.#packTask(known, revertEpoch, status.proposal),
      ];
      for (const task of tasks) if (task) await onTask(task);
    } catch (error) {
      logger.debug(
        { avs: this.name, chainId: known.chainId, reason: errorMessage(error) },
        'a rollup is not watched now',
      );
    }
  }

  async #blockTask(known: KnownRollup, revertEpoch: bigint, number: bigint): Promise<AttestationTask | null> {
    const block = await this.#deps.nodes.block(known.chainId, number);
    if (!block) return null;
    const { blockHash, outputRoot, l1OriginNumber, l1OriginHash } = block;
    const about = { rollup: known.rollup, revertEpoch, number, l1OriginNumber, l1OriginHash };
    const content = encodeVitalBlock({ ...about, blockHash, outputRoot, referenceBlock: Number(l1OriginNumber) });
    return this.#task(vitalTaskId({ kind: 'block', ...about }), l1OriginNumber, content);
  }

  #packTask(known: KnownRollup, revertEpoch: bigint, pack: Pack | null): AttestationTask | null {
    if (!pack) return null;
    const { rollup } = known;
    const taskId = vitalTaskId({ kind: 'pack', rollup, revertEpoch, index: pack.index, packHash: packHash(pack) });
    return this.#task(taskId, pack.output.l1OriginNumber, encodePack(pack));
  }

  #task(taskId: string, referenceBlock: bigint, content: Hex): AttestationTask {
    const { deployment, taskLifeMs } = this.#options;
    return {
      avs: this.name,
      taskId,
      referenceBlockNumber: Number(referenceBlock),
      quorumNumbers: deployment.quorums.map(({ number }) => number),
      thresholdPercentages: deployment.quorums.map(({ thresholdPercentage }) => thresholdPercentage),
      expiresAt: this.#deps.clock.now() + taskLifeMs,
      content,
    };
  }
}
