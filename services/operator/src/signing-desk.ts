import type { Clock, Logger } from '@tephra/core';
import type { BlsSigner } from '@tephra/crypto';
import type { Hash } from '@tephra/protocol';
import type { SignedAnswer, SigningMeta } from './duty.ts';
import { OperatorError } from './errors.ts';
import type { SigningJournal } from './journal/signing-journal.ts';

/**
 * - `asking`: nobody has said yet whether the journal knows all that was signed.
 * - `open`: everything may be signed that the journal allows.
 * - `stopped`: nothing is signed any more.
 */
export type DeskState = 'asking' | 'open' | 'stopped';

export type SigningDeskDeps = { journal: SigningJournal; signer: BlsSigner; logger: Logger; clock: Clock };

/**
 * The one place where answers of one AVS are signed: first the journal, then the key. Until {@link trust} says how far the
 * aggregator has seen this operator's journal, only tasks that are younger than this start of the host are signed: a journal
 * from a backup may have forgotten the others (decision 0036).
 */
export class SigningDesk {
  readonly #avs: string;
  readonly #deps: SigningDeskDeps;
  #state: DeskState = 'asking';
  /** L1 head when this host started; undefined before it is known. */
  #startBlock: number | undefined;
  #reason: string | undefined;
  readonly #started = Promise.withResolvers<void>();
  readonly #decided = Promise.withResolvers<void>();

  constructor(options: { avs: string }, deps: SigningDeskDeps) {
    this.#avs = options.avs;
    this.#deps = deps;
  }

  get state(): DeskState {
    return this.#state;
  }

  /** Why nothing is signed any more. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** The L1's head at this start; the first call counts. */
  begin(head: bigint): void {
    this.#startBlock ??= Number(head);
    this.#started.resolve();
  }

  /** `lastJournalSequence` is what the aggregator has seen. @throws OperatorError when the journal takes no floor */
  async trust(lastJournalSequence: number): Promise<void> {
    if (this.#state !== 'asking') return;
    await this.#started.promise;
    const { journal, logger } = this.#deps;
    const own = journal.lastSequence(this.#avs);
    if (lastJournalSequence > own) {
      await journal.raiseFloor(this.#avs, { block: this.#startBlock!, sequence: lastJournalSequence });
      logger.warn(
        { avs: this.#avs, journal: own, aggregator: lastJournalSequence, upToBlock: this.#startBlock },
        'this journal has forgotten signatures: tasks from before this start are not answered',
      );
    }
    if (this.#state === 'asking') this.#state = 'open';
    this.#decided.resolve();
  }

  /** Signs nothing any more until the host is started again. */
  stop(reason: string): void {
    this.#state = 'stopped';
    this.#reason ??= reason;
    this.#started.resolve();
    this.#decided.resolve();
  }

  /** @throws OperatorError, see {@link DutyContext.sign} */
  async sign(taskKey: string, digest: Hash, meta: SigningMeta): Promise<SignedAnswer> {
    const { journal, signer, clock } = this.#deps;
    await this.#admit(taskKey, meta);
    const { response, expiresAt } = meta;
    if (clock.now() >= expiresAt) throw this.#expired(taskKey);
    const sequence = await journal.record({ avs: this.#avs, taskKey, digest, response, expiresAt });
    // Only now, when the decision is on disk, and if nobody stopped it meanwhile.
    this.#assertOpen();
    return { sequence, signature: await signer.sign(digest) };
  }

  /** Resolves when the task may be signed if the journal allows it. */
  async #admit(taskKey: string, { createdAtBlock, expiresAt }: SigningMeta): Promise<void> {
    const { journal } = this.#deps;
    await this.#before(expiresAt, this.#started.promise);
    const isOld = this.#startBlock === undefined || createdAtBlock <= this.#startBlock;
    const isKnown = journal.find(this.#avs, taskKey) !== undefined;
    if (isOld && !isKnown) await this.#before(expiresAt, this.#decided.promise);
    this.#assertOpen();
    if (isKnown) return;
    if (isOld && this.#state === 'asking') throw this.#expired(taskKey);
    const floor = journal.floorBlock(this.#avs);
    if (createdAtBlock <= floor) {
      throw new OperatorError(
        'TASK_TOO_OLD',
        `task ${taskKey} of ${this.#avs} is older than what the journal remembers`,
        {
          details: { taskKey, block: createdAtBlock, floor },
          hint: 'It may have been answered before the journal was restored or lost, so it is left alone.',
        },
      );
    }
  }

  #assertOpen(): void {
    if (this.#state !== 'stopped') return;
    throw new OperatorError('SIGNING_STOPPED', `nothing is signed for ${this.#avs}: ${this.#reason}`);
  }

  async #before(expiresAt: number, event: Promise<void>): Promise<void> {
    const { clock } = this.#deps;
    const timer = new AbortController();
    const late = clock.sleep(Math.max(0, expiresAt - clock.now()), timer.signal).catch(() => undefined);
    await Promise.race([event, late]);
    timer.abort();
  }

  #expired(taskKey: string): OperatorError {
    return new OperatorError('TASK_EXPIRED', `task ${taskKey} of ${this.#avs} expired before it could be answered`);
  }
}
