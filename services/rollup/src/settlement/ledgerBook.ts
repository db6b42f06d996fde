import { bridgeAbi, type L1Client } from '@tephra/l1';
import { type Address, outboxLeaf } from '@tephra/protocol';
import { zeroAddress } from 'viem';
import {
  claimEntry,
  type LedgerEntry,
  ledgerEntry,
  type SettlementStatus,
  type TokenStandard,
  type Unsettled,
} from './ledger.ts';
import type { OutboxRecord } from './outboxMessages.ts';
import type { Payment } from './paySettlement.ts';

/** Order of enum TokenStandard (contracts/src/rollup/IInbox.sol). */
const STANDARDS: readonly TokenStandard[] = ['erc20', 'erc721', 'erc1155'];

/** The ledger of a settlement: one row per outbox message, and what became of it on the L1. */
export class LedgerBook {
  readonly #client: L1Client;
  readonly #bridge: Address;
  readonly #entries = new Map<bigint, LedgerEntry>();
  readonly #twins = new Map<string, Address>();

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
    const entries = [...this.#entries.values()];
    for (const entry of entries) counts[entry.status]++;
    const next = (entries.at(-1)?.index ?? -1n) + 1n;
    const claims = unsettled.map((token, i) => claimEntry(next + BigInt(i), token));
    return { counts, entries: [...entries, ...claims] };
  }

  /**
   * Opens a row for each of these messages. Their leaves must be those of the layer, or every proof would fail on the L1.
   * @param poster account whose own twins are minted; zero for everybody's
   */
  async open(messages: OutboxRecord[], poster: Address = zeroAddress): Promise<void> {
    const entries: LedgerEntry[] = [];
    for (const record of messages) {
      if (outboxLeaf(record.index, { kind: record.kind, payload: record.payload }) !== record.leaf) {
        throw new Error(`outbox message ${record.index} does not hash to its leaf`);
      }
      const entry = ledgerEntry(record.index, record.message, null);
      entries.push({ ...entry, twin: await this.#twinOf(record, entry, poster) });
    }
    for (const entry of entries) this.#entries.set(entry.index, entry);
  }

  record(payments: Payment[]): void {
    for (const { index, paid, transactionHash } of payments) {
      const entry = this.#entries.get(index);
      if (!entry) continue;
      entry.status = paid ? 'paid' : 'claimable';
      entry.l1TransactionHash = transactionHash;
    }
  }

  /** Nobody pushes any more: what is left is its owners' to take. */
  close(): void {
    for (const entry of this.#entries.values()) if (entry.status === 'pending') entry.status = 'claimable';
  }

  async #twinOf({ message }: OutboxRecord, { standard }: LedgerEntry, poster: Address): Promise<Address | null> {
    const bridge = { address: this.#bridge, abi: bridgeAbi } as const;
    if (message.kind === 'mintNative') {
      return this.#remembered('native', () => this.#client.readContract({ ...bridge, functionName: 'nativeTwin' }));
    }
    if (!('l2Token' in message) || standard === null || standard === 'native') return null;
    const { l2Token } = message;
    if (standard === 'erc721' && poster === zeroAddress) {
      // Which bridges of the first version know, too.
      return this.#remembered(l2Token, () =>
        this.#client.readContract({ ...bridge, functionName: 'twinOf', args: [l2Token] }),
      );
    }
    const args = [l2Token, STANDARDS.indexOf(standard), poster] as const;
    return this.#remembered(args.join(' '), () =>
      this.#client.readContract({ ...bridge, functionName: 'tokenTwin', args }),
    );
  }

  async #remembered(key: string, ask: () => Promise<Address>): Promise<Address> {
    const known = this.#twins.get(key);
    if (known !== undefined) return known;
    const twin = await ask();
    this.#twins.set(key, twin);
    return twin;
  }
}
