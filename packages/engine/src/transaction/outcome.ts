import { encodeLogs } from '../block/encodedLogs.ts';
import { EMPTY_BLOOM } from '../bloom.ts';
import { bytesToHex } from '../bytes.ts';
import type { ExecutionOutcome } from '../engine.ts';
import type { DecodedTransaction } from './decode.ts';
import type { MessageOutcome } from './message.ts';

/** What a transaction came to whose message came to `outcome`. */
export function transactionOutcome(outcome: MessageOutcome, effectiveGasPrice: bigint): ExecutionOutcome {
  const encodedLogs = encodeLogs(outcome.logs);
  return {
    status: outcome.status === 'success' ? 'success' : 'reverted',
    gasUsed: outcome.gasUsed,
    logs: outcome.logs,
    encodedLogs,
    logsBloom: encodedLogs === null ? EMPTY_BLOOM : bytesToHex(encodedLogs.bloom),
    returnData: outcome.returnData,
    haltReason: outcome.haltReason,
    contractAddress: outcome.createdAddress,
    createdContracts: outcome.createdContracts,
    effectiveGasPrice,
  };
}

/** Of a system transaction without the gas to begin: it takes place as a reverted receipt. */
export function unpaidSystemOutcome(tx: DecodedTransaction, intrinsic: bigint): ExecutionOutcome {
  return {
    status: 'reverted',
    gasUsed: tx.gasLimit,
    logs: [],
    encodedLogs: null,
    logsBloom: EMPTY_BLOOM,
    returnData: '0x',
    haltReason: `intrinsic gas too low: have ${tx.gasLimit}, want ${intrinsic}`,
    createdContracts: [],
    effectiveGasPrice: 0n,
  };
}
