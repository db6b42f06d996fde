import type { Clock, Logger } from '@tephra/core';
import type { Hash, L1Origin } from '@tephra/protocol';
import type { L1View } from '../chain.ts';
import { within } from './within.ts';

export type FootingOptions = {
  /** How long a block may be held up for an answer of the L1. */
  patienceMs: number;
};
export type FootingDeps = { l1: L1View; clock: Clock; logger: Logger };

export type Ground =
  /** The L1 blocks that the chain stands on are there. */
  | { kind: 'firm' }
  /** They are gone: the chain goes back to this block. */
  | { kind: 'gone'; commonBlock: bigint }
  /** The L1 hasn't said: it takes no origin before it has. */
  | { kind: 'unknown' };

/**
 * Watches whether the L1 blocks under the chain are still there. An L1 that is slow holds up no block: the question stays open
 * and its answer counts when it comes. One that can't be asked changes nothing.
 */
export class Footing {
  readonly #options: FootingOptions;
  readonly #deps: FootingDeps;
  /** Newest L1 block at which the chain's origins were seen to be there. */
  #firmAt: Hash | null = null;
  #asked: { newest: Hash; answer: Promise<bigint | null> } | null = null;

  constructor(options: FootingOptions, deps: FootingDeps) {
    this.#options = options;
    this.#deps = deps;
  }

  /**
   * @param head newest sealed block
   * @param originOf origin of a sealed block
   */
  async check(head: bigint, originOf: (number: bigint) => L1Origin): Promise<Ground> {
    const { l1, clock, logger } = this.#deps;
    try {
      const newest = l1.origin().hash;
      if (newest === this.#firmAt) return { kind: 'firm' };
      this.#asked ??= { newest, answer: commonAncestor(l1, head, originOf) };
      const asked = this.#asked;
      const answer = await within(clock, this.#options.patienceMs, asked.answer);
      if (answer === undefined) return { kind: 'unknown' };
      this.#asked = null;
      if (answer.value !== null) return { kind: 'gone', commonBlock: answer.value };
      this.#firmAt = asked.newest;
      return { kind: 'firm' };
    } catch (error) {
      this.#asked = null;
      logger.warn({ err: error }, 'cannot ask the L1 whether the chain’s origins are still there');
      return { kind: 'unknown' };
    }
  }

  /** After a rollback: what was asked before it says nothing about the chain that is left. */
  forget(): void {
    this.#asked = null;
    this.#firmAt = null;
  }
}

/**
 * Newest block whose L1 origin is still on the L1, going back from `head`; null when that is the head itself.
 * @param originOf origin of a stored block
 */
export async function commonAncestor(
  l1: Pick<L1View, 'originAt'>,
  head: bigint,
  originOf: (number: bigint) => L1Origin,
): Promise<bigint | null> {
  let checked: L1Origin | null = null;
  for (let number = head; number > 0n; number--) {
    const origin = originOf(number);
    if (checked === null || origin.number !== checked.number || origin.hash !== checked.hash) {
      const now = await l1.originAt(origin.number);
      if (now.hash === origin.hash) return number === head ? null : number;
      checked = origin;
    }
  }
  return head === 0n ? null : 0n;
}
