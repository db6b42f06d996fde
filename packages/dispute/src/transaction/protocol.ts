import { hexToBytes, intrinsicGas } from '@tephra/engine';
import { encodeSystemTransaction, SYSTEM_TRANSACTION_TYPE, type SystemTransaction } from '@tephra/protocol';
import { PURPOSES, TxContext, UNPAID } from '../machine/context.ts';
import type { Progress } from '../machine/progress.ts';
import type { Start } from '../machine/state.ts';
import { startTransaction } from './begin.ts';

/** What of a transaction of type 0x7e is executed. */
type Call = { sender: bigint; to: bigint; value: bigint; gasLimit: bigint; data: Uint8Array };

/** A transaction of type 0x7e: it pays nothing, not even for bytes. */
export function protocolContext({ sender, to, value, gasLimit, data }: Call, progress: Progress): TxContext {
  return new TxContext({
    sender,
    to,
    value,
    data,
    gasLimit,
    ...UNPAID,
    intrinsicGas: intrinsicGas(data, false, []),
    purpose: PURPOSES.protocol,
    type: SYSTEM_TRANSACTION_TYPE,
    progress,
  });
}

/**
 * Begins a transaction that the protocol makes.
 * @param keep puts its wire form into what the block has so far
 */
export function startProtocol(
  transaction: SystemTransaction,
  at: Pick<Start, 'block' | 'b'>,
  keep: (raw: Uint8Array) => Progress,
): Start {
  const { from, to, value, gasLimit, data } = transaction;
  const call = { sender: BigInt(from), to: BigInt(to), value, gasLimit, data: hexToBytes(data) };
  const progress = keep(hexToBytes(encodeSystemTransaction(transaction)));
  return startTransaction(protocolContext(call, progress), at);
}
