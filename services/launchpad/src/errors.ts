import { TephraError } from '@tephra/core';
import { RouteError } from '@tephra/http';

/** A refusal that the API answers with; the code decides the HTTP status. */
export class LaunchpadError extends RouteError {}

export type StepErrorCode =
  | 'L1_UNREACHABLE'
  | 'CHAIN_ID_TAKEN'
  | 'CONTRACTS_MISMATCH'
  | 'VERIFIERS_MISSING'
  | 'NODE_DID_NOT_START'
  | 'NODE_CRASH_LOOP'
  | 'NO_BLOCK'
  | 'ENDPOINT_UNREACHABLE'
  | 'IMPORT_STALLED'
  | 'SETTLEMENT_STALLED'
  | 'STOPPED';

/** Why a step did not finish; shown with its hint on the layer's page. */
export class StepError extends TephraError<StepErrorCode> {}
