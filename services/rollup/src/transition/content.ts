import { bytesToHex, hexToBytes } from '@tephra/engine';
import { type BlockContent, type L1Origin, PREDEPLOYS } from '@tephra/protocol';
import type { StoredTransaction } from '../chain.ts';

const SETTLER = PREDEPLOYS.settler.toLowerCase();

/** What a batch carries of a block: everything but what follows from the inbox. */
export function contentOf(
  header: { number: bigint; timestamp: bigint },
  l1Origin: L1Origin,
  transactions: StoredTransaction[],
): BlockContent {
  return {
    number: header.number,
    timestamp: header.timestamp,
    l1OriginNumber: l1Origin.number,
    transactions: transactions.filter((tx) => !isProtocolTransaction(tx)).map((tx) => tx.raw),
  };
}

/** True for transactions that follow from the inbox, forced ones too; settlement transactions, also of type 0x7e, are content. */
function isProtocolTransaction(tx: StoredTransaction): boolean {
  // Wire: 0x7e, list head, sourceHash (33 bytes with head), from (21), to (21).
  if (!tx.raw.startsWith('0x7e')) return tx.inboxIndex !== undefined;
  return targetOf(hexToBytes(tx.raw)) !== SETTLER;
}

function targetOf(raw: Uint8Array): string {
  const head = raw[1]!;
  const start = 2 + (head >= 0xf8 ? head - 0xf7 : 0) + 33 + 21 + 1;
  return bytesToHex(raw.subarray(start, start + 20));
}
