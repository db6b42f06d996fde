import { SKIP_REASONS, type SkipReason, skipForced } from '@tephra/protocol';
import { PURPOSES } from '../machine/context.ts';
import { EMPTY_CODE_HASH, type TxAccount } from '../machine/entries.ts';
import type { Env } from '../machine/env.ts';
import { delegateOf } from '../machine/frames.ts';
import { accountAt, load } from '../machine/journal.ts';
import { Progress } from '../machine/progress.ts';
import { type Between, INVALID, type Invalid, type Start } from '../machine/state.ts';
import { afterCall, originCount, withOtherTransaction } from './begin.ts';
import { startProtocol } from './protocol.ts';
import { inputsOf } from './read.ts';

/** The account that a check looks at: whom a call of a fork is for, or who sends. */
export const checkedAccount = ({ tx }: Start): bigint =>
  tx.fields.purpose === PURPOSES.user ? tx.fields.sender : tx.fields.to!;

/** What the block had when the transaction was read. */
export function progressOf({ tx }: Pick<Start, 'tx'>): Progress {
  const { progress } = tx.fields;
  if (!(progress instanceof Progress)) throw new Error('the transaction is of no block');
  return progress;
}

/**
 * What only an account tells of a transaction that was read. One of the content that breaks a rule makes its block invalid, in
 * the place of one that was forced in there is a record. A call of a fork needs code to call.
 */
export function checkStep(start: Start, env: Env): Start | Between | Invalid {
  const address = checkedAccount(start);
  if (load(start, env, { address })) return start;
  const account = accountAt(start, address);
  if (start.tx.fields.purpose !== PURPOSES.user) {
    if (account.codeHash === EMPTY_CODE_HASH) return afterCall(start, progressOf(start));
  } else {
    const reason = reasonAgainst(start, account, env);
    if (reason !== 0) return refuse(start, env, reason);
  }
  return { ...start, phase: 'sender', check: undefined };
}

/** The first rule that is broken, in the order of go-ethereum; 0 for none. */
export function reasonAgainst({ tx, check }: Start, sender: TxAccount, env: Env): number {
  const { nonce } = tx.fields;
  const { reason, cost } = check!;
  if (nonce < sender.nonce) return SKIP_REASONS.nonceTooLow;
  if (nonce > sender.nonce) return SKIP_REASONS.nonceTooHigh;
  if (sender.codeHash !== EMPTY_CODE_HASH && delegateOf(env, sender.codeHash) === null) {
    return SKIP_REASONS.senderHasCode;
  }
  if (reason === SKIP_REASONS.feeCap) return reason;
  return sender.balance < cost ? SKIP_REASONS.funds : reason;
}

function refuse(start: Start, env: Env, number: number): Start | Invalid {
  const progress = progressOf(start);
  const { count, facts } = progress.fields;
  if (count >= originCount(facts)) return INVALID;
  const message = inputsOf(env).messages[count - 1]!;
  const forced = { inboxIndex: message.index, raw: message.data };
  const { chainId } = start.block.fields;
  return startProtocol(skipForced(chainId, forced, NAMES[number]!), start, (raw) =>
    withOtherTransaction(progress, raw),
  );
}

const NAMES = Object.fromEntries(
  Object.entries(SKIP_REASONS).map(([name, number]) => [number, name as SkipReason]),
) as Partial<Record<number, SkipReason>>;
