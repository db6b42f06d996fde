import { errorMessage, retry } from '@tephra/core';
import { rollupFactoryAbi, vitalAttestationAbi } from '@tephra/l1';
import type { Address, Hex } from '@tephra/protocol';
import { encodeEventTopics, type Log, parseEventLogs } from 'viem';
import type { Duty, DutyContext, DutyModule } from '../../duty.ts';
import { OperatorError } from '../../errors.ts';
import { NodeClient } from './node-client.ts';
import { readRollupFacts } from './rollup-facts.ts';
import { RollupFollower } from './rollup-follower.ts';
import { type Stvf, StvfThread } from './stvf.ts';

export type VitalOptions = {
  /** JSON-RPC of the rollups' nodes; `{chainId}` stands for the rollup's. */
  nodeUrl: string;
  /** Only these, wherever they were made; default: all of the factory's that name this AVS. */
  rollups?: readonly Address[] | undefined;
  /** How often each node is asked. */
  pollIntervalMs: number;
  l1Depth: number;
};

/** VITAL: executes rollups' blocks again from proofs of validity, and vouches for blocks and packs. */
export function vitalDuty(options: VitalOptions, deps: { stvf?: () => Stvf } = {}): DutyModule {
  return {
    name: 'vital',
    description: 'Executes blocks of rollups again from proofs of validity, and vouches for them and for packs',
    create: (context) => new VitalDuty(context, options, deps.stvf?.() ?? new StvfThread()),
  };
}

class VitalDuty implements Duty {
  readonly #context: DutyContext;
  readonly #options: VitalOptions;
  readonly #stvf: Stvf;
  readonly #followers = new Map<Address, RollupFollower>();
  readonly #looking = new Set<Promise<void>>();
  #unfollow: () => void = () => undefined;
  readonly #stopping = new AbortController();

  constructor(context: DutyContext, options: VitalOptions, stvf: Stvf) {
    this.#context = context;
    this.#options = options;
    this.#stvf = stvf;
  }

  get problems(): string[] {
    return [...this.#followers.values()].flatMap(({ problem }) => problem ?? []);
  }

  async start(): Promise<void> {
    const { avs, l1, metrics } = this.#context;
    if (avs.taskManager === null)
      throw new OperatorError('UNKNOWN_DUTY', `${avs.name} names no contract for certificates`);
    metrics.gauge({
      name: 'operator_vital_rollups',
      help: 'Rollups that are verified',
      collect: () => this.#followers.size,
    });
    if (this.#options.rollups) {
      for (const rollup of this.#options.rollups) this.#look(rollup);
      return;
    }
    const attestation = { address: avs.taskManager, abi: vitalAttestationAbi } as const;
    const factory = await l1.client.readContract({ ...attestation, functionName: 'factory' });
    const fromBlock = await l1.client.readContract({
      address: factory,
      abi: rollupFactoryAbi,
      functionName: 'deployedAtBlock',
    });
    if (this.#stopping.signal.aborted) return;
    this.#unfollow = l1.feed.follow({
      address: factory,
      topics: encodeEventTopics({ abi: rollupFactoryAbi, eventName: 'RollupCreated' }) as Hex[],
      fromBlock,
      onLogs: (logs) => this.#read(logs),
      // A rollup that vanished is asked for in vain until it is created again.
      onReorg: () => undefined,
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new OperatorError('SIGNING_STOPPED', 'the duty was stopped'));
    this.#unfollow();
    await Promise.all(this.#looking);
    await Promise.all([...this.#followers.values()].map((follower) => follower.stop()));
    await this.#stvf.stop();
  }

  #read(logs: Log[]): void {
    for (const { args } of parseEventLogs({ abi: rollupFactoryAbi, eventName: 'RollupCreated', logs })) {
      this.#look(args.rollup);
    }
  }

  #look(rollup: Address): void {
    const work = this.#follow(rollup)
      .catch((error: unknown) => {
        if (!this.#stopping.signal.aborted)
          this.#context.logger.warn({ rollup, reason: errorMessage(error) }, 'a rollup is left out');
      })
      .finally(() => this.#looking.delete(work));
    this.#looking.add(work);
  }

  async #follow(rollup: Address): Promise<void> {
    const { avs, l1, clock, logger } = this.#context;
    const facts = await retry(() => readRollupFacts(l1.client, rollup), {
      attempts: Number.POSITIVE_INFINITY,
      maxMs: 30_000,
      signal: this.#stopping.signal,
      clock,
      retryIf: () => !this.#stopping.signal.aborted,
    });
    if (facts.attestation.toLowerCase() !== avs.taskManager!.toLowerCase()) return;
    if (this.#stopping.signal.aborted || this.#followers.has(facts.rollup)) return;
    const { nodeUrl, pollIntervalMs, l1Depth } = this.#options;
    const node = new NodeClient({ url: nodeUrl.replace('{chainId}', facts.chainId.toString()) });
    const follower = new RollupFollower(
      { facts, pollIntervalMs, l1Depth },
      { context: this.#context, node, stvf: this.#stvf },
    );
    this.#followers.set(facts.rollup, follower);
    logger.info({ chainId: facts.chainId, rollup }, 'a rollup is verified from now on');
    await follower.start();
  }
}
