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
  /** Contract whose certificates its packs need; null where they stand on a bond. */
  attestation: Nullable<string>;
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

/** How far an index has read the L1. */
export type IndexerCursorsTable = {
  name: string;
  /** What is read (chain and contracts); rows of another source are of no use. */
  source: string;
  /** Newest L1 block that was read. */
  block: number;
};

/** Blocks that were read lately, to notice reorgs by. */
export type IndexerBlocksTable = { name: string; number: number; hash: string; at: Timestamp };

/** One log of a restaking or AVS contract. Addresses in columns are lower case. */
export type RestakingLogsTable = {
  block: number;
  log_index: number;
  at: Timestamp;
  transaction_hash: string;
  /** Which kind of contract it is: `delegation`, `coordinator`, ... */
  source: string;
  contract: string;
  event: string;
  /** What the log is about, for looking it up. */
  operator: Nullable<string>;
  staker: Nullable<string>;
  /** Service manager. */
  avs: Nullable<string>;
  /** Arguments by name; numbers above 32 bits are decimal text. */
  args: JSONColumnType<Record<string, unknown>>;
};

/** One change of an operator's delegated shares. */
export type RestakingShareChangesTable = {
  block: number;
  log_index: number;
  at: Timestamp;
  operator: string;
  /** Null for a slash, which reaches all delegators alike. */
  staker: Nullable<string>;
  strategy: string;
  /** Decimal text. */
  delta: string;
  /** The operator's maximal magnitude after the change: 1e18 until it is slashed. */
  max_magnitude: string;
};

/** Documents at metadata URIs. */
export type MetadataDocumentsTable = {
  uri: string;
  /** Null while it was never read. */
  document: NullableJson;
  /** Why the last try failed; null when it did not. */
  problem: Nullable<string>;
  /** Tries that failed in a row. */
  failures: number;
  fetched_at: Timestamp;
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
  indexer_cursors: IndexerCursorsTable;
  indexer_blocks: IndexerBlocksTable;
  restaking_logs: RestakingLogsTable;
  restaking_share_changes: RestakingShareChangesTable;
  metadata_documents: MetadataDocumentsTable;
};
