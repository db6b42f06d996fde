import { bytesToHex } from '@tephra/engine';
import { type Hash, type Output, PREDEPLOYS } from '@tephra/protocol';
import type { ClaimMachine } from '../block/blockMachine.ts';
import { sealedOutput } from '../block/seal.ts';
import { sparseGet, sparseSet } from '../commit/sparseTree.ts';
import { PURPOSES, TxContext } from '../machine/context.ts';
import { TxSlot } from '../machine/entries.ts';
import type { Env } from '../machine/env.ts';
import { Facts, Progress } from '../machine/progress.ts';
import type { Between, State } from '../machine/state.ts';
import { nextOp } from '../machine/step.ts';
import { chainMachine } from '../tree/chainMachine.ts';
import { ClaimTrees } from '../tree/claimTrees.ts';
import type { StateMachine } from '../tree/stateMachine.ts';
import { labelOf } from '../witness/labelOf.ts';

/** What a lying proposer says of a block that it executed otherwise right. */
export const LIES = ['wrong-sstore', 'wrong-balance', 'wrong-gas', 'forged-deposit', 'dropped-forced-tx'] as const;
export type Lie = (typeof LIES)[number];

type Twist = (before: State, after: State, env: Env) => State;

const SSTORE = '0x55';
const ETHER = 10n ** 18n;

const isUsers = (state: { tx: TxContext }): boolean => state.tx.fields.purpose === PURPOSES.user;

/** Another value than the one stored. */
function wrongSstore(before: State, after: State, env: Env): State {
  if (before.kind !== 'run' || after.kind !== 'run' || before.pending !== null || !isUsers(before)) return after;
  if (labelOf(before, after, env) !== SSTORE) return after;
  const { self, stack } = before.frame;
  const key = stack!.word;
  const account = sparseGet(after.t, self)!;
  const { isWarm, original, current } = sparseGet(account.slots, key)!;
  const slots = sparseSet(account.slots, key, new TxSlot(isWarm, original, current + 1n));
  return { ...after, t: sparseSet(after.t, self, account.with({ slots })) };
}

/** A coin for the recipient that nobody paid. */
function wrongBalance(before: State, after: State): State {
  if (before.kind !== 'start' || (after.kind !== 'run' && after.kind !== 'end') || !isUsers(before)) return after;
  const { to } = before.tx.fields;
  const account = to === null ? undefined : sparseGet(after.t, to);
  if (to === null || account === undefined) return after;
  return { ...after, t: sparseSet(after.t, to, account.with({ balance: account.balance + ETHER })) };
}

/** The first instruction of a transaction costs nothing. */
function wrongGas(before: State, after: State, env: Env): State {
  if (before.kind !== 'run' || after.kind !== 'run' || before.parents !== null || !isUsers(before)) return after;
  if (before.frame.pc !== 0 || before.pending !== null || nextOp(before, env).op === undefined) return after;
  return { ...after, frame: { ...after.frame, gas: before.frame.gas } };
}

/** Twice the amount that was deposited on the L1. */
function forgedDeposit(before: State, after: State): State {
  if (before.kind !== 'between' || after.kind !== 'start') return after;
  const { fields } = after.tx;
  if (fields.purpose !== PURPOSES.protocol || fields.to !== BigInt(PREDEPLOYS.l2Bridge)) return after;
  // finaliseErc20(address token, address to, uint256 amount, ...): the amount's lowest byte.
  const data = fields.data.slice();
  data[4 + 3 * 32 - 1]! ^= 1;
  return { ...after, tx: new TxContext({ ...fields, data }) };
}

/** The newest message of the inbox is left for later. */
function droppedMessage(before: State, after: State, env: Env): State {
  if (before.kind !== 'opening' || after.kind !== 'between') return after;
  const { fields } = after.progress;
  const { messageCount, total } = fields.facts.fields;
  if (messageCount === 0) return after;
  const last = env.inputs?.messages[messageCount - 2]?.accumulator ?? before.input.parent.output.inboxAccumulator;
  const facts = new Facts({
    ...fields.facts.fields,
    total: total - 1,
    messageCount: messageCount - 1,
    inboxAccumulatorAfter: Buffer.from(last.slice(2), 'hex'),
  });
  return { ...after, progress: new Progress({ ...fields, facts }) } satisfies Between;
}

const TWISTS: Record<Lie, Twist> = {
  'wrong-sstore': wrongSstore,
  'wrong-balance': wrongBalance,
  'wrong-gas': wrongGas,
  'forged-deposit': forgedDeposit,
  'dropped-forced-tx': droppedMessage,
};

/** A machine that lies wherever there is something to lie about, and is right about all that follows from it. */
export function lyingMachine(claim: ClaimMachine, lie: Lie): StateMachine<State> {
  const honest = chainMachine(claim);
  const twist = TWISTS[lie];
  return { ...honest, step: (state) => twist(state, honest.step(state), claim.env) };
}

/**
 * What a lying proposer claims a block to come to.
 * @returns null where the block has nothing to lie about in this way
 */
export function lyingOutput(
  claim: ClaimMachine,
  lie: Lie,
): { trees: ClaimTrees<State>; output: Output; final: Hash } | null {
  const honest = new ClaimTrees(chainMachine(claim));
  const trees = new ClaimTrees(lyingMachine(claim, lie));
  const { states, lengths } = trees.segments;
  const seal = trees.steps(states.length - 1).state(lengths.at(-1)! - 1);
  if (seal.kind !== 'seal') return null;
  const output = sealedOutput(seal, claim.env);
  const final = bytesToHex(trees.final);
  return output === null || final === bytesToHex(honest.final) ? null : { trees, output, final };
}

/** Reads a pack's frames rightly and says of them something else. */
export function lyingReading(claim: ClaimMachine, contentRoot: Uint8Array): ClaimTrees<State> {
  const honest = chainMachine(claim);
  return new ClaimTrees({
    ...honest,
    step: (state) => {
      const next = honest.step(state);
      return next.kind === 'read' ? { ...next, contentRoot } : next;
    },
  });
}
