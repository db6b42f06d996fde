import { type DecodedTransaction, floorGas, intrinsicGas, MAX_INIT_CODE_SIZE } from '@tephra/engine';
import { SKIP_REASONS } from '@tephra/protocol';
import { PURPOSES, TxContext } from '../machine/context.ts';
import type { ChainEnv } from '../machine/env.ts';
import { lesser } from '../machine/lesser.ts';
import type { Progress } from '../machine/progress.ts';
import { authorizationFrom } from './authorization.ts';

/** What the sender's account is compared with: the first rule that is broken whoever sends it (0: none), and its greatest cost, wei. */
export type Terms = { reason: number; cost: bigint };

const LIMIT = 1n << 256n;

/** A user's transaction as the machine has it, in a block with this base fee. */
export function userContext(
  tx: DecodedTransaction,
  env: ChainEnv,
  baseFee: bigint,
  progress: Progress,
): { context: TxContext; terms: Terms } {
  const dataFee = env.gasless ? 0n : BigInt.asUintN(256, env.dataFeePerByte * BigInt(tx.raw.length));
  const intrinsic = intrinsicGas(tx.data, tx.to === null, tx.accessList, tx.authorizationList?.length);
  const floor = floorGas(tx.data, env.fork);
  const terms = termsOf(tx, { baseFee, dataFee, intrinsic, floor });
  const isTooLow = terms.reason === SKIP_REASONS.feeCap;
  const context = new TxContext({
    sender: BigInt(tx.sender),
    to: tx.to === null ? null : BigInt(tx.to),
    value: tx.value,
    data: tx.data,
    gasLimit: tx.gasLimit,
    gasPrice: isTooLow ? 0n : baseFee + lesser(tx.maxFeePerGas - baseFee, tx.maxPriorityFeePerGas),
    nonce: tx.nonce,
    intrinsicGas: intrinsic,
    floorGas: floor,
    blobFee: 0n,
    dataFee,
    blobHashes: [],
    accessList: tx.accessList.map(({ address, storageKeys }) => ({
      address: BigInt(address),
      keys: storageKeys.map(BigInt),
    })),
    authorizations: (tx.authorizationList ?? []).map(authorizationFrom),
    purpose: PURPOSES.user,
    type: tx.type,
    progress,
  });
  return { context, terms };
}

type Gas = { baseFee: bigint; dataFee: bigint; intrinsic: bigint; floor: bigint };

/** In the order of packages/engine/assembly/transaction.ts, `check`. */
function termsOf(tx: DecodedTransaction, { baseFee, dataFee, intrinsic, floor }: Gas): Terms {
  if (tx.maxFeePerGas < tx.maxPriorityFeePerGas || tx.maxFeePerGas < baseFee) {
    return { reason: SKIP_REASONS.feeCap, cost: 0n };
  }
  const cost = tx.gasLimit * tx.maxFeePerGas + tx.value + dataFee;
  if (cost >= LIMIT) return { reason: SKIP_REASONS.funds, cost: 0n };
  const isUnpaid = tx.gasLimit < intrinsic || tx.gasLimit < floor;
  const isTooLong = tx.to === null && tx.data.length > MAX_INIT_CODE_SIZE;
  return { reason: isUnpaid || isTooLong ? SKIP_REASONS.other : 0, cost };
}
