import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { AggregatorSchema } from './aggregator-schema.ts';

type Timestamp = ColumnType<Date, Date, Date>;
type NullableTimestamp = ColumnType<Date | null, Date | null | undefined, Date | null>;
type Nullable<T> = ColumnType<T | null, T | null | undefined, T | null>;
/** Always written as text by JSON.stringify: pg would send a list as a PostgreSQL array. */
type NullableJson = ColumnType<unknown, string | null | undefined, string | null>;

/** A flash layer. Addresses and hashes are hex text, words (status, health, tier) are those of the API. */
export type LayersTable = {
  id: Generated<number>;
  name: string;
  chain_id: number;
  status: string;
  health: string;
  tier: string;
  settings: JSONColumnType<Record<string, unknown>>;
  owner: string;
  created_at: Timestamp;
  active_at: NullableTimestamp;
  /** Wall time at which a free trial ends. */
  expires_at: NullableTimestamp;
  destroy_requested_at: NullableTimestamp;
  terminated_at: NullableTimestamp;
  restarts: Generated<number>;
  /** Seconds. */
  challenge_period: number;
  /** Hex of the encoded genesis configuration. */
  genesis_config: Nullable<string>;
  genesis_output_root: Nullable<string>;
  rollup: Nullable<string>;
  inbox: Nullable<string>;
  bridge: Nullable<string>;
  native_twin: Nullable<string>;
  created_at_block: Nullable<number>;
  producer: Nullable<string>;
  proposer: Nullable<string>;
  faucet: Nullable<string>;
  escrow_reclaimed_at: NullableTimestamp;
  /** Layer whose settings this one repeats. */
  redeployed_from: Nullable<number>;
  /** Address of the Rollup contract whose twins are brought along. */
  import_from: Nullable<string>;
  /** What came of that: a list of {standard, oldToken, l1Twin, l2Token}. */
  imports: NullableJson;
};

export type StepsTable = {
  layer_id: number;
  name: string;
  phase: string;
  position: number;
  status: string;
  attempt: number;
  started_at: NullableTimestamp;
  finished_at: NullableTimestamp;
  l1_transaction_hash: Nullable<string>;
  error: NullableJson;
};

/** What a layer's event stream replays. */
export type EventsTable = {
  id: Generated<number>;
  layer_id: number;
  kind: string;
  data: JSONColumnType<Record<string, unknown>>;
  at: Timestamp;
};

export type ApiTokensTable = {
  id: Generated<number>;
  name: string;
  /** Hex SHA-256 of the token. */
  hash: string;
  scope: Generated<string>;
  created_at: Timestamp;
  expires_at: NullableTimestamp;
  /** To the minute. */
  last_used_at: NullableTimestamp;
  revoked_at: NullableTimestamp;
};

/** The last number that was given out, by name. Unlike a sequence it skips none after a crash. */
export type CountersTable = { name: string; value: number };

export type IdempotencyKeysTable = {
  token_id: number;
  key: string;
  /** Hex SHA-256 of the canonical request body. */
  request_hash: string;
  layer_id: number;
  /** The answer, given again word by word. */
  response: JSONColumnType<Record<string, unknown>>;
  created_at: Timestamp;
};

/** Head of a settlement ledger; stays when the layer is gone. */
export type SettlementsTable = {
  layer_id: number;
  phase: string;
  written: number;
  planned: number;
  window_end: Nullable<number>;
  l1_gas_used: string;
  escrow_wei: Nullable<string>;
  error: Nullable<string>;
  /** List of the API's form; null in the ledgers of the first version. */
  unsettled: NullableJson;
  updated_at: Timestamp;
};

/** One asset of one owner; amounts and ids are decimal text. */
export type SettlementItemsTable = {
  layer_id: number;
  index: number;
  asset_type: string;
  /** Null where it is unknown, and in the ledgers of the first version. */
  standard: Nullable<string>;
  l1_token: Nullable<string>;
  l2_token: Nullable<string>;
  name: string;
  symbol: string;
  decimals: number;
  owner: string;
  amount: Nullable<string>;
  token_id: Nullable<string>;
  status: string;
  l1_transaction_hash: Nullable<string>;
};

export type Schema = AggregatorSchema & {
  layers: LayersTable;
  steps: StepsTable;
  events: EventsTable;
  api_tokens: ApiTokensTable;
  counters: CountersTable;
  idempotency_keys: IdempotencyKeysTable;
  settlements: SettlementsTable;
  settlement_items: SettlementItemsTable;
};
