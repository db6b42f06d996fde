import type { Address, Hardfork, Hash, Hex } from '@tephra/protocol';
import { bytesToHex, hexToBytes } from '../bytes.ts';
import { keccak256 } from '../crypto/keccak.ts';
import type { BlockContext, GenesisAccount } from '../engine.ts';
import type { AccessList, DecodedTransaction } from '../transaction/decode.ts';

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

/** One case of a state test: a transaction on a state, and what comes of it. */
export type StateTestCase = {
  name: string;
  pre: GenesisAccount[];
  context: BlockContext;
  transaction: DecodedTransaction;
  expected: {
    stateRoot: Hash;
    logsHash: Hash /** The transaction is none that a block may have. */;
    exception?: string;
  };
};

/** Where this engine pays base fees; no test knows the account, so it is taken out before roots are compared. */
export const STATE_TEST_VAULT: Address = '0xfee0000000000000000000000000000000000fee';

/** As the files name them. */
const FORK_NAMES: Record<Hardfork, string> = { cancun: 'Cancun', prague: 'Prague' };

/** Cases of a file for a fork: tests that were not filled for it have none. */
export function* stateTestCases(file: StateTestFile, hardfork: Hardfork): Generator<StateTestCase> {
  for (const [name, test] of Object.entries(file)) {
    for (const [index, post] of (test.post[FORK_NAMES[hardfork]] ?? []).entries()) {
      yield {
        name: `${name}[${index}]`,
        pre: Object.entries(test.pre).map(([address, account]) => preAccount(address as Address, account)),
        context: contextOf(test.env, hardfork),
        transaction: transactionOf(test.transaction, post),
        expected: { stateRoot: post.hash, logsHash: post.logs, exception: post.expectException },
      };
    }
  }
}

/** As go-ethereum's test runner: the hash of block n is keccak256 of its decimal digits. */
export const stateTestBlockHash = (number: bigint): Uint8Array =>
  keccak256(new TextEncoder().encode(number.toString()));

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
    baseFeeRecipient: STATE_TEST_VAULT,
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
