import { readWord } from '../../commit/hash.ts';
import { refBytes } from '../bytes.ts';
import type { Env } from '../env.ts';
import { accountAt } from '../journal.ts';
import type { Run } from '../state.ts';
import { type Op, pop, push } from './op.ts';

const gives = (gas: bigint, value: (run: Run, env: Env) => bigint): Op => ({
  gas,
  takes: 0,
  gives: 1,
  run: (run, env) => void push(run, value(run, env)),
});

const maps = (gas: bigint, value: (word: bigint, run: Run, env: Env) => bigint): Op => ({
  gas,
  takes: 1,
  gives: 1,
  run: (run, env) => void push(run, value(pop(run), run, env)),
});

/** 30s and 40s that read what the frame, the transaction and the block are. */
export const CONTEXT: Record<string, Op> = {
  ADDRESS: gives(2n, ({ frame }) => frame.self),
  ORIGIN: gives(2n, ({ tx }) => tx.fields.sender),
  CALLER: gives(2n, ({ frame }) => frame.context.caller),
  CALLVALUE: gives(2n, ({ frame }) => frame.context.value),
  CALLDATALOAD: maps(3n, (offset, { frame }) => {
    const { input } = frame.context;
    return offset >= BigInt(input.length) ? 0n : readWord(refBytes(input, Number(offset), 32));
  }),
  CALLDATASIZE: gives(2n, ({ frame }) => BigInt(frame.context.input.length)),
  CODESIZE: gives(2n, ({ frame }, env) => BigInt(env.code(frame.codeHash).bytes.length)),
  GASPRICE: gives(2n, ({ tx }) => tx.fields.gasPrice),
  RETURNDATASIZE: gives(2n, ({ frame }) => BigInt(frame.returnData.length)),
  BLOCKHASH: maps(20n, (number, { block }) => {
    const current = block.fields.number;
    return number >= current || current - number > 256n ? 0n : block.blockHash(number);
  }),
  COINBASE: gives(2n, ({ block }) => block.fields.coinbase),
  TIMESTAMP: gives(2n, ({ block }) => block.fields.timestamp),
  NUMBER: gives(2n, ({ block }) => block.fields.number),
  PREVRANDAO: gives(2n, ({ block }) => block.fields.prevRandao),
  GASLIMIT: gives(2n, ({ block }) => block.fields.gasLimit),
  CHAINID: gives(2n, ({ block }) => block.fields.chainId),
  SELFBALANCE: gives(5n, (run) => accountAt(run, run.frame.self).balance),
  BASEFEE: gives(2n, ({ block }) => block.fields.baseFee),
  BLOBHASH: maps(3n, (index, { tx }) => {
    const { blobHashes } = tx.fields;
    return index < BigInt(blobHashes.length) ? blobHashes[Number(index)]! : 0n;
  }),
  BLOBBASEFEE: gives(2n, ({ block }) => block.fields.blobBaseFee),
};
