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

/** Rows of a block while they are gathered: four numbers each, whose address and what goes into its place. */
class Rows {
  #numbers = new Uint32Array(1_024);
  #length = 0;
  readonly #addresses = new Map<Address, number>();
  /** Rows, and the transaction and the log of the last one, of each address. */
  readonly #counts: number[] = [];
  readonly #last: [transaction: number, log: number][] = [];

  add(address: Address | null, transaction: number, log: number, logIndex: number): void {
    if (address === null || address === ZERO || address === SYSTEM) return;
    let id = this.#addresses.get(address);
    if (id === undefined) {
      id = this.#addresses.size;
      this.#addresses.set(address, id);
      this.#counts.push(0);
      this.#last.push([transaction, log]);
    } else {
      const last = this.#last[id]!;
      if (last[0] === transaction && last[1] === log) return;
      last[0] = transaction;
      last[1] = log;
    }
    this.#counts[id]!++;
    if (this.#length === this.#numbers.length) {
      const more = new Uint32Array(2 * this.#length);
      more.set(this.#numbers);
      this.#numbers = more;
    }
    this.#numbers[this.#length] = id;
    this.#numbers[this.#length + 1] = transaction;
    this.#numbers[this.#length + 2] = log;
    this.#numbers[this.#length + 3] = logIndex;
    this.#length += 4;
  }

  /** Parts of one buffer. */
  encoded(): Map<Address, Buffer> {
    const all = Buffer.allocUnsafe((this.#length / 4) * PLACE_BYTES);
    const ends: number[] = [];
    let at = 0;
    for (const count of this.#counts) {
      ends.push(at);
      at += count * PLACE_BYTES;
    }
    for (let row = 0; row < this.#length; row += 4) {
      const id = this.#numbers[row]!;
      let end = ends[id]!;
      for (let i = 1; i < 4; i++) end = all.writeUInt32BE(this.#numbers[row + i]!, end);
      ends[id] = end;
    }
    const parts = new Map<Address, Buffer>();
    for (const [address, id] of this.#addresses) {
      parts.set(address, all.subarray(ends[id]! - this.#counts[id]! * PLACE_BYTES, ends[id]!));
    }
    return parts;
  }
}

/**
 * Encoded places by address, oldest first: sender, recipient and created contract of each transaction, and both sides of
 * each transfer. The zero address and the protocol's sender are left out.
 * @param atHand recipients, where they are known already
 */
export function blockActivity(
  block: Pick<StoredBlock, 'transactions' | 'receipts'>,
  atHand?: readonly { to: Address | null }[],
): Map<Address, Buffer> {
  const rows = new Rows();
  let logsBefore = 0;
  for (const [index, { contractAddress, logs }] of block.receipts.entries()) {
    const { sender, raw } = block.transactions[index]!;
    rows.add(sender.toLowerCase() as Address, index, 0, 0);
    rows.add(atHand === undefined ? recipientOfRaw(raw) : atHand[index]!.to, index, 0, 0);
    rows.add(contractAddress && (contractAddress.toLowerCase() as Address), index, 0, 0);
    for (const [i, log] of logs.entries()) {
      const [transfer] = transfersOf(log, 0, 1);
      if (transfer === undefined) continue;
      rows.add(transfer.from, index, i + 1, logsBefore + i);
      rows.add(transfer.to, index, i + 1, logsBefore + i);
    }
    logsBefore += logs.length;
  }
  return rows.encoded();
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
