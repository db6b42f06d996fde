import { TephraError } from '@tephra/core';

export type DevnetErrorCode =
  /** Somebody listens on the L1's port. */
  | 'L1_PORT_IN_USE'
  /** The L1 process does not come up, or does not stay up. */
  | 'L1_START_FAILED'
  /** A record before the end of the journal is damaged. */
  | 'L1_JOURNAL_CORRUPT'
  /** Replaying the journal gave another block hash than was recorded. */
  | 'L1_REPLAY_MISMATCH'
  /** The method would break the replayed history, or needs something that the embedded L1 does not do. */
  | 'L1_METHOD_REFUSED'
  /** JSON-RPC error of the L1, passed on. */
  | 'L1_CALL_FAILED'
  /** The service was stopped. */
  | 'L1_STOPPED';

export class DevnetError extends TephraError<DevnetErrorCode> {}

/** The L1 process went away during a call; the devnet restarts it and repeats the call. Never leaves this room. */
export class AnvilGoneError extends Error {}

/** A JSON-RPC error object as anvil gave it. */
export class RpcResponseError extends Error {
  readonly code: number;
  readonly data: unknown;
  constructor(error: { code: number; message: string; data?: unknown }) {
    super(error.message);
    this.name = 'RpcResponseError';
    this.code = error.code;
    this.data = error.data;
  }
}
