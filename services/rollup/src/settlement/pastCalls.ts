import { chainStateAbi, settlerAbi } from '@tephra/l1';
import { type Address, type Hash, PREDEPLOYS } from '@tephra/protocol';
import { decodeEventLog, hexToString, toEventSelector } from 'viem';
import type { ChainReader, StoredReceipt, StoredTransaction } from '../chain.ts';
import { decodeSettlerCall, type SettlerCall } from './settlerCall.ts';

export type PastCalls = {
  /** Successful calls of the Settler, oldest first. */
  calls: SettlerCall[];
  /** All of its calls, with those that failed. */
  count: number;
  /** Holders of whom a token did not say what they have, by token. */
  unanswered: Map<Address, number>;
};

const MODE_CHANGED = toEventSelector('ModeChanged(uint8)');
const ITEM_SKIPPED = toEventSelector('ItemSkipped(address,uint256,bytes)');
/** An unanswered `ownerOf` is how most collections say that a token was burnt. */
const UNANSWERED = 'balanceOf';

/** What the settlement of a closed chain has done so far, in sealed blocks and the open one. */
export function pastCalls(chain: ChainReader): PastCalls {
  const past: PastCalls = { calls: [], count: 0, unanswered: new Map() };
  for (let number = closedAt(chain); number <= chain.head().number; number++) {
    const block = chain.blockByNumber(number);
    if (block) collect(past, block.transactions, block.receipts);
  }
  const open = chain.open();
  if (open) collect(past, open.transactions, open.receipts);
  return past;
}

function collect(past: PastCalls, transactions: StoredTransaction[], receipts: StoredReceipt[]): void {
  for (const [index, transaction] of transactions.entries()) {
    const call = decodeSettlerCall(transaction);
    if (!call) continue;
    past.count++;
    const receipt = receipts[index];
    if (receipt?.status !== 'success') continue;
    past.calls.push(call);
    for (const token of unansweredOf(receipt)) past.unanswered.set(token, (past.unanswered.get(token) ?? 0) + 1);
  }
}

function unansweredOf(receipt: StoredReceipt): Address[] {
  const tokens: Address[] = [];
  for (const { address, topics, data } of receipt.logs) {
    if (topics[0] !== ITEM_SKIPPED || address.toLowerCase() !== PREDEPLOYS.settler.toLowerCase()) continue;
    const { args } = decodeEventLog({
      abi: settlerAbi,
      eventName: 'ItemSkipped',
      topics: topics as [Hash, ...Hash[]],
      data,
    });
    if (hexToString(args.reason) === UNANSWERED) tokens.push(args.token);
  }
  return tokens;
}

/** Block of the CLOSE message, searched from the head: the settlement takes few blocks. */
function closedAt(chain: ChainReader): bigint {
  for (let number = chain.head().number; number > 0n; number--) {
    for (const { logs } of chain.blockByNumber(number)?.receipts ?? []) {
      for (const { address, topics, data } of logs) {
        if (topics[0] !== MODE_CHANGED || address.toLowerCase() !== PREDEPLOYS.chainState.toLowerCase()) continue;
        const { args } = decodeEventLog({
          abi: chainStateAbi,
          eventName: 'ModeChanged',
          topics: topics as [Hash, ...Hash[]],
          data,
        });
        if (args.mode === SETTLE) return number;
      }
    }
  }
  return 1n;
}

const SETTLE = 1;
