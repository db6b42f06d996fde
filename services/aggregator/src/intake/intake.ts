import { type Clock, errorMessage, type Logger } from '@tephra/core';
import type { Bls } from '@tephra/crypto';
import { RateLimiter } from '@tephra/http';
import {
  decodeG1,
  type Hash,
  type OperatorSession,
  type ResponseReceipt,
  type SignedTaskResponse,
} from '@tephra/protocol';
import type { AvsAdapter } from '../adapters/adapter.ts';
import { Refusal } from '../errors.ts';
import type { AggregatorMetrics } from '../metrics.ts';
import type { EvidenceKind, EvidenceStore } from '../store/evidence-store.ts';
import type { StoredResponse, TaskStore } from '../store/task-store.ts';
import type { Certifier } from '../tasks/certifier.ts';
import type { KeyCache } from '../tasks/key-cache.ts';
import type { OpenTask, TaskBook } from '../tasks/task-book.ts';
import { Batcher } from './batcher.ts';
import type { TaskFinder } from './task-finder.ts';

/** A response whose task and signer are known. */
type Checked = { open: OpenTask; input: SignedTaskResponse; digest: Hash; caller: string };

/** Answers of one operator in the long run and at once; each task needs one. */
const OPERATOR_LIMIT = { burst: 200, perSecond: 50 };
/** Wrong signatures of one caller: each costs some pairings, and honest operators send none. */
const FORGERY_LIMIT = { burst: 40, perSecond: 1 };
/** For so long a caller that forged more than that is not listened to. */
const BAN_MS = 60_000;
/** Answers of one caller for one operator and task that are looked at together. */
const MAX_ALIKE = 3;
/** Answers that wait for verification. More means that somebody sends garbage faster than it can be told apart. */
const MAX_WAITING = 4_096;

/**
 * Takes operators' answers of one AVS: refuses what cannot count, verifies signatures in batches, writes before it
 * acknowledges, and has a certificate made as soon as enough stake gave one answer.
 */
export class Intake {
  readonly #adapter: AvsAdapter;
  readonly #book: TaskBook;
  readonly #finder: TaskFinder;
  readonly #certifier: Certifier;
  readonly #store: TaskStore;
  readonly #evidence: EvidenceStore;
  readonly #bls: Bls;
  readonly #keys: KeyCache;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #metrics: AggregatorMetrics;
  readonly #batcher: Batcher<Checked, ResponseReceipt>;
  readonly #limiter: RateLimiter;
  readonly #forgeries: RateLimiter;
  /** Callers that forged too much, and until when they are not listened to. */
  readonly #banned = new Map<string, number>();
  /** Callers with operators whose signatures were right: a forger behind the same proxy does not shut them out. */
  readonly #proven = new Set<string>();
  readonly #alike = new Map<string, number>();

  constructor(
    options: { batchWindowMs: number; maxBatch: number },
    deps: {
      adapter: AvsAdapter;
      book: TaskBook;
      finder: TaskFinder;
      certifier: Certifier;
      store: TaskStore;
      evidence: EvidenceStore;
      bls: Bls;
      keys: KeyCache;
      clock: Clock;
      logger: Logger;
      metrics: AggregatorMetrics;
    },
  ) {
    this.#adapter = deps.adapter;
    this.#book = deps.book;
    this.#finder = deps.finder;
    this.#certifier = deps.certifier;
    this.#store = deps.store;
    this.#evidence = deps.evidence;
    this.#bls = deps.bls;
    this.#keys = deps.keys;
    this.#clock = deps.clock;
    this.#logger = deps.logger;
    this.#metrics = deps.metrics;
    this.#limiter = new RateLimiter(OPERATOR_LIMIT, deps.clock);
    this.#forgeries = new RateLimiter(FORGERY_LIMIT, deps.clock);
    this.#batcher = new Batcher(
      { windowMs: options.batchWindowMs, maxItems: options.maxBatch },
      { clock: deps.clock, work: (items) => this.#work(items) },
    );
  }

  /** @throws Refusal UNKNOWN_OPERATOR */
  async session(operatorId: Hash): Promise<OperatorSession> {
    const [quorums, known] = await Promise.all([
      this.#finder.quorumsOf(operatorId),
      this.#store.operators(this.#adapter.name, [operatorId]),
    ]);
    const session = { quorums, lastJournalSequence: known.get(operatorId)?.sequence ?? 0 };
    // Who left can still ask: a journal is compared before an operator registers again.
    if (quorums.length === 0 && !known.has(operatorId)) throw unknownOperator(operatorId);
    return session;
  }

  /**
   * @param caller address of the connection; limits count per caller and operator, so that nobody can use up another's.
   * @throws Refusal
   */
  async process(input: SignedTaskResponse, caller: string): Promise<ResponseReceipt> {
    let result = 'error';
    try {
      const receipt = await this.#accept(input, caller);
      result = 'accepted';
      return receipt;
    } catch (error) {
      if (error instanceof Refusal) result = error.code;
      throw error;
    } finally {
      this.#metrics.responses.inc({ avs: this.#adapter.name, result });
    }
  }

  async #accept(input: SignedTaskResponse, caller: string): Promise<ResponseReceipt> {
    const pair = `${caller} ${input.operatorId}`;
    const wait = Math.max(this.#limiter.take(pair), this.#proven.has(pair) ? 0 : this.#banOf(caller));
    if (wait > 0 || this.#batcher.length >= MAX_WAITING) throw tooMany(wait);
    const open = await this.#finder.find(input.taskId);
    if (open.task.expiresAt <= this.#clock.now()) throw expired(input.taskId);
    if (!open.set.get(input.operatorId)) throw await this.#noMember(input.operatorId);
    let digest: Hash;
    try {
      digest = this.#adapter.digestOf(open.task, input.response);
    } catch (error) {
      throw new Refusal('MALFORMED', `not an answer to task ${input.taskId}: ${errorMessage(error)}`, { cause: error });
    }
    const before = open.responses.get(input.operatorId);
    if (before?.digest === digest) throw duplicate(input);
    return await this.#oneOfFew(`${caller} ${input.operatorId} ${input.taskId}`, () =>
      this.#batcher.add({ open, input, digest, caller }),
    );
  }

  /** Runs unless several of the same kind run already. */
  async #oneOfFew<T>(kind: string, run: () => Promise<T>): Promise<T> {
    const count = this.#alike.get(kind) ?? 0;
    if (count >= MAX_ALIKE) throw tooMany(1);
    this.#alike.set(kind, count + 1);
    try {
      return await run();
    } finally {
      const rest = (this.#alike.get(kind) ?? 1) - 1;
      if (rest > 0) this.#alike.set(kind, rest);
      else this.#alike.delete(kind);
    }
  }

  /** Seconds for which a caller is not listened to any more; 0 for most. */
  #banOf(caller: string): number {
    const until = this.#banned.get(caller);
    if (until === undefined) return 0;
    const left = until - this.#clock.now();
    if (left <= 0) this.#banned.delete(caller);
    return Math.max(0, Math.ceil(left / 1_000));
  }

  #noteProof(pair: string): void {
    this.#proven.delete(pair);
    this.#proven.add(pair);
    if (this.#proven.size > MAX_WAITING) this.#proven.delete([...this.#proven][0]!);
  }

  #noteForgery(caller: string): void {
    const isTooMuch = this.#forgeries.take(caller) > 0;
    if (isTooMuch && this.#banned.size < MAX_WAITING) this.#banned.set(caller, this.#clock.now() + BAN_MS);
  }

  async #noMember(operatorId: Hash): Promise<Refusal> {
    const quorums = await this.#finder.quorumsOf(operatorId);
    if (quorums.length === 0) return unknownOperator(operatorId);
    return new Refusal('NOT_IN_QUORUM', 'the operator was in none of the quorums of this task at its reference block', {
      details: { quorums },
    });
  }

  async #work(items: Checked[]): Promise<(ResponseReceipt | Error)[]> {
    const genuine = this.#verify(items);
    const results: (ResponseReceipt | Error | undefined)[] = items.map((item, index) =>
      genuine[index] ? undefined : badSignature(item.input),
    );
    for (const [index, { caller, input }] of items.entries()) {
      if (genuine[index]) this.#noteProof(`${caller} ${input.operatorId}`);
      else this.#noteForgery(caller);
    }
    const rows = items.map((item) => this.#rowOf(item));
    // Of several answers of one operator in this batch, the first that came is the one that counts.
    const first = new Map<string, number>();
    items.forEach(({ open, input }, index) => {
      if (results[index] || open.responses.has(input.operatorId)) return;
      const key = `${open.number} ${input.operatorId}`;
      if (!first.has(key)) first.set(key, index);
    });
    const firsts = [...first.values()];
    const written = await this.#store.addResponses(
      this.#adapter.name,
      firsts.map((index) => ({ ...rows[index]!, journalSequence: items[index]!.input.journalSequence })),
    );
    const accepted = new Set(written.map(({ taskNumber, operatorId }) => `${taskNumber} ${operatorId}`));
    const touched = [...new Set(items.map(({ open }) => open))];
    for (const index of firsts) {
      const { open, input } = items[index]!;
      if (accepted.has(`${open.number} ${input.operatorId}`)) open.responses.set(input.operatorId, rows[index]!);
    }
    // Other replicas' answers count, too; and when one of them was first, the answer here is a second one.
    await this.#book.refresh(touched);
    await this.#keepEvidence(items, rows, results);
    for (const open of touched) await this.#certifier.certifyIfReached(open);
    return items.map((item, index) => {
      const result = results[index];
      if (result) return result;
      const mine = first.get(`${item.open.number} ${item.input.operatorId}`) === index;
      if (mine && accepted.has(`${item.open.number} ${item.input.operatorId}`)) return this.#receipt(item);
      const counted = item.open.responses.get(item.input.operatorId);
      return counted && counted.digest !== item.digest ? conflicting(item.input) : duplicate(item.input);
    });
  }

  #verify(items: readonly Checked[]): boolean[] {
    const start = this.#clock.monotonic();
    const verdicts = this.#bls.verifyBatch(
      items.map(({ open, input, digest }) => ({
        digest,
        signature: decodeG1(input.signature),
        key: this.#keys.of(open.set.get(input.operatorId)!),
      })),
    );
    this.#metrics.batch.observe(items.length);
    this.#metrics.verification.observe((this.#clock.monotonic() - start) / 1_000);
    return verdicts;
  }

  /** Genuine signatures that speak against their signers: a second answer, or one that the AVS knows to be wrong. */
  async #keepEvidence(
    items: readonly Checked[],
    rows: readonly StoredResponse[],
    results: readonly (ResponseReceipt | Error | undefined)[],
  ): Promise<void> {
    for (const [index, { open }] of items.entries()) {
      const row = rows[index]!;
      if (results[index]) continue;
      const counted = open.responses.get(row.operatorId);
      if (counted && counted.digest !== row.digest) await this.#keep(open, 'conflicting', [counted, row]);
      else if (row.wrong || (open.certificate && this.#isMinority(open, row))) await this.#keep(open, 'wrong', [row]);
    }
  }

  /** Whether it differs from the certified answer, where the AVS itself cannot tell right from wrong. */
  #isMinority(open: OpenTask, row: StoredResponse): boolean {
    return this.#adapter.isRight?.(open.task, row.response) === undefined && open.certificate?.digest !== row.digest;
  }

  async #keep(open: OpenTask, kind: EvidenceKind, rows: StoredResponse[]): Promise<void> {
    const kept = await this.#evidence.add(open, kind, rows);
    if (kept === 0) return;
    this.#metrics.evidence.inc({ avs: this.#adapter.name, kind }, kept);
    this.#logger.warn(
      { avs: this.#adapter.name, taskId: open.task.taskId, operatorId: rows[0]!.operatorId, kind },
      'an operator signed what speaks against it',
    );
  }

  #rowOf({ open, input, digest }: Checked): StoredResponse {
    return {
      taskNumber: open.number,
      operatorId: input.operatorId,
      digest,
      response: input.response,
      signature: input.signature,
      wrong: this.#adapter.isRight?.(open.task, input.response) === false,
      receivedAt: new Date(this.#clock.now()),
    };
  }

  #receipt({ open, digest }: Checked): ResponseReceipt {
    const own = this.#book.tallies(open).find((entry) => entry.digest === digest);
    return {
      accepted: true,
      stakeSigned: open.task.quorumNumbers.map((quorum, index) => ({
        quorum,
        stake: (own?.stakes[index] ?? 0n).toString(),
        total: (open.set.totals[index] ?? 0n).toString(),
        percentage: own?.percentages[index] ?? 0,
      })),
      thresholdReached: own?.reached ?? false,
    };
  }
}

function tooMany(wait: number): Refusal {
  return new Refusal('RATE_LIMITED', 'too many answers', { hint: `Try again in ${wait || 1} s.`, retryable: true });
}

function unknownOperator(operatorId: Hash): Refusal {
  return new Refusal('UNKNOWN_OPERATOR', `no operator ${operatorId} is registered with this AVS`, {
    hint: 'Opt in first: tephra operator opt-in.',
  });
}

function expired(taskId: string): Refusal {
  return new Refusal('EXPIRED', `task ${taskId} takes no more answers`);
}

function duplicate({ taskId }: SignedTaskResponse): Refusal {
  return new Refusal('DUPLICATE', `this answer to task ${taskId} was accepted before`);
}

function conflicting({ taskId }: SignedTaskResponse): Refusal {
  return new Refusal('CONFLICTING', `the operator signed another answer to task ${taskId} before; both are kept`, {
    hint: 'Two hosts may run with one key, or a journal was restored from an old backup.',
  });
}

function badSignature({ taskId }: SignedTaskResponse): Refusal {
  return new Refusal('BAD_SIGNATURE', `not the operator's signature of this answer to task ${taskId}`, {
    hint: 'Compare the key in use with the registered one, and the digest with the contract’s.',
  });
}
