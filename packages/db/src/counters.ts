import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

export type CounterName = 'layers' | 'chain_ids';

/** The next number; undone with the transaction it is taken in. */
export async function nextNumber(db: Kysely<Schema>, name: CounterName): Promise<number> {
  const { value } = await db
    .updateTable('counters')
    .set((eb) => ({ value: eb('value', '+', 1) }))
    .where('name', '=', name)
    .returning('value')
    .executeTakeFirstOrThrow();
  return value;
}

/** Makes all coming numbers larger than `floor`. */
export async function raiseCounter(db: Kysely<Schema>, name: CounterName, floor: number): Promise<void> {
  await db.updateTable('counters').set({ value: floor }).where('name', '=', name).where('value', '<', floor).execute();
}
