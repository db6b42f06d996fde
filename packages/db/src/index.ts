export type * from './aggregator-schema.ts';
export * from './counters.ts';
export { type Database, type DatabaseOptions, openDatabase } from './database.ts';
export { DatabaseError } from './migrate.ts';
export type * from './schema.ts';
