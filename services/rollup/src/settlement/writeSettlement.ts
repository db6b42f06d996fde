import type { Engine } from '@tephra/engine';
import { settlerAbi } from '@tephra/l1';
import {
  type Address,
  decodeSystemTransaction,
  type Hex,
  PREDEPLOYS,
  type SystemTransaction,
  sourceHash,
} from '@tephra/protocol';
import { decodeFunctionData, encodeFunctionData } from 'viem';
import type { ChainReader, StoredReceipt, StoredTransaction } from '../chain.ts';
import type { Unsettled } from './ledger.ts';
import { contractOwners, type SettlementPlan } from './plan.ts';

/** Where settlement transactions enter the chain; resolves when executed and journaled. */
export interface SettlementSink {
  submitSettlement(transaction: SystemTransaction): Promise<StoredReceipt>;
}

export type WriteProgress = { written: number; total: number };

/** One list of the plan: a Settler function that takes a slice of it. */
type Section = {
  functionName: SettlerFunction;
  token: Address | null;
  /** Ascending keys: account or token id. */
  keys: bigint[];
  call: (from: number, to: number) => Promise<Hex>;
};
type SettlerFunction =
  | 'settleNative'
  | 'settleErc20'
  | 'settleBridgedErc721'
  | 'settleCollection'
  | 'settleErc721'
  | 'finish';

/** A transaction may use at most this much gas (PROTOCOL.md section 4). */
const MAX_TRANSACTION_GAS = 2n ** 25n;
const MAX_SLICE = 512;

/**
 * Writes a plan into the outbox by Settler calls, as many items per transaction as fit its gas, and finishes. What
 * earlier transactions of the chain have written already is passed over, so it can be called again after a crash.
 */
export async function writeSettlement(
  plan: SettlementPlan,
  deps: { chain: ChainReader; engine: Engine; sink: SettlementSink; onProgress: (progress: WriteProgress) => void },
): Promise<{ unsettled: Unsettled[] }> {
  const { chain, sink } = deps;
  const past = pastCalls(chain);
  let sequence = BigInt(past.length);
  const sections = planSections(plan, deps);
  const total = sections.reduce((sum, section) => sum + section.keys.length, 0);
  const headGasLimit = chain.head().gasLimit;
  const gasLimit = headGasLimit < MAX_TRANSACTION_GAS ? headGasLimit : MAX_TRANSACTION_GAS;
  const submit = (data: Hex): Promise<StoredReceipt> =>
    sink.submitSettlement(settlementTransaction(chain.chainId, sequence++, data, gasLimit));

  let written = 0;
  for (const section of sections) {
    let from = section.keys.length - remainingKeys(section, past);
    written += from;
    let slice = 64;
    while (from < section.keys.length) {
      const to = Math.min(from + slice, section.keys.length);
      const receipt = await submit(await section.call(from, to));
      if (receipt.status === 'success') {
        written += to - from;
        from = to;
        if (receipt.gasUsed < gasLimit / 3n) slice = Math.min(slice * 2, MAX_SLICE);
        deps.onProgress({ written, total });
      } else if (slice > 1) {
        slice = Math.max(1, Math.floor((to - from) / 2));
      } else {
        // The Settler skips what a token refuses, so a single item that fails is a fault of ours: stop before finish().
        throw new Error(`${section.functionName} of ${section.token ?? 'native'} failed at item ${section.keys[from]}`);
      }
    }
  }
  if (!past.some((call) => call.functionName === 'finish')) {
    const receipt = await submit(encodeFunctionData({ abi: settlerAbi, functionName: 'finish' }));
    if (receipt.status !== 'success') throw new Error('Settler.finish failed');
  }
  return { unsettled: plan.unsettled };
}

function planSections(plan: SettlementPlan, { chain, engine }: { chain: ChainReader; engine: Engine }): Section[] {
  const sections: Section[] = [
    {
      functionName: 'settleNative',
      token: null,
      keys: plan.native.map((holder) => BigInt(holder.account)),
      call: async (from, to) => encodeCall('settleNative', [plan.native.slice(from, to)]),
    },
  ];
  for (const { token, holders } of plan.erc20) {
    sections.push({
      functionName: 'settleErc20',
      token,
      keys: holders.map((holder) => BigInt(holder.account)),
      call: async (from, to) => encodeCall('settleErc20', [token, holders.slice(from, to)]),
    });
  }
  for (const { token, ids } of plan.bridgedErc721) {
    sections.push({
      functionName: 'settleBridgedErc721',
      token,
      keys: ids,
      call: async (from, to) => {
        const slice = ids.slice(from, to);
        return encodeCall('settleBridgedErc721', [token, slice, await contractOwners(chain, engine, token, slice)]);
      },
    });
  }
  for (const { token, creator, uri, ids } of plan.collections) {
    sections.push({
      functionName: 'settleCollection',
      token,
      keys: [0n],
      call: async () => encodeCall('settleCollection', [token, creator, uri.prefix, uri.suffix]),
    });
    sections.push({
      functionName: 'settleErc721',
      token,
      keys: ids,
      call: async (from, to) => {
        const slice = ids.slice(from, to);
        return encodeCall('settleErc721', [token, slice, await contractOwners(chain, engine, token, slice)]);
      },
    });
  }
  return sections;
}

function encodeCall(functionName: SettlerFunction, args: readonly unknown[]): Hex {
  return encodeFunctionData({ abi: settlerAbi, functionName, args } as Parameters<typeof encodeFunctionData>[0]);
}

type PastCall = { functionName: SettlerFunction; token: Address | null; lastKey: bigint };

/** Keys of a section that no successful call has covered yet. */
function remainingKeys(section: Section, past: PastCall[]): number {
  const last = past.findLast(
    (call) => call.functionName === section.functionName && sameToken(call.token, section.token),
  );
  if (!last) return section.keys.length;
  return section.keys.filter((key) => key > last.lastKey).length;
}

function sameToken(a: Address | null, b: Address | null): boolean {
  return a?.toLowerCase() === b?.toLowerCase();
}

/** Successful Settler calls so far, sealed and open, oldest first. */
function pastCalls(chain: ChainReader): PastCall[] {
  const calls: PastCall[] = [];
  const collect = (transactions: StoredTransaction[], receipts: StoredReceipt[]): void => {
    for (const [index, transaction] of transactions.entries()) {
      if (receipts[index]?.status !== 'success') continue;
      const call = settlerCall(transaction);
      if (call) calls.push(call);
    }
  };
  for (let number = settleStart(chain); number <= chain.head().number; number++) {
    const block = chain.blockByNumber(number);
    if (block) collect(block.transactions, block.receipts);
  }
  const open = chain.open();
  if (open) collect(open.transactions, open.receipts);
  return calls;
}

/** The CLOSE message's block starts with inbox transactions only, so walking back while blocks hold system calls is enough. */
function settleStart(chain: ChainReader): bigint {
  let number = chain.head().number;
  while (
    number > 0n &&
    (chain.blockByNumber(number)?.transactions ?? []).every((transaction) => settlerCall(transaction))
  ) {
    number--;
  }
  return number + 1n;
}

function settlerCall(transaction: StoredTransaction): PastCall | undefined {
  if (transaction.sender.toLowerCase() !== PREDEPLOYS.system.toLowerCase()) return undefined;
  const { to, data } = decodeSystemTransaction(transaction.raw);
  if (to.toLowerCase() !== PREDEPLOYS.settler.toLowerCase()) return undefined;
  const { functionName, args } = decodeFunctionData({ abi: settlerAbi, data });
  switch (functionName) {
    case 'settleNative':
      return { functionName, token: null, lastKey: BigInt(args[0].at(-1)!.account) };
    case 'settleErc20':
      return { functionName, token: args[0], lastKey: BigInt(args[1].at(-1)!.account) };
    case 'settleBridgedErc721':
    case 'settleErc721':
      return { functionName, token: args[0], lastKey: args[1].at(-1)! };
    case 'settleCollection':
      return { functionName, token: args[0], lastKey: 0n };
    case 'finish':
      return { functionName, token: null, lastKey: 0n };
    default:
      return undefined;
  }
}

function settlementTransaction(chainId: bigint, sequence: bigint, data: Hex, gasLimit: bigint): SystemTransaction {
  return {
    sourceHash: sourceHash(chainId, 'settlement', sequence),
    from: PREDEPLOYS.system,
    to: PREDEPLOYS.settler,
    value: 0n,
    gasLimit,
    data,
  };
}
