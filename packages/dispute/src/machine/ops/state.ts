import { sparseSet } from '../../commit/sparseTree.ts';
import { TxSlot } from '../entries.ts';
import type { Env } from '../env.ts';
import { COLD_SLOT, SSTORE_CLEARS, SSTORE_RESET, SSTORE_SENTRY, SSTORE_SET, WARM_ACCESS } from '../gas.ts';
import { accountAt, change, type Key, slotAt, transientAt, warmSlot, withTransient } from '../journal.ts';
import type { Run } from '../state.ts';
import { beginCopy } from './memory.ts';
import { access, addressOf, charge, type Op, peek, pop, push } from './op.ts';

const namesAccount = (run: Run): Key[] => [{ address: addressOf(peek(run, 0)) }];
const namesSlot = (run: Run): Key[] => [{ address: run.frame.self, slot: peek(run, 0) }];

/** An instruction that tells something about an account. */
const about = (tell: (run: Run, env: Env, address: bigint) => bigint): Op => ({
  gas: 0n,
  takes: 1,
  gives: 1,
  needs: namesAccount,
  run: (run, env) => {
    const address = addressOf(pop(run));
    if (!access(run, address, WARM_ACCESS)) return 'failure';
    push(run, tell(run, env, address));
  },
});

/** Gas for a write beyond access (EIP-2200, EIP-3529), and what it changes of the refund. */
function writeCost({ original, current }: TxSlot, value: bigint): { cost: bigint; refund: bigint } {
  if (current === value) return { cost: WARM_ACCESS, refund: 0n };
  if (original === current) {
    if (original === 0n) return { cost: SSTORE_SET, refund: 0n };
    return { cost: SSTORE_RESET, refund: value === 0n ? SSTORE_CLEARS : 0n };
  }
  let refund = 0n;
  if (original !== 0n) {
    if (current === 0n) refund -= SSTORE_CLEARS;
    else if (value === 0n) refund += SSTORE_CLEARS;
  }
  if (original === value) refund += (original === 0n ? SSTORE_SET : SSTORE_RESET) - WARM_ACCESS;
  return { cost: WARM_ACCESS, refund };
}

/** 30s and 50s that read and write the state. */
export const STATE: Record<string, Op> = {
  BALANCE: about((run, _env, address) => accountAt(run, address).balance),
  EXTCODESIZE: about((run, env, address) => BigInt(env.code(accountAt(run, address).codeHash).bytes.length)),
  EXTCODECOPY: {
    gas: 0n,
    takes: 4,
    gives: 0,
    needs: namesAccount,
    run: (run, env) => {
      const address = addressOf(pop(run));
      const to = pop(run);
      const from = pop(run);
      const size = pop(run);
      if (!access(run, address, WARM_ACCESS)) return 'failure';
      const { tree, bytes } = env.code(accountAt(run, address).codeHash);
      return beginCopy(run, { tree, offset: 0, length: bytes.length }, to, from, size);
    },
  },
  EXTCODEHASH: about((run, _env, address) => {
    const account = accountAt(run, address);
    return account.isEmpty ? 0n : account.codeHash;
  }),
  SLOAD: {
    gas: 0n,
    takes: 1,
    gives: 1,
    needs: namesSlot,
    run: (run) => {
      const key = pop(run);
      const { self } = run.frame;
      if (!charge(run, warmSlot(run, self, key) ? COLD_SLOT : WARM_ACCESS)) return 'failure';
      push(run, slotAt(accountAt(run, self), key).current);
    },
  },
  SSTORE: {
    gas: 0n,
    takes: 2,
    gives: 0,
    needs: namesSlot,
    run: (run) => {
      const { self, isStatic } = run.frame;
      if (isStatic || run.frame.gas <= SSTORE_SENTRY) return 'failure';
      const key = pop(run);
      const value = pop(run);
      const coldCost = warmSlot(run, self, key) ? COLD_SLOT : 0n;
      const account = accountAt(run, self);
      const slot = slotAt(account, key);
      const { cost, refund } = writeCost(slot, value);
      run.refund += refund;
      if (!charge(run, coldCost + cost)) return 'failure';
      if (slot.current === value) return undefined;
      change(run, self, { slots: sparseSet(account.slots, key, new TxSlot(true, slot.original, value)) });
    },
  },
  TLOAD: {
    gas: 100n,
    takes: 1,
    gives: 1,
    run: (run) => void push(run, transientAt(accountAt(run, run.frame.self), pop(run))),
  },
  TSTORE: {
    gas: 100n,
    takes: 2,
    gives: 0,
    run: (run) => {
      const { self, isStatic } = run.frame;
      if (isStatic) return 'failure';
      const key = pop(run);
      const account = accountAt(run, self);
      run.t = sparseSet(run.t, self, account.with({ transients: withTransient(account, key, pop(run)) }));
    },
  },
};
