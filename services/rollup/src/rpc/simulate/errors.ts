import { type InvalidTransactionCode, InvalidTransactionError } from '@tephra/engine';
import { RpcError } from '../errors.ts';

/** Codes of eth_simulateV1 (execution-apis). */
export const SIMULATION_ERROR = {
  nonceTooLow: -38010,
  nonceTooHigh: -38011,
  feeCapTooLow: -38012,
  intrinsicGas: -38013,
  insufficientFunds: -38014,
  blockGasLimit: -38015,
  blockNumber: -38020,
  timestamp: -38021,
  senderNotEoa: -38024,
  initCode: -38025,
  tooManyBlocks: -38026,
  /** Of a call that was halted. */
  halted: -32015,
} as const;

const CODES: Partial<Record<InvalidTransactionCode, number>> = {
  NONCE_TOO_LOW: SIMULATION_ERROR.nonceTooLow,
  NONCE_TOO_HIGH: SIMULATION_ERROR.nonceTooHigh,
  FEE_CAP_TOO_LOW: SIMULATION_ERROR.feeCapTooLow,
  INTRINSIC_GAS: SIMULATION_ERROR.intrinsicGas,
  INSUFFICIENT_FUNDS: SIMULATION_ERROR.insufficientFunds,
  SENDER_NOT_EOA: SIMULATION_ERROR.senderNotEoa,
  INIT_CODE_TOO_LARGE: SIMULATION_ERROR.initCode,
};

/** A call that can't be in its block fails the whole simulation. */
export function simulationError(error: unknown): unknown {
  if (!(error instanceof InvalidTransactionError)) return error;
  const code = CODES[error.code];
  return code === undefined ? error : new RpcError(code, error.message);
}
