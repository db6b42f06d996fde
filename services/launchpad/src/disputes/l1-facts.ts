import type { L1Place } from '@tephra/api';
import type { L1Client } from '@tephra/l1';
import type { Address, Hex } from '@tephra/protocol';
import { getAddress } from 'viem';
import type { L1Log } from './l1-events.ts';
import { RecentMap } from './recent-map.ts';

/** A mined transaction as far as its reader cares; `gasUsed` of all of it. */
export type L1Transaction = { from: Address; to: Address | null; input: Hex; gasUsed: bigint };

/** Blocks and transactions kept; a transaction with a pack is a few kilobytes. */
const KEPT_BLOCKS = 20_000;
const KEPT_TRANSACTIONS = 2_000;

/** Times of L1 blocks and transactions in them, each asked for once. A transaction is known by its block too: reorganisations move them. */
export class L1Facts {
  readonly #client: L1Client;
  readonly #times = new RecentMap<string, number>(KEPT_BLOCKS);
  readonly #transactions = new RecentMap<string, L1Transaction>(KEPT_TRANSACTIONS);

  constructor(deps: { client: L1Client }) {
    this.#client = deps.client;
  }

  /** Where and when a log was written. */
  async place({ blockNumber, transactionHash }: L1Log): Promise<L1Place> {
    const at = await this.#times.fetch(`${blockNumber} ${transactionHash}`, async () =>
      Number((await this.#client.getBlock({ blockNumber })).timestamp),
    );
    return { at, l1Block: Number(blockNumber), transactionHash };
  }

  transaction({ blockNumber, transactionHash: hash }: L1Log): Promise<L1Transaction> {
    return this.#transactions.fetch(`${blockNumber} ${hash}`, async () => {
      const [sent, receipt] = await Promise.all([
        this.#client.getTransaction({ hash }),
        this.#client.getTransactionReceipt({ hash }),
      ]);
      return { from: getAddress(sent.from), to: sent.to, input: sent.input, gasUsed: receipt.gasUsed };
    });
  }
}
