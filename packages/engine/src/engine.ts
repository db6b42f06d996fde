import type { Address, Hardfork, Hash, Hex } from '@tephra/protocol';
import type { Authorization } from './transaction/authorization.ts';
import type { DecodedTransaction } from './transaction/decode.ts';

/** Everything about a block that execution can see; wei and seconds. */
export type BlockContext = {
  number: bigint;
  timestamp: bigint;
  gasLimit: bigint;
  baseFeePerGas: bigint;
  /** Receives priority fees. */
  coinbase: Address;
  /** Receives base fees, which are never burned (PROTOCOL.md section 1). */
  baseFeeRecipient: Address;
  /** Receives data fees; `baseFeeRecipient` where nothing is said. */
  dataFeeRecipient?: Address;
  prevRandao: Hash;
  /** The L1 origin's hash takes this header field. */
  parentBeaconBlockRoot: Hash;
  /** EIP-2935: what the history contract keeps from Prague on; it is not told of a block that says none. */
  parentHash?: Hash;
  /** EIP-7685: a field of the header from Prague on. */
  requestsHash?: Hash;
  /** EIP-4844; 1, the minimum, where nothing is said. Blocks of this chain have no blobs, only the official tests do. */
  blobBaseFee?: bigint;
};

/** A decoded transaction with a known sender; `raw` is its canonical wire form (signed, or type 0x7e). */
export type ExecutableTransaction = {
  raw: Uint8Array;
  sender: Address;
  /** Result of `decodeTransaction`, where the caller has it already. */
  decoded?: DecodedTransaction;
  /** Came through the L1 inbox: its gas limit is not held to what is left of the block. */
  fromInbox?: boolean;
  /**
   * What the sender pays for the bytes of the transaction on the L1, wei: taken before execution, never refunded, also from
   * a transaction that reverts. Calls and system transactions pay none.
   */
  dataFeeWei?: bigint;
};

export type Log = { address: Address; topics: Hash[]; data: Hex };

/** Logs as receipts and stores hold them, so that they are encoded once. */
export type EncodedLogs = {
  /** List of [address, topics, data]. */
  rlp: Uint8Array;
  /** Their filter, 256 bytes. */
  bloom: Uint8Array;
};

export type ExecutionOutcome = {
  status: 'success' | 'reverted';
  gasUsed: bigint;
  logs: Log[];
  /** Null without logs. */
  encodedLogs: EncodedLogs | null;
  logsBloom: Hex;
  returnData: Hex;
  /** Halt other than REVERT, in the words Ethereum clients use ("out of gas"). */
  haltReason?: string;
  contractAddress?: Address;
  /** Every contract that came to life, with factories' children. */
  createdContracts: Address[];
  effectiveGasPrice: bigint;
};

/** The transaction can't be in this block; state is as before. `code` follows go-ethereum's pool and core errors. */
export type InvalidTransactionCode =
  | 'NONCE_TOO_LOW'
  | 'NONCE_TOO_HIGH'
  | 'INSUFFICIENT_FUNDS'
  | 'INTRINSIC_GAS'
  | 'GAS_LIMIT_EXCEEDED'
  | 'FEE_CAP_TOO_LOW'
  | 'SENDER_NOT_EOA'
  | 'TYPE_UNSUPPORTED'
  | 'INIT_CODE_TOO_LARGE'
  | 'WRONG_CHAIN'
  | 'MALFORMED';

/**
 * Names a state to read: a committed root with the block it belongs to, or the open block; between two blocks that is the
 * state that was sealed last.
 */
export type StateRef = { stateRoot: Hash; context: BlockContext } | 'open';

export type CallRequest = {
  from: Address;
  to: Address | null;
  data: Hex;
  value: bigint;
  gas: bigint;
  gasPrice: bigint;
  accessList?: { address: Address; storageKeys: Hash[] }[];
  /** EIP-7702: what accounts stand for before the call; it needs a recipient then. */
  authorizationList?: Authorization[];
  /** Report touched accounts and slots (eth_createAccessList). */
  traceAccess?: boolean;
  /** `performance.now()` at which the call is given up with EngineError EXECUTION_TIMEOUT. */
  deadline?: number;
};
export type CallOutcome = {
  status: 'success' | 'reverted' | 'halted';
  gasUsed: bigint;
  returnData: Hex;
  haltReason?: string;
  logs: Log[];
  /** Accounts and slots that were touched beyond the always warm ones, when the request asks for them. */
  accessList?: { address: Address; storageKeys: Hash[] }[];
};
/** Replacements before a call, as in eth_call's third parameter. */
export type StateOverrides = Record<
  Address,
  { balance?: bigint; nonce?: bigint; code?: Hex; state?: Record<Hash, Hash>; stateDiff?: Record<Hash, Hash> }
>;

export type Account = { nonce: bigint; balance: bigint; codeHash: Hash; storageRoot: Hash };
export type AccountProof = {
  account: Account;
  accountProof: Hex[];
  storageProof: { key: Hash; value: bigint; proof: Hex[] }[];
};

/** Content-addressed bytes of the state (trie nodes, code); reads are synchronous because a WebAssembly host's are. */
export interface StateStore {
  get(key: Uint8Array): Uint8Array | undefined;
}

export type SealedState = {
  stateRoot: Hash;
  /** Trie nodes and code that the host must store atomically with the block, before it seals the next one. */
  writes: [key: Uint8Array, value: Uint8Array][];
  /** Every account that the block wrote. */
  touchedAccounts: Address[];
};

export type GenesisAccount = {
  address: Address;
  balance: bigint;
  nonce?: bigint;
  code?: Hex;
  storage?: Record<Hash, Hash>;
};

/** Hash of a canonical block of the last 256, for BLOCKHASH; undefined where there is none. */
export type BlockHashReader = (number: bigint) => Uint8Array | undefined;

/** What both implementations are made with. */
export type EngineOptions = {
  chainId: bigint;
  /** Rules of the chain; default the newest. */
  hardfork?: Hardfork;
  /** Refuse precompile inputs that the L1 couldn't replay; default true. Off for the official tests. */
  capPrecompiles?: boolean;
  /** Make the fork's system calls when a block begins; default true. The official state tests know none. */
  systemCalls?: boolean;
  /** Accounts and slots kept decoded in memory, each. */
  cacheSize?: number;
};
export type EngineDeps = { store: StateStore; blockHash: BlockHashReader };

/**
 * The EVM and the state of one chain. One block is open at a time; calls are serialised by the implementation.
 * Block-level calls are async, reads of the store are synchronous (PROTOCOL.md section 11).
 */
export interface Engine {
  readonly name: 'ethereumjs' | 'wasm';
  /** Writes block 0's state. */
  genesis(accounts: GenesisAccount[]): Promise<SealedState>;
  /** Opens a block on `parentStateRoot`, making the system calls of the fork (EIP-4788, EIP-2935). */
  beginBlock(parentStateRoot: Hash, context: BlockContext): Promise<void>;
  /** @throws InvalidTransactionError, leaving the open block as it was. */
  executeTransaction(transaction: ExecutableTransaction): Promise<ExecutionOutcome>;
  seal(): Promise<SealedState>;
  /** Drops the open block. */
  abort(): Promise<void>;

  call(request: CallRequest, at: StateRef, overrides?: StateOverrides): Promise<CallOutcome>;
  getAccount(address: Address, at: StateRef): Promise<Account | null>;
  getCode(address: Address, at: StateRef): Promise<Hex>;
  getStorage(address: Address, slot: Hash, at: StateRef): Promise<Hash>;
  getProof(address: Address, slots: Hash[], stateRoot: Hash): Promise<AccountProof>;
  close(): Promise<void>;
}
