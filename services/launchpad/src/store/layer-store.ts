import {
  END_STEPS,
  LAUNCH_STEPS,
  type LayerHealth,
  type LayerImport,
  type LayerSettings,
  type LayerStatus,
  type LayerTier,
  type StepName,
} from '@tephra/api';
import { type Database, type LayersTable, nextNumber, raiseCounter, type StepsTable } from '@tephra/db';
import type { Address, Hash, Hex } from '@tephra/protocol';
import type { Selectable, Updateable } from 'kysely';

/** A layer's row with the words and addresses typed. */
export type Layer = Omit<
  Selectable<LayersTable>,
  | 'status'
  | 'health'
  | 'tier'
  | 'settings'
  | 'owner'
  | 'genesis_config'
  | 'genesis_output_root'
  | 'rollup'
  | 'inbox'
  | 'bridge'
  | 'native_twin'
  | 'attestation'
  | 'producer'
  | 'proposer'
  | 'faucet'
  | 'import_from'
  | 'imports'
> & {
  status: LayerStatus;
  health: LayerHealth;
  tier: LayerTier;
  settings: LayerSettings;
  owner: Address;
  genesis_config: Hex | null;
  genesis_output_root: Hash | null;
  rollup: Address | null;
  inbox: Address | null;
  bridge: Address | null;
  native_twin: Address | null;
  attestation: Address | null;
  producer: Address | null;
  proposer: Address | null;
  faucet: Address | null;
  import_from: Address | null;
  imports: LayerImport | null;
};
export type LayerUpdate = Updateable<Omit<LayersTable, 'id' | 'settings'>> & {
  status?: LayerStatus;
  health?: LayerHealth;
};

export type Step = Omit<Selectable<StepsTable>, 'name' | 'status' | 'phase' | 'error'> & {
  name: StepName;
  phase: 'launch' | 'end';
  status: 'pending' | 'running' | 'done' | 'failed';
  error: { code: string; message: string; hint?: string } | null;
};
export type StepUpdate = Partial<
  Pick<Step, 'status' | 'attempt' | 'started_at' | 'finished_at' | 'l1_transaction_hash' | 'error'>
>;

export type NewLayer = {
  name: string;
  chainId: number;
  tier: LayerTier;
  settings: LayerSettings;
  owner: Address;
  challengePeriod: number;
  createdAt: Date;
  redeployedFrom?: number;
  importFrom?: Address;
};

export type LayerFilter = { status?: LayerStatus; living?: boolean; name?: string; chainId?: number; rollup?: Address };
export type Page = { limit: number; before?: number };

const ENDED: LayerStatus[] = ['STATUS_TERMINATED', 'STATUS_FAILED'];

/** Rows of layers and their steps. */
export class LayerStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The next chain id that no layer of this database ever had. */
  nextChainId(): Promise<number> {
    return nextNumber(this.#db, 'chain_ids');
  }

  /** Makes `next` the earliest of the coming chain ids. */
  skipChainIds(next: number): Promise<void> {
    return raiseCounter(this.#db, 'chain_ids', next - 1);
  }

  /**
   * Adds a layer with the steps of its launch, the first of them done. `also` runs in the same transaction.
   * @throws PostgreSQL's unique violation (23505) on `layers_living_name`.
   */
  insert(layer: NewLayer, also?: (transaction: Database, layer: Layer) => Promise<void>): Promise<Layer> {
    return this.#db.transaction().execute(async (transaction) => {
      const row = await transaction
        .insertInto('layers')
        .values({
          id: await nextNumber(transaction, 'layers'),
          name: layer.name,
          chain_id: layer.chainId,
          status: 'STATUS_INITIALIZING' satisfies LayerStatus,
          health: 'starting' satisfies LayerHealth,
          tier: layer.tier,
          settings: JSON.stringify(layer.settings),
          owner: layer.owner,
          challenge_period: layer.challengePeriod,
          created_at: layer.createdAt,
          redeployed_from: layer.redeployedFrom ?? null,
          import_from: layer.importFrom ?? null,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      await transaction
        .insertInto('steps')
        .values(
          LAUNCH_STEPS.filter((name) => name !== 'import' || layer.importFrom).map((name, position) => ({
            layer_id: row.id,
            name,
            phase: 'launch',
            position,
            status: 'pending',
            attempt: 0,
          })),
        )
        .execute();
      await also?.(transaction, typed(row));
      return typed(row);
    });
  }

  async get(id: number): Promise<Layer | undefined> {
    const row = await this.#db.selectFrom('layers').selectAll().where('id', '=', id).executeTakeFirst();
    return row && typed(row);
  }

  /** A living layer by its name, else undefined. */
  async living(name: string): Promise<Layer | undefined> {
    const row = await this.#db
      .selectFrom('layers')
      .selectAll()
      .where('name', '=', name)
      .where('status', '<>', 'STATUS_TERMINATED')
      .executeTakeFirst();
    return row && typed(row);
  }

  /** Newest first; without a page all of them. */
  async list(filter: LayerFilter = {}, page?: Page): Promise<Layer[]> {
    let query = this.#db.selectFrom('layers').selectAll().orderBy('id', 'desc');
    if (filter.status) query = query.where('status', '=', filter.status);
    if (filter.living) query = query.where('status', 'not in', ENDED);
    if (filter.name !== undefined) query = query.where('name', '=', filter.name);
    if (filter.chainId !== undefined) query = query.where('chain_id', '=', filter.chainId);
    if (filter.rollup) {
      const rollup = filter.rollup.toLowerCase();
      query = query.where((eb) => eb(eb.fn('lower', ['rollup']), '=', rollup));
    }
    if (page) query = query.limit(page.limit);
    if (page?.before !== undefined) query = query.where('id', '<', page.before);
    return (await query.execute()).map(typed);
  }

  async count(): Promise<{ living: number; total: number }> {
    const row = await this.#db
      .selectFrom('layers')
      .select((eb) => [
        eb.fn.countAll<number>().as('total'),
        eb.fn.countAll<number>().filterWhere('status', '<>', 'STATUS_TERMINATED').as('living'),
      ])
      .executeTakeFirstOrThrow();
    return { living: Number(row.living), total: Number(row.total) };
  }

  async update(id: number, update: LayerUpdate): Promise<Layer> {
    const row = await this.#db
      .updateTable('layers')
      .set(update)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
    return typed(row);
  }

  /** As {@link update}, but only from one of the given statuses; undefined when the layer is in another. */
  async transition(id: number, from: LayerStatus[], update: LayerUpdate): Promise<Layer | undefined> {
    const row = await this.#db
      .updateTable('layers')
      .set(update)
      .where('id', '=', id)
      .where('status', 'in', from)
      .returningAll()
      .executeTakeFirst();
    return row && typed(row);
  }

  async steps(id: number): Promise<Step[]> {
    const rows = await this.#db
      .selectFrom('steps')
      .selectAll()
      .where('layer_id', '=', id)
      .orderBy('position')
      .execute();
    return rows.map(typedStep);
  }

  /** Adds the steps of the end of life, once. */
  async addEndSteps(id: number): Promise<void> {
    await this.#db
      .insertInto('steps')
      .values(
        END_STEPS.map((name, index) => ({
          layer_id: id,
          name,
          phase: 'end',
          position: LAUNCH_STEPS.length + index,
          status: 'pending',
          attempt: 0,
        })),
      )
      .onConflict((conflict) => conflict.columns(['layer_id', 'name']).doNothing())
      .execute();
  }

  async updateStep(id: number, name: StepName, { error, ...update }: StepUpdate): Promise<Step> {
    const row = await this.#db
      .updateTable('steps')
      .set({ ...update, ...(error === undefined ? {} : { error: error === null ? null : JSON.stringify(error) }) })
      .where('layer_id', '=', id)
      .where('name', '=', name)
      .returningAll()
      .executeTakeFirstOrThrow();
    return typedStep(row);
  }
}

// The words in these columns are written by this class alone.
function typed(row: Selectable<LayersTable>): Layer {
  return row as unknown as Layer;
}
function typedStep(row: Selectable<StepsTable>): Step {
  return row as unknown as Step;
}
