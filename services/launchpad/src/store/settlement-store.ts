import type { SettlementItem, SettlementLedger } from '@tephra/api';
import type { Database, SettlementItemsTable } from '@tephra/db';
import type { Selectable } from 'kysely';

export type LedgerFilter = {
  offset: number;
  limit: number;
  owner?: string | undefined;
  status?: SettlementItem['status'] | undefined;
};

const INSERT_ROWS = 500;

/** Settlement ledgers; they stay when their layer is gone. */
export class SettlementStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Replaces the ledger of a layer. */
  save(layerId: number, ledger: SettlementLedger): Promise<void> {
    return this.#db.transaction().execute(async (transaction) => {
      const head = {
        layer_id: layerId,
        phase: ledger.phase,
        written: ledger.written,
        planned: ledger.planned,
        window_end: ledger.windowEnd,
        l1_gas_used: ledger.l1GasUsed,
        escrow_wei: ledger.escrowWei,
        error: ledger.error,
        unsettled: JSON.stringify(ledger.unsettled),
        updated_at: new Date(ledger.updatedAt),
      };
      await transaction
        .insertInto('settlements')
        .values(head)
        .onConflict((conflict) => conflict.column('layer_id').doUpdateSet(head))
        .execute();
      await transaction.deleteFrom('settlement_items').where('layer_id', '=', layerId).execute();
      for (let start = 0; start < ledger.items.length; start += INSERT_ROWS) {
        const rows = ledger.items.slice(start, start + INSERT_ROWS).map((item) => ({
          layer_id: layerId,
          index: item.index,
          asset_type: item.asset.type,
          standard: item.asset.standard,
          l1_token: item.asset.l1Token,
          l2_token: item.asset.l2Token,
          name: item.asset.name,
          symbol: item.asset.symbol,
          decimals: item.asset.decimals,
          owner: item.owner,
          amount: item.amount,
          token_id: item.tokenId,
          status: item.status,
          l1_transaction_hash: item.l1TransactionHash,
        }));
        await transaction.insertInto('settlement_items').values(rows).execute();
      }
    });
  }

  /** A page of the ledger with the figures of the whole; undefined before one was saved. */
  async get(layerId: number, filter: LedgerFilter): Promise<SettlementLedger | undefined> {
    const head = await this.#db
      .selectFrom('settlements')
      .selectAll()
      .where('layer_id', '=', layerId)
      .executeTakeFirst();
    if (!head) return undefined;
    const counts = { total: 0, paid: 0, claimable: 0, pending: 0 };
    const groups = await this.#db
      .selectFrom('settlement_items')
      .select((eb) => ['status', eb.fn.countAll<number>().as('count')])
      .where('layer_id', '=', layerId)
      .groupBy('status')
      .execute();
    for (const group of groups) {
      counts[group.status as SettlementItem['status']] = Number(group.count);
      counts.total += Number(group.count);
    }
    let query = this.#db
      .selectFrom('settlement_items')
      .selectAll()
      .where('layer_id', '=', layerId)
      .orderBy('index')
      .offset(filter.offset)
      .limit(filter.limit);
    if (filter.owner)
      query = query.where((eb) => eb(eb.fn('lower', ['owner']), '=', filter.owner?.toLowerCase() ?? ''));
    if (filter.status) query = query.where('status', '=', filter.status);
    return {
      phase: head.phase as SettlementLedger['phase'],
      written: head.written,
      planned: head.planned,
      windowEnd: head.window_end,
      counts,
      l1GasUsed: head.l1_gas_used,
      escrowWei: head.escrow_wei,
      error: head.error,
      unsettled: (head.unsettled ?? []) as SettlementLedger['unsettled'],
      items: (await query.execute()).map(itemOf),
      updatedAt: head.updated_at.toISOString(),
    };
  }
}

function itemOf(row: Selectable<SettlementItemsTable>): SettlementItem {
  return {
    index: row.index,
    asset: {
      type: row.asset_type as SettlementItem['asset']['type'],
      standard: (row.standard ?? standardOf(row.asset_type)) as SettlementItem['asset']['standard'],
      l1Token: row.l1_token as SettlementItem['asset']['l1Token'],
      l2Token: row.l2_token as SettlementItem['asset']['l2Token'],
      name: row.name,
      symbol: row.symbol,
      decimals: row.decimals,
    },
    owner: row.owner as SettlementItem['owner'],
    amount: row.amount,
    tokenId: row.token_id,
    status: row.status as SettlementItem['status'],
    l1TransactionHash: row.l1_transaction_hash as SettlementItem['l1TransactionHash'],
  };
}

/** What the first version's ledgers leave to the type. */
function standardOf(type: string): SettlementItem['asset']['standard'] {
  if (type === 'collection') return 'erc721';
  return type === 'native' || type === 'erc20' || type === 'erc721' ? type : null;
}
