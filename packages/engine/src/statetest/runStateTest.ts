import type { Address, Hardfork, Hash, Hex } from '@tephra/protocol';
import { bytesToHex, hexToBytes } from '../bytes.ts';
import { keccak256 } from '../crypto/keccak.ts';
import type { BlockContext, GenesisAccount, Log, SealedState } from '../engine.ts';
import { InvalidTransactionError } from '../errors.ts';
import { encodeRlp } from '../rlp.ts';
import type { AccessList, DecodedTransaction } from '../transaction/decode.ts';
import { Trie } from '../trie/trie.ts';
import type { StateTestEngine } from './stateTestEngine.ts';

/** One file of Ethereum's GeneralStateTests (ethereum/tests, ethereum/execution-spec-tests). */
export type StateTestFile = Record<
  string,
  {
    env: Record<string, Hex | undefined>;
    pre: Record<Address, { balance: Hex; nonce: Hex; code: Hex; storage: Record<Hex, Hex> }>;
    transaction: {
      data: Hex[];
      gasLimit: Hex[];
      value: Hex[];
      accessLists?: (AccessList | null)[];
      nonce: Hex;
      sender: Address;
      to: Hex;
      gasPrice?: Hex;
      maxFeePerGas?: Hex;
      maxPriorityFeePerGas?: Hex;
      maxFeePerBlobGas?: Hex;
      blobVersionedHashes?: Hash[];
      authorizationList?: Record<'chainId' | 'address' | 'nonce' | 'v' | 'r' | 's', Hex>[];
    };
    post: Partial<Record<string, PostState[]>>;
  }
>;
type PostState = {
  hash: Hash;
  logs: Hash;
  indexes: { data: number; gas: number; value: number };
  txbytes: Hex;
  expectException?: string;
};

export type StateTestResult = { name: string; outcome: 'passed' } | { name: string; outcome: 'failed'; reason: string };

/** Where this engine pays base fees; no test knows the account, so it is taken out before roots are compared. */
const VAULT: Address = '0xfee0000000000000000000000000000000000fee';

/** As the files name them. */
const FORK_NAMES: Record<Hardfork, string> = { cancun: 'Cancun', prague: 'Prague' };

/**
 * Runs every case of a file for the engine's fork: post state root and logs hash must be the official ones. Tests that were
 * not filled for that fork have none.
 */
export async function runStateTestFile(file: StateTestFile, engine: StateTestEngine): Promise<StateTestResult[]> {
  const results: StateTestResult[] = [];
  for (const [name, test] of Object.entries(file)) {
    for (const [index, post] of (test.post[FORK_NAMES[engine.hardfork]] ?? []).entries()) {
      results.push(await runCase(`${name}[${index}]`, test, post, engine));
    }
  }
  return results;
}

async function runCase(
  name: string,
  test: StateTestFile[string],
  post: PostState,
  { engine, nodes, hardfork }: StateTestEngine,
): Promise<StateTestResult> {
  nodes.clear();
  const read = (key: Uint8Array): Uint8Array | undefined => nodes.get(bytesToHex(key));
  const keep = (sealed: SealedState): void => {
    for (const [key, value] of sealed.writes) nodes.set(bytesToHex(key), value);
  };
  const { env } = test;
  const genesis = await engine.genesis(
    Object.entries(test.pre).map(([address, account]) => preAccount(address as Address, account)),
  );
  keep(genesis);
  await engine.beginBlock(genesis.stateRoot, contextOf(env, hardfork));
  let logs: Log[] = [];
  let refused: string | undefined;
  try {
    const tx = transactionOf(test.transaction, post);
    logs = (await engine.executeTransaction({ raw: tx.raw, sender: tx.sender, decoded: tx })).logs;
  } catch (error) {
    if (!(error instanceof InvalidTransactionError)) throw error;
    refused = error.message;
  }
  const sealed = await engine.seal();
  keep(sealed);
  const trie = new Trie(read, hexToBytes(sealed.stateRoot));
  trie.delete(keccak256(hexToBytes(VAULT)));
  const root = bytesToHex(trie.commit(() => {}));
  const logsHash = bytesToHex(
    keccak256(
      encodeRlp(logs.map((log) => [hexToBytes(log.address), log.topics.map(hexToBytes), hexToBytes(log.data)])),
    ),
  );
  if ((refused !== undefined) !== (post.expectException !== undefined)) {
    return {
      name,
      outcome: 'failed',
      reason: `expected ${post.expectException ?? 'a valid transaction'}, got ${refused ?? 'one'}`,
    };
  }
  if (root !== post.hash) return { name, outcome: 'failed', reason: `state root ${root}, expected ${post.hash}` };
  if (logsHash !== post.logs)
    return { name, outcome: 'failed', reason: `logs hash ${logsHash}, expected ${post.logs}` };
  return { name, outcome: 'passed' };
}

/** EIP-4844, EIP-7691. */
const BLOB_FEE_FRACTION: Record<Hardfork, bigint> = { cancun: 3_338_477n, prague: 5_007_716n };

/** EIP-4844's fake_exponential. */
function blobBaseFee(excessBlobGas: bigint, hardfork: Hardfork): bigint {
  const denominator = BLOB_FEE_FRACTION[hardfork];
  let sum = 0n;
  let term = denominator;
  for (let i = 1n; term > 0n; i++) {
    sum += term;
    term = (term * excessBlobGas) / (denominator * i);
  }
  return sum / denominator;
}

function preAccount(address: Address, account: StateTestFile[string]['pre'][Address]): GenesisAccount {
  const word = (hex: Hex): Hash => `0x${hex.slice(2).padStart(64, '0')}`;
  return {
    address,
    balance: BigInt(account.balance),
    nonce: BigInt(account.nonce),
    code: account.code,
    storage: Object.fromEntries(
      Object.entries(account.storage).map(([slot, value]) => [word(slot as Hex), word(value)]),
    ),
  };
}

function contextOf(env: Record<string, Hex | undefined>, hardfork: Hardfork): BlockContext {
  const zero: Hash = `0x${'00'.repeat(32)}`;
  return {
    number: BigInt(env.currentNumber ?? '0x1'),
    timestamp: BigInt(env.currentTimestamp ?? '0x0'),
    gasLimit: BigInt(env.currentGasLimit ?? '0x0'),
    baseFeePerGas: BigInt(env.currentBaseFee ?? '0xa'),
    coinbase: env.currentCoinbase as Address,
    baseFeeRecipient: VAULT,
    prevRandao: env.currentRandom ?? zero,
    parentBeaconBlockRoot: zero,
    blobBaseFee: blobBaseFee(BigInt(env.currentExcessBlobGas ?? '0x0'), hardfork),
  };
}

function transactionOf(fields: StateTestFile[string]['transaction'], post: PostState): DecodedTransaction {
  const { data, gas, value } = post.indexes;
  const maxFee = BigInt(fields.maxFeePerGas ?? fields.gasPrice ?? '0x0');
  const lists = fields.accessLists?.[data];
  return {
    raw: hexToBytes(post.txbytes),
    hash: bytesToHex(keccak256(hexToBytes(post.txbytes))),
    type:
      fields.authorizationList !== undefined ? 4 : fields.maxFeePerGas !== undefined ? 2 : lists === undefined ? 0 : 1,
    sender: fields.sender,
    nonce: BigInt(fields.nonce),
    to: fields.to.length > 2 ? fields.to : null,
    // Values that overflow 256 bits are written in a form of their own.
    value: BigInt(fields.value[value]!.replace('0x:bigint ', '')),
    gasLimit: BigInt(fields.gasLimit[gas]!),
    data: hexToBytes(fields.data[data]!),
    maxFeePerGas: maxFee,
    maxPriorityFeePerGas: BigInt(fields.maxPriorityFeePerGas ?? fields.gasPrice ?? '0x0'),
    accessList: lists ?? [],
    blobs: fields.maxFeePerBlobGas && {
      hashes: fields.blobVersionedHashes ?? [],
      maxFeePerGas: BigInt(fields.maxFeePerBlobGas),
    },
    authorizationList: fields.authorizationList?.map(({ chainId, address, nonce, v, r, s }) => ({
      chainId: BigInt(chainId),
      address,
      nonce: BigInt(nonce),
      yParity: Number(v),
      r: BigInt(r),
      s: BigInt(s),
    })),
    signature: null,
    sourceHash: null,
  };
}
