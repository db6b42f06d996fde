import type { Log, TracedState, TraceFrame, TraceFrameEnd, TraceStep, TransactionTracer } from '@tephra/engine';
import { type Address, type Hash, type Hex, keccak256, toHex } from 'viem';
import { stackAddress, stackBytes, stackItem, stackWord } from '../trace/stack.ts';

/** Address under which moves of the chain's coin are shown as logs (execution-apis). */
const COIN: Address = `0x${'ee'.repeat(20)}`;
const TRANSFER = keccak256(toHex('Transfer(address,address,uint256)'));
const word = (hex: Hex): Hash => `0x${hex.slice(2).padStart(64, '0')}`;

/** Logs of a transaction in order, with an ERC-20 like one for every move of coins. */
export class TransferTracer implements TransactionTracer {
  readonly logs: Log[] = [];
  /** How many logs there were when each open call began. */
  readonly #before: number[] = [];
  /** Coins on their way to contracts whose address isn't known yet. */
  readonly #creations: (Log | undefined)[] = [];

  enter({ kind, from, to, value }: TraceFrame): void {
    this.#before.push(this.logs.length);
    const moves = value > 0n && kind !== 'DELEGATECALL' && kind !== 'CALLCODE';
    const move = moves ? transfer(from, to ?? COIN, value) : undefined;
    if (move !== undefined) this.logs.push(move);
    this.#creations.push(to === null ? move : undefined);
  }

  exit({ created, error }: TraceFrameEnd): void {
    const before = this.#before.pop()!;
    const creation = this.#creations.pop();
    // A call that failed moved and logged nothing, nor did those that it made.
    if (error !== undefined) this.logs.length = before;
    else if (creation !== undefined && created !== undefined) creation.topics[2] = word(created);
  }

  step(step: TraceStep, state: TracedState): void {
    if (step.error !== undefined) return;
    if (step.op === 0xff && step.stackSize > 0) {
      const balance = state.account(step.address)?.balance ?? 0n;
      const to = stackAddress(step, 0);
      if (balance > 0n && to !== step.address) this.logs.push(transfer(step.address, to, balance));
    }
    const topics = step.op - 0xa0;
    if (topics < 0 || topics > 4 || step.stackSize < topics + 2) return;
    this.logs.push({
      address: step.address,
      topics: Array.from({ length: topics }, (_, i) => stackWord(step, 2 + i)),
      data: stackBytes(step, stackItem(step, 0), stackItem(step, 1)),
    });
  }
}

function transfer(from: Address, to: Address, value: bigint): Log {
  return { address: COIN, topics: [TRANSFER, word(from), word(to)], data: word(toHex(value)) };
}
