import type { Bls, PreparedKey } from '@tephra/crypto';
import { decodeG2, type Hash } from '@tephra/protocol';
import type { SetMember } from './operator-set.ts';

const MAX_KEYS = 4_096;

/** Operators' keys that were checked once (curve and subgroup), by operator id, which is bound to the key. */
export class KeyCache {
  readonly #bls: Bls;
  readonly #keys = new Map<Hash, PreparedKey>();

  constructor(bls: Bls) {
    this.#bls = bls;
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
