import {
  type DecodedTransaction,
  encodeRlp,
  floorGas,
  intrinsicGas,
  keccak256,
  type Precompiles,
} from '@tephra/engine';
import { STATE_TEST_VAULT, type StateTestCase, stateTestBlockHash } from '@tephra/engine/statetest';
import { addressBytes, readWord, wordBytes, ZERO } from '../commit/hash.ts';
import { sparseGet, sparseSet } from '../commit/sparseTree.ts';
import { type WordTree, withWords, wordAt } from '../commit/wordTree.ts';
import { refBytes } from '../machine/bytes.ts';
import { CodeBook } from '../machine/code.ts';
import { BlockContext, PURPOSES, TxContext } from '../machine/context.ts';
import { EMPTY_CODE_HASH } from '../machine/entries.ts';
import { type Env, type Fork, testChain } from '../machine/env.ts';
import { lesser } from '../machine/lesser.ts';
import { Facts, PHASES, Progress } from '../machine/progress.ts';
import type { Between, BlockJournal, Receipt, Start } from '../machine/state.ts';
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
  /** What is wrong with the transaction's end; undefined when it is the official one. */
  otherLogs(end: Receipt): string | undefined;
  /** The block when that was its last transaction. */
  endAfter(end: Receipt): Between;
  /** What is wrong with the root of the state after it. */
  otherRoot(root: bigint): string | undefined;
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
  const { stateRoot, logsHash } = test.expected;
  return {
    start: startTransaction(tx, { block, b: null }),
    env,
    otherLogs: (end) => (hashOfLogs(tx, end) === BigInt(logsHash) ? undefined : 'other logs'),
    endAfter: ({ b }) => ({ kind: 'between', block, b: withoutVault(b), progress: NO_TRANSACTIONS }),
    otherRoot: (root) => (root === BigInt(stateRoot) ? undefined : 'another state root'),
  };
}

/** What a block without transactions has at its end. */
const NO_TRANSACTIONS = new Progress({
  facts: new Facts({
    total: 0,
    advances: false,
    firstMessage: 0n,
    messageCount: 0,
    originNumber: 0n,
    originHash: 0n,
    originTimestamp: 0n,
    inboxAccumulatorAfter: ZERO,
    txsRoot: ZERO,
    firstTx: 0,
    contentCount: 0,
    parentMode: 0,
    parentBlockHash: ZERO,
    parentOutputRoot: ZERO,
    parentOriginNumber: 0n,
  }),
  phase: PHASES.transactions,
  count: 0,
  cumulativeGas: 0n,
  bloom: new Uint8Array(256),
  transactionLeaves: undefined,
  receiptLeaves: undefined,
  mode: 0,
});

/** No test knows the account that base fees are paid to: what it got goes with it. */
function withoutVault(journal: BlockJournal): BlockJournal {
  const vault = sparseGet(journal, VAULT);
  const emptied = { isDirty: true, nonce: 0n, balance: 0n, codeHash: EMPTY_CODE_HASH };
  return vault === undefined ? journal : sparseSet(journal, VAULT, vault.with(emptied));
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

function hashOfLogs(tx: TxContext, { logs: { count, tree } }: Receipt): bigint {
  const logs = Array.from({ length: count }, (_, i) => {
    const { address, topics, data } = tx.logs.get(wordAt(tree, i))!;
    return [addressBytes(address), topics.map(wordBytes), refBytes(data)];
  });
  return readWord(keccak256(encodeRlp(logs)));
}
