import {
  type DecodedTransaction,
  encodeRlp,
  floorGas,
  intrinsicGas,
  keccak256,
  type Precompiles,
} from '@tephra/engine';
import { STATE_TEST_VAULT, type StateTestCase, stateTestBlockHash } from '@tephra/engine/statetest';
import { addressBytes, readWord, sameBytes, wordBytes } from '../commit/hash.ts';
import { type WordTree, withWords, wordAt } from '../commit/wordTree.ts';
import { refBytes } from '../machine/bytes.ts';
import { CodeBook } from '../machine/code.ts';
import { BlockContext, PURPOSES, TxContext } from '../machine/context.ts';
import { type Env, type Fork, testChain } from '../machine/env.ts';
import { lesser } from '../machine/lesser.ts';
import type { Receipt, Start } from '../machine/state.ts';
import { authorizationFrom } from '../transaction/authorization.ts';
import { startTransaction } from '../transaction/begin.ts';
import { TrieWorld } from './trieWorld.ts';

const CHAIN_ID = 1n;
const VAULT = BigInt(STATE_TEST_VAULT);
const BLOB_GAS = 131_072n;

/** A state test's transaction before its first step. */
export type PreparedCase = {
  start: Start;
  env: Env;
  /** Why its end is not the official one; undefined when it is. */
  mismatch(end: Receipt): string | undefined;
};

/** @param precompiles without the layer's caps */
export function prepareCase(test: StateTestCase, fork: Fork, precompiles: Precompiles): PreparedCase {
  const codes = new CodeBook();
  const world = new TrieWorld(test.pre, codes);
  const env: Env = {
    ...testChain(fork),
    world,
    node: world.node,
    keepNode: world.keepNode,
    code: (hash) => codes.get(hash),
    keepCode: (code) => codes.keep(code),
    precompile: precompiles,
  };
  const block = blockOf(test, fork, readWord(world.root));
  const tx = transactionOf(test.transaction, block.fields.baseFee, block.fields.blobBaseFee, fork);
  const start = startTransaction(tx, { block, b: null });
  const mismatch = (end: Receipt): string | undefined => {
    const root = world.rootAfter(end.b, VAULT);
    if (!sameBytes(root, wordBytes(BigInt(test.expected.stateRoot)))) return 'another state root';
    const isSame = sameBytes(logsHash(tx, end), wordBytes(BigInt(test.expected.logsHash)));
    return isSame ? undefined : 'other logs';
  };
  return { start, env, mismatch };
}

function blockOf({ context }: StateTestCase, fork: Fork, worldRoot: bigint): BlockContext {
  return new BlockContext({
    fork,
    chainId: CHAIN_ID,
    number: context.number,
    timestamp: context.timestamp,
    gasLimit: context.gasLimit,
    baseFee: context.baseFeePerGas,
    coinbase: BigInt(context.coinbase),
    baseFeeRecipient: VAULT,
    dataFeeRecipient: VAULT,
    prevRandao: BigInt(context.prevRandao),
    blobBaseFee: context.blobBaseFee ?? 1n,
    worldRoot,
    history: historyBefore(context.number),
  });
}

function historyBefore(number: bigint): WordTree {
  let history: WordTree;
  for (let n = number > 256n ? number - 256n : 0n; n < number; n++) {
    history = withWords(history, Number(n % 256n), [readWord(stateTestBlockHash(n))]);
  }
  return history;
}

/** A valid transaction as the machine has it. */
function transactionOf(tx: DecodedTransaction, baseFee: bigint, blobBaseFee: bigint, fork: Fork): TxContext {
  const price = baseFee + tx.maxPriorityFeePerGas;
  const blobHashes = (tx.blobs?.hashes ?? []).map(BigInt);
  return new TxContext({
    sender: BigInt(tx.sender),
    to: tx.to === null ? null : BigInt(tx.to),
    value: tx.value,
    data: tx.data,
    gasLimit: tx.gasLimit,
    gasPrice: lesser(price, tx.maxFeePerGas),
    nonce: tx.nonce,
    intrinsicGas: intrinsicGas(tx.data, tx.to === null, tx.accessList, tx.authorizationList?.length),
    floorGas: floorGas(tx.data, fork),
    blobFee: BLOB_GAS * BigInt(blobHashes.length) * blobBaseFee,
    dataFee: 0n,
    purpose: PURPOSES.user,
    type: tx.type,
    progress: null,
    blobHashes,
    accessList: tx.accessList.map(({ address, storageKeys }) => ({
      address: BigInt(address),
      keys: storageKeys.map(BigInt),
    })),
    authorizations: (tx.authorizationList ?? []).map(authorizationFrom),
  });
}

function logsHash(tx: TxContext, { logs: { count, tree } }: Receipt): Uint8Array {
  const logs = Array.from({ length: count }, (_, i) => {
    const { address, topics, data } = tx.logs.get(wordAt(tree, i))!;
    return [addressBytes(address), topics.map(wordBytes), refBytes(data)];
  });
  return keccak256(encodeRlp(logs));
}
