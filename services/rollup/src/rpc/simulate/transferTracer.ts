import type { Log, TracedState, TraceFrame, TraceFrameEnd, TraceStep, TransactionTracer } from '@tephra/engine';
import { type Address, type Hash, type Hex, keccak256, toHex } from 'viem';
import { stackAddress, stackBytes, stackItem, stackWord } from '../trace/stack.ts';

/** Address under which moves of the chain's coin are shown as logs (execution-apis). */
const COIN: Address = `0x${'ee'.repeat(20)}`;
const TRANSFER = keccak256(toHex('Transfer(address,address,uint256)'));
const word = (hex: Hex): Hash => `0x${hex.slice(2).padStart(64, '0')}`;

/** Logs of a transaction in order, with an ERC-20 like one for every move of coins. */
export class TransferTracer implements TransactionTracer {
  readonly #frames: Log[][] = [[]];
  /** Coins on their way to contracts whose address isn't known yet. */
  readonly #creations: (Log | undefined)[] = [];

  get logs(): Log[] {
    return this.#frames[0]!;
  }

  enter({ kind, from, to, value }: TraceFrame): void {
    const logs: Log[] = [];
    const moves = value > 0n && kind !== 'DELEGATECALL' && kind !== 'CALLCODE';
    if (moves) logs.push(transfer(from, to ?? COIN, value));
    this.#creations.push(moves && to === null ? logs[0] : undefined);
    this.#frames.push(logs);
  }

  exit({ created, error }: TraceFrameEnd): void {
    const logs = this.#frames.pop()!;
    const creation = this.#creations.pop();
    // A frame that failed moved and logged nothing.
    if (error !== undefined) return;
    if (creation !== undefined && created !== undefined) creation.topics[2] = word(created);
    this.#frames.at(-1)!.push(...logs);
  }

  step(step: TraceStep, state: TracedState): void {
    if (step.error !== undefined) return;
    const frame = this.#frames.at(-1)!;
    if (step.op === 0xff && step.stackSize > 0) {
      const balance = state.account(step.address)?.balance ?? 0n;
      const to = stackAddress(step, 0);
      if (balance > 0n && to !== step.address) frame.push(transfer(step.address, to, balance));
    }
    const topics = step.op - 0xa0;
    if (topics < 0 || topics > 4 || step.stackSize < topics + 2) return;
    frame.push({
      address: step.address,
      topics: Array.from({ length: topics }, (_, i) => stackWord(step, 2 + i)),
      data: stackBytes(step, stackItem(step, 0), stackItem(step, 1)),
    });
  }
}

function transfer(from: Address, to: Address, value: bigint): Log {
  return { address: COIN, topics: [TRANSFER, word(from), word(to)], data: word(toHex(value)) };
}
