import type { ColumnType, Generated } from 'kysely';

type Timestamp = ColumnType<Date, Date, Date>;
type NullableTimestamp = ColumnType<Date | null, Date | null | undefined, Date | null>;
type Nullable<T> = ColumnType<T | null, T | null | undefined, T | null>;
/** Read as a value, written as text by JSON.stringify. */
type Json<T> = ColumnType<T, string, string>;

/** Who could sign, as of one reference block; many tasks share one. */
export type AvsOperatorSetsTable = {
  avs: string;
  /** Of the list's JSON. */
  hash: string;
  operators: Json<unknown>;
};

/** A task of an AVS. Hashes, addresses and bytes are lower-case hex text. */
export type AvsTasksTable = {
  /** Order of arrival. */
  number: Generated<number>;
  avs: string;
  task_id: string;
  reference_block: number;
  quorums: Json<number[]>;
  thresholds: Json<number[]>;
  content: string;
  /** Hash of the list in `avs_operator_sets`. */
  operator_set: string;
  created_at: Timestamp;
  expires_at: Timestamp;
  /** `open`, `certified`, `submitted`, `confirmed`, `expired` or `failed`. */
  state: string;
  certified_at: NullableTimestamp;
  /** The certificate without its submission. */
  certificate: ColumnType<unknown, string | null | undefined, string | null>;
  /** Of the newest transaction that carries the certificate; written before that is sent. */
  transaction_hash: Nullable<string>;
  /** Why the last submission did not succeed. */
  reason: Nullable<string>;
  /** Submissions so far. */
  attempts: Generated<number>;
  next_attempt_at: NullableTimestamp;
};

/** The first answer of an operator to a task, with a signature that was verified. */
export type AvsResponsesTable = {
  task_number: number;
  operator_id: string;
  digest: string;
  response: string;
  signature_x: string;
  signature_y: string;
  /** The AVS itself knows that the answer is wrong. */
  wrong: boolean;
  received_at: Timestamp;
};

/** What is remembered of an operator beyond its tasks. */
export type AvsOperatorsTable = {
  avs: string;
  operator_id: string;
  /** Highest that was accepted. */
  journal_sequence: number;
  last_signed_at: Timestamp;
};

/** Signed statements that speak against their signers; kept for ever. */
export type AvsEvidenceTable = {
  number: Generated<number>;
  avs: string;
  task_id: string;
  content: string;
  kind: string;
  operator_id: string;
  operator: string;
  response: string;
  digest: string;
  signature_x: string;
  signature_y: string;
  /** `{g1: {x, y}, g2: {x, y}}` */
  keys: Json<unknown>;
  received_at: Timestamp;
};

/** Work that one process at a time does; it holds the row until `expires_at`, by the database's clock. */
export type LeasesTable = { name: string; holder: string; expires_at: Timestamp };

export type AggregatorSchema = {
  avs_operator_sets: AvsOperatorSetsTable;
  avs_tasks: AvsTasksTable;
  avs_responses: AvsResponsesTable;
  avs_operators: AvsOperatorsTable;
  avs_evidence: AvsEvidenceTable;
  leases: LeasesTable;
};
