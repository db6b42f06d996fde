import type { Hash } from '@tephra/protocol';
import type { Header, MovedBack, Setback } from '../chain.ts';

/** {@link MovedBack} as the database has it. */
export type MovedRow = { number: string; hash: Hash; pack?: { index: string; epoch: string } };

export function movedRow(cause: Setback, { number, hash }: Pick<Header, 'number' | 'hash'>): MovedRow {
  const row = { number: number.toString(), hash };
  if (cause.reason === 'l1-reorg') return row;
  return { ...row, pack: { index: cause.packIndex.toString(), epoch: cause.revertEpoch.toString() } };
}

export const movedBackOf = ({ number, hash, pack }: MovedRow): MovedBack => ({
  blockNumber: BigInt(number),
  blockHash: hash,
  cause:
    pack === undefined
      ? { reason: 'l1-reorg' }
      : { reason: 'packs-reverted', packIndex: BigInt(pack.index), revertEpoch: BigInt(pack.epoch) },
});
