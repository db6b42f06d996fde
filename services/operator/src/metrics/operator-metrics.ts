import { Metrics } from '@tephra/core';
import type { Delivery } from '../aggregator/outbox.ts';

/** Answers that the performance score looks back on. */
const SCORED = 100;
const RPC_BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 20];

/**
 * What an operator measures: figures of the AVS node specification under `eigen_`, and our own under `tephra_operator_`.
 * Those of the L1 (stake, slashing, fees) appear once they are known.
 */
export class OperatorMetrics {
  readonly own = new Metrics({ processMetrics: true });
  readonly #eigen = new Metrics({ prefix: 'eigen_' });
  readonly #recent = new Map<string, boolean[]>();
  readonly #answers;
  readonly #score;
  readonly #rpcTotal;
  readonly #rpcDuration;
  /** Of the L1's node, once it said so. */
  clientVersion: string | undefined;

  constructor() {
    this.#answers = this.own.counter({
      name: 'operator_answers_total',
      help: 'Answers to tasks: signed, then accepted, expired, refused or unasked; or in conflict with another of the same key',
      labels: ['avs', 'outcome'],
    });
    this.#score = this.#eigen.gauge({
      name: 'performance_score',
      help: `Percentage of the last ${SCORED} answers that the aggregator accepted`,
      labels: ['avs_name'],
    });
    this.#rpcTotal = this.#eigen.counter({
      name: 'rpc_request_total',
      help: 'JSON-RPC calls to the L1',
      labels: ['method', 'client_version'],
    });
    this.#rpcDuration = this.#eigen.histogram({
      name: 'rpc_request_duration_seconds',
      help: 'Duration of JSON-RPC calls to the L1',
      labels: ['method', 'client_version'],
      buckets: RPC_BUCKETS,
    });
  }

  /** An AVS that is served; its score is full until an answer is lost. */
  serve(avs: string): void {
    this.#score.set({ avs_name: avs }, 100);
  }

  signed(avs: string): void {
    this.#answers.inc({ avs, outcome: 'signed' });
  }

  delivered(avs: string, outcome: Delivery): void {
    this.#answers.inc({ avs, outcome });
    if (outcome === 'unasked') return;
    const recent = [...(this.#recent.get(avs) ?? []), outcome === 'accepted'].slice(-SCORED);
    this.#recent.set(avs, recent);
    this.#score.set({ avs_name: avs }, Math.round((100 * recent.filter(Boolean).length) / recent.length));
  }

  conflict(avs: string): void {
    this.#answers.inc({ avs, outcome: 'conflict' });
  }

  rpcCall({ method, ms }: { method: string; ms: number }): void {
    const labels = { method, client_version: this.clientVersion ?? 'unknown' };
    this.#rpcTotal.inc(labels);
    this.#rpcDuration.observe(labels, ms / 1_000);
  }

  /** Weight in a quorum, in its own unit. */
  registeredStake(avs: string, quorum: { number: number; name: string }, stake: bigint): void {
    this.#eigen
      .gauge({
        name: 'registered_stakes',
        help: "Operator's weight in a quorum of the AVS, as its stake registry has it",
        labels: ['avs_name', 'quorum_number', 'quorum_name'],
      })
      .set({ avs_name: avs, quorum_number: String(quorum.number), quorum_name: quorum.name }, Number(stake));
  }

  slashed(isSlashed: boolean): void {
    this.#eigen
      .gauge({ name: 'slashing_status', help: '1 when stake of this operator was slashed, else 0' })
      .set(isSlashed ? 1 : 0);
  }

  /** More was claimed, smallest unit of the token. */
  feesEarned(token: string, amount: bigint): void {
    this.#eigen
      .counter({
        name: 'fees_earned_total',
        help: 'Rewards that the operator has claimed, smallest units of the token',
        labels: ['token'],
      })
      .inc({ token }, Number(amount));
  }

  /** Prometheus text of everything. */
  async render(): Promise<string> {
    return `${await this.#eigen.render()}\n${await this.own.render()}`;
  }

  get contentType(): string {
    return this.own.contentType;
  }
}
