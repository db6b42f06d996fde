import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bytesToHex } from '../bytes.ts';
import { EthereumjsEngine } from '../ethereumjs/engine.ts';
import {
  CONTRACTS,
  type ComparedEngine,
  comparedEngine,
  context,
  type ProgramBlock,
  programBlock,
  SENDER,
  transactionOf,
  writeContracts,
} from '../testing/programs.ts';
import type { TransactionTracer } from '../tracing.ts';
import { WasmEngine } from './engine.ts';

/** Both engines tell a tracer of the same instructions and frames, with the same stack, memory, gas and cost. */
const BLOCKS = 100;
const PROGRAMS_PER_BLOCK = 5;

/** Calls that can't begin: go-ethereum tells of them, and so do we, ethereumjs doesn't. */
const NEVER_BEGAN = new Set(['insufficient balance for transfer', 'max call depth exceeded', 'nonce uint64 overflow']);
const neverBegan = (event: Event | undefined): boolean =>
  event !== undefined && [...NEVER_BEGAN].some((error) => event.text.endsWith(error));
const withoutFailedEntries = (events: Event[]): Event[] =>
  events.filter((event, i) => !neverBegan(event) && !neverBegan(events[i + 1]));

const ours = comparedEngine(WasmEngine);
const theirs = comparedEngine(EthereumjsEngine);

/** `cost` of instructions; those that fail have none here, for engines find that out before or while they execute them. */
type Event = { text: string; cost?: bigint | undefined };

/** Everything a tracer is told. */
async function trace(
  compared: ComparedEngine<WasmEngine | EthereumjsEngine>,
  [codes, tests]: ProgramBlock,
): Promise<Event[]> {
  const events: Event[] = [];
  const tell = (...event: unknown[]): void => {
    events.push({
      text: event.map((item) => (item instanceof Uint8Array ? bytesToHex(item) : String(item))).join(' '),
    });
  };
  const tracer: TransactionTracer = {
    begin: ({ from, to, gasLimit }) => tell('begin', from, to, gasLimit),
    step: (step, state) => {
      const { pc, op, name, gas, gasCost, depth, address, stack, stackSize, memorySize, refund, error } = step;
      const memory = Buffer.alloc(memorySize);
      memory.set(step.memory.subarray(0, memorySize));
      const top = stack.slice(0, stackSize).slice(-7);
      tell('step', pc, op, name, gas, depth, address, stackSize, top, refund, memory, step.returnData);
      events.at(-1)!.cost = error === undefined ? gasCost : undefined;
      if (op === 0x55) tell(state.account(address)?.balance, state.slot(address, `0x${'00'.repeat(32)}`));
    },
    enter: ({ kind, from, to, value, gas, input, precompile }) =>
      tell('enter', kind, from, to, value, gas, input, precompile),
    exit: ({ gasUsed, output, error, created }) => {
      // Where two things are wrong, engines name the one or the other.
      const ending = error === undefined || error === 'execution reverted' || NEVER_BEGAN.has(error) ? error : 'halted';
      tell('exit', gasUsed, output, created, ending);
    },
    end: ({ failed, gasUsed, returnData }, state) =>
      tell('end', failed, gasUsed, returnData, ...CONTRACTS.map((address) => state.account(address)?.balance)),
  };
  const { engine } = compared;
  const parentStateRoot = await writeContracts(compared, codes);
  const transactions = tests.map((test, i) => {
    // One account stands for a contract from the start; with authorizations nonces would follow from what is executed.
    const decoded = transactionOf({ ...test, authorizations: [] }, BigInt(i));
    return { raw: decoded.raw, sender: SENDER, decoded };
  });
  await engine.traceBlock({ parentStateRoot, context, transactions, deadline: Number.POSITIVE_INFINITY }, () => tracer);
  return events;
}

it('traces what ethereumjs traces', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(programBlock(PROGRAMS_PER_BLOCK), async (block) => {
      const own = withoutFailedEntries(await trace(ours, block));
      const other = await trace(theirs, block);
      for (const [i, { text, cost }] of own.entries()) {
        expect(other[i]?.text).toBe(text);
        if (cost !== undefined && other[i]!.cost !== undefined) expect(other[i]!.cost).toBe(cost);
      }
      expect(own.length).toBe(other.length);
    }),
    { numRuns: BLOCKS, seed: 2026, endOnFailure: true },
  );
});
