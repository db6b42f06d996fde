import type { Bls, PreparedKey } from '@tephra/crypto';
import { decodeG2, type Hash } from '@tephra/protocol';
import type { SetMember } from './operator-set.ts';

const MAX_KEYS = 4_096;
/** Checked in one go, some milliseconds. */
const SLICE = 8;

/** Operators' keys that were checked once (curve and subgroup), by operator id, which is bound to the key. */
export class KeyCache {
  readonly #bls: Bls;
  readonly #keys = new Map<Hash, PreparedKey>();

  constructor(bls: Bls) {
    this.#bls = bls;
  }

  /** Checks keys before their signatures come, a few at a time, so that nobody waits for it. */
  async warm(members: readonly SetMember[]): Promise<void> {
    const unknown = members.filter(({ operatorId }) => !this.#keys.has(operatorId));
    for (let from = 0; from < unknown.length; from += SLICE) {
      await new Promise((resolve) => setImmediate(resolve));
      for (const member of unknown.slice(from, from + SLICE)) this.of(member);
    }
  }

  of(member: SetMember): PreparedKey {
    const known = this.#keys.get(member.operatorId);
    if (known) return known;
    const key = this.#bls.prepareKey(decodeG2(member.g2));
    this.#keys.set(member.operatorId, key);
    if (this.#keys.size > MAX_KEYS) {
      const [oldest] = this.#keys.keys();
      if (oldest) this.#keys.delete(oldest);
    }
    return key;
  }
}
