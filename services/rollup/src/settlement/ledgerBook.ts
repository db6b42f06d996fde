import { bridgeAbi, type L1Client } from '@tephra/l1';
import { type Address, outboxLeaf } from '@tephra/protocol';
import {
  bornToken,
  claimEntry,
  type LedgerEntry,
  ledgerEntry,
  type SettlementStatus,
  type Unsettled,
} from './ledger.ts';
import type { OutboxRecord } from './outboxMessages.ts';
import type { Payment } from './paySettlement.ts';

/** The ledger of a settlement: one row per outbox message, and what became of it on the L1. */
export class LedgerBook {
  readonly #client: L1Client;
  readonly #bridge: Address;
  #entries: LedgerEntry[] = [];

  constructor(options: { bridge: Address }, deps: { client: L1Client }) {
    this.#bridge = options.bridge;
    this.#client = deps.client;
  }

  /**
   * Every row, and how many stand how.
   * @param unsettled tokens that get a row behind those of the outbox
   */
  status(unsettled: Unsettled[]): Pick<SettlementStatus, 'counts' | 'entries'> {
    const counts = { pending: 0, paid: 0, claimable: unsettled.length };
    for (const entry of this.#entries) counts[entry.status]++;
    const next = BigInt(this.#entries.length);
    const claims = unsettled.map((token, i) => claimEntry(next + BigInt(i), token));
    return { counts, entries: [...this.#entries, ...claims] };
  }

  /**
   * Opens a row for every message. Their leaves must be those of the layer, or every proof would fail on the L1.
   * @param messages all of the outbox, in order of index
   */
  async open(messages: OutboxRecord[]): Promise<void> {
    for (const [position, record] of messages.entries()) {
      if (record.index !== BigInt(position) || outboxLeaf(record.index, record) !== record.leaf) {
        throw new Error(`outbox message ${record.index} does not hash to its leaf`);
      }
    }
    const twins = new Map<Address | 'native', Address>();
    const entries: LedgerEntry[] = [];
    for (const { index, message } of messages) {
      const asset = message.kind === 'mintNative' ? 'native' : bornToken(message);
      if (asset !== undefined && !twins.has(asset)) twins.set(asset, await this.#twinOf(asset));
      entries.push(ledgerEntry(index, message, asset === undefined ? null : twins.get(asset)!));
    }
    this.#entries = entries;
  }

  record(payments: Payment[]): void {
    for (const { index, paid, transactionHash } of payments) {
      const entry = this.#entries[Number(index)];
      if (!entry) continue;
      entry.status = paid ? 'paid' : 'claimable';
      entry.l1TransactionHash = transactionHash;
    }
  }

  /** Nobody pushes any more: what is left is its owners' to take. */
  close(): void {
    for (const entry of this.#entries) if (entry.status === 'pending') entry.status = 'claimable';
  }

  #twinOf(asset: Address | 'native'): Promise<Address> {
    const bridge = { address: this.#bridge, abi: bridgeAbi } as const;
    return asset === 'native'
      ? this.#client.readContract({ ...bridge, functionName: 'nativeTwin' })
      : this.#client.readContract({ ...bridge, functionName: 'twinOf', args: [asset] });
  }
}
