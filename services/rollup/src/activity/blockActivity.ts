import { type Address, PREDEPLOYS } from '@tephra/protocol';
import type { StoredBlock } from '../chain.ts';
import { recipientOfRaw } from '../wireFields.ts';
import { transfersOf } from './transfers.ts';

/** Something in a block that concerns an address: a transaction as a whole, or transfers that one of its logs reports. */
export type ActivityPlace = {
  blockNumber: bigint;
  transactionIndex: number;
  /** Null for the transaction itself; a log counts within its transaction and, as `logIndex`, within the block. */
  log: { index: number; logIndex: number } | null;
};

/** Nobody's: tokens come from it and go to it, so that a list of what concerns it is one of all mints. */
const ZERO = `0x${'0'.repeat(40)}`;
/** Sender of every protocol transaction of every block. */
const SYSTEM = PREDEPLOYS.system.toLowerCase();
/** Bytes of a place: transaction, log + 1 (0 = the transaction), log in the block; u32 each. */
const PLACE_BYTES = 12;

/**
 * Encoded places by address, oldest first: sender, recipient and created contract of each transaction, and both sides of
 * each transfer. The zero address and the protocol's sender are left out.
 */
export function blockActivity(block: Pick<StoredBlock, 'transactions' | 'receipts'>): Map<Address, Buffer> {
  const places = new Map<Address, number[]>();
  const add = (address: Address | null, transaction: number, log: number, logIndex: number): void => {
    if (address === null || address === ZERO || address === SYSTEM) return;
    const known = places.get(address);
    if (known === undefined) places.set(address, [transaction, log, logIndex]);
    else if (known.at(-3) !== transaction || known.at(-2) !== log) known.push(transaction, log, logIndex);
  };
  let logsBefore = 0;
  for (const [index, receipt] of block.receipts.entries()) {
    const { sender, raw } = block.transactions[index]!;
    add(sender.toLowerCase() as Address, index, 0, 0);
    add(recipientOfRaw(raw), index, 0, 0);
    add(receipt.contractAddress && (receipt.contractAddress.toLowerCase() as Address), index, 0, 0);
    for (const [i, log] of receipt.logs.entries()) {
      for (const { from, to } of transfersOf(log, 0, 1)) {
        add(from, index, i + 1, logsBefore + i);
        add(to, index, i + 1, logsBefore + i);
      }
    }
    logsBefore += receipt.logs.length;
  }
  const encoded = new Map<Address, Buffer>();
  for (const [address, numbers] of places) {
    const bytes = Buffer.allocUnsafe(numbers.length * 4);
    for (const [i, number] of numbers.entries()) bytes.writeUInt32BE(number, i * 4);
    encoded.set(address, bytes);
  }
  return encoded;
}

/** The places of {@link blockActivity}, newest first. */
export function* placesNewestFirst(blockNumber: bigint, encoded: Buffer): Generator<ActivityPlace> {
  for (let at = encoded.length - PLACE_BYTES; at >= 0; at -= PLACE_BYTES) {
    const log = encoded.readUInt32BE(at + 4);
    yield {
      blockNumber,
      transactionIndex: encoded.readUInt32BE(at),
      log: log === 0 ? null : { index: log - 1, logIndex: encoded.readUInt32BE(at + 8) },
    };
  }
}
