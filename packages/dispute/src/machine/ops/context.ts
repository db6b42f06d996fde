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
export const CONTEXT: Record<number, Op> = {
  48: gives(2n, ({ frame }) => frame.self), // ADDRESS
  50: gives(2n, ({ tx }) => tx.fields.sender), // ORIGIN
  51: gives(2n, ({ frame }) => frame.context.caller), // CALLER
  52: gives(2n, ({ frame }) => frame.context.value), // CALLVALUE
  // CALLDATALOAD
  53: maps(3n, (offset, { frame }) => {
    const { input } = frame.context;
    return offset >= BigInt(input.length) ? 0n : readWord(refBytes(input, Number(offset), 32));
  }),
  54: gives(2n, ({ frame }) => BigInt(frame.context.input.length)), // CALLDATASIZE
  56: gives(2n, ({ frame }, env) => BigInt(env.code(frame.codeHash).bytes.length)), // CODESIZE
  58: gives(2n, ({ tx }) => tx.fields.gasPrice), // GASPRICE
  61: gives(2n, ({ frame }) => BigInt(frame.returnData.length)), // RETURNDATASIZE
  // BLOCKHASH
  64: maps(20n, (number, { block }) => {
    const current = block.fields.number;
    return number >= current || current - number > 256n ? 0n : block.blockHash(number);
  }),
  65: gives(2n, ({ block }) => block.fields.coinbase), // COINBASE
  66: gives(2n, ({ block }) => block.fields.timestamp), // TIMESTAMP
  67: gives(2n, ({ block }) => block.fields.number), // NUMBER
  68: gives(2n, ({ block }) => block.fields.prevRandao), // PREVRANDAO
  69: gives(2n, ({ block }) => block.fields.gasLimit), // GASLIMIT
  70: gives(2n, ({ block }) => block.fields.chainId), // CHAINID
  71: gives(5n, (run) => accountAt(run, run.frame.self).balance), // SELFBALANCE
  72: gives(2n, ({ block }) => block.fields.baseFee), // BASEFEE
  // BLOBHASH
  73: maps(3n, (index, { tx }) => {
    const { blobHashes } = tx.fields;
    return index < BigInt(blobHashes.length) ? blobHashes[Number(index)]! : 0n;
  }),
  74: gives(2n, ({ block }) => block.fields.blobBaseFee), // BLOBBASEFEE
};
