import type { Address, Hash, Hex } from 'viem';
import type { Hardfork } from './hardfork.ts';
import type { PredeployCode } from './predeployBundle.ts';

export type { Address, Hash, Hex };

/** Wire type byte of transactions that the protocol itself makes (same envelope as OP Stack deposits). */
export const SYSTEM_TRANSACTION_TYPE = 0x7e;

/**
 * A transaction without signature, sent by {@link PREDEPLOYS.system}.
 * Wire: `0x7e || rlp([sourceHash, from, to, mint, value, gasLimit, isSystemTransaction = 0, data])`.
 */
export type SystemTransaction = {
  sourceHash: Hash;
  from: Address;
  to: Address;
  value: bigint;
  gasLimit: bigint;
  data: Hex;
};

export type L1Origin = { number: bigint; hash: Hash; timestamp: bigint };

export type MessageKind =
  | 'depositEth'
  | 'depositErc20'
  | 'depositErc721'
  | 'forcedTransaction'
  | 'close'
  | 'depositErc1155'
  | 'registerToken';

/** One message of the L1 inbox (contracts/src/rollup/IInbox.sol). */
export type InboxMessage = {
  index: bigint;
  kind: MessageKind;
  sender: Address;
  l1Block: bigint;
  l1Timestamp: bigint;
  data: Hex;
  /** Accumulator after this message. */
  accumulator: Hash;
};

/** State of the chain after one block (contracts/src/rollup/IRollup.sol, struct Output). */
export type Output = {
  stateRoot: Hash;
  blockHash: Hash;
  outboxRoot: Hash;
  inboxPosition: bigint;
  inboxAccumulator: Hash;
  l1OriginNumber: bigint;
  l1OriginHash: Hash;
  historyRoot: Hash;
};

export type Pack = {
  index: bigint;
  firstBlock: bigint;
  lastBlock: bigint;
  parentOutputRoot: Hash;
  /** Commitment to what the frames hold (content/contentRoot.ts). */
  contentRoot: Hash;
  output: Output;
  outputRoots: Hash[];
  frames: Hash[];
  terminal: boolean;
};

export type OutboxMessage =
  | { kind: 'releaseErc20'; l1Token: Address; to: Address; amount: bigint }
  | { kind: 'releaseErc721'; l1Token: Address; to: Address; tokenId: bigint }
  | { kind: 'mintNative'; to: Address; amount: bigint }
  | {
      kind: 'collection';
      l2Token: Address;
      name: string;
      symbol: string;
      owner: Address;
      royaltyReceiver: Address;
      royaltyBps: number;
      uriPrefix: string;
      uriSuffix: string;
    }
  | { kind: 'mintErc721'; l2Token: Address; to: Address; tokenId: bigint; uri: string }
  /** Written by chains of the first version only; decoded for their sake. */
  | { kind: 'claim'; inner: number; payload: Hex; holder: Address }
  | { kind: 'erc20Metadata'; l2Token: Address; name: string; symbol: string; decimals: number; owner: Address }
  | { kind: 'mintErc20'; l2Token: Address; to: Address; amount: bigint }
  | {
      kind: 'collection1155';
      l2Token: Address;
      name: string;
      symbol: string;
      owner: Address;
      royaltyReceiver: Address;
      royaltyBps: number;
      /** Template of ERC-1155 with `{id}`. */
      uri: string;
    }
  /** Empty `uri` = the collection's template. */
  | { kind: 'mintErc1155'; l2Token: Address; to: Address; tokenId: bigint; amount: bigint; uri: string }
  | { kind: 'releaseErc1155'; l1Token: Address; to: Address; tokenId: bigint; amount: bigint };

/**
 * issued: genesis makes the native coin, its L1 twin is minted at the end. eth, erc20: the native coin is L1 ETH or an L1
 * token that the bridge holds (docs/decisions/0013-native-reserve.md).
 */
export type CurrencyMode = 'issued' | 'eth' | 'erc20';

/** Who receives what the fee vaults hold, on the layer and in the settlement; the zero address is the chain's owner. */
export type FeeRecipients = { base: Address; data: Address; priority: Address };

/** All that decides block 0 and the rules of a chain; recorded on the L1 at creation. */
export type GenesisConfig = {
  chainId: bigint;
  timestamp: bigint;
  blockGasLimit: bigint;
  gasless: boolean;
  currencyMode: CurrencyMode;
  /** L1 token of mode `erc20`, which has 18 decimals; zero in the other modes. */
  currencyToken: Address;
  tokenName: string;
  tokenSymbol: string;
  tokenDecimals: number;
  owner: Address;
  /** Account that may call Faucet.drip. */
  faucetOperator: Address;
  /** Coin held by the faucet predeploy, wei: unissued in mode `issued`, else backed by funds that creation locks. */
  faucetReserve: bigint;
  /** Wei for each byte of a user transaction's wire form, beside its gas; 0 when gasless. */
  dataFeePerByte: bigint;
  /** The base fee never goes below it, wei; 0 when gasless. */
  minBaseFee: bigint;
  feeRecipients: FeeRecipients;
  /** Rules of the EVM, from block 0 on. */
  hardfork: Hardfork;
  /** Origin of block 0. */
  l1Origin: L1Origin;
  /**
   * Code of the predeploys in block 0. With it the chain can be rebuilt from the L1 by any later version of this software;
   * without it only by one whose predeploys are the same.
   */
  predeployCode?: PredeployCode;
  accounts: { address: Address; balance: bigint }[];
};

/** What a producer chooses of a block (PROTOCOL.md section 4); everything else is derived. */
export type BlockContent = {
  number: bigint;
  /** Seconds; at least the parent's and the origin's. */
  timestamp: bigint;
  l1OriginNumber: bigint;
  /**
   * Raw signed transactions in order, and in SETTLE mode the raw 0x7e transactions of the settlement. Transactions that
   * follow from the inbox are not part of it.
   */
  transactions: Hex[];
};

export const FINALITY_TIERS = ['promised', 'sealed', 'verified', 'final'] as const;
export type FinalityTier = 0 | 1 | 2 | 3;

/** Signed by the producer before the block is sealed: this transaction, at this place, with this outcome. */
export type Preconfirmation = {
  chainId: bigint;
  transactionHash: Hash;
  blockNumber: bigint;
  transactionIndex: number;
  parentHash: Hash;
  status: 'success' | 'reverted';
  gasUsed: bigint;
  signature: Hex;
};

/** Why a tier holds; a tier without evidence is not claimed. */
export type FinalityEvidence =
  | { kind: 'promise'; preconfirmation: Preconfirmation }
  | { kind: 'producer-signature'; blockHash: Hash; signature: Hex; producer: Address }
  | {
      kind: 'l1-inclusion';
      packIndex: bigint;
      packHash: Hash;
      l1TransactionHash: Hash;
      l1BlockNumber: bigint;
      windowEnd: bigint;
    }
  | {
      /** Enough stake of VITAL vouches for the block, by a certificate of it or of a later one. */
      kind: 'vital-certificate';
      /** Contract that says whose signatures count. */
      attestation: Address;
      /** The block that the certificate names. */
      certifiedBlock: bigint;
      certifiedBlockHash: Hash;
      outputRoot: Hash;
      /** L1 block whose stakes count. */
      referenceBlock: bigint;
      /** Percent of each quorum's stake. */
      signedPercentages: number[];
      /** Ids of the operators whose signatures are not in it. */
      nonSignerIds: Hash[];
      /** Of the task at the aggregator, where later affirmations are counted (`/v1/avs/vital/tasks`). */
      taskId: string;
    }
  | { kind: 'window-over'; packIndex: bigint; l1BlockNumber: bigint; windowEnd: bigint };

export type Finality = {
  tier: FinalityTier;
  name: (typeof FINALITY_TIERS)[number];
  blockNumber: bigint;
  blockHash: Hash | null;
  evidence: FinalityEvidence[];
  /** L1 time at which tier 3 is expected, seconds, once a pack covers the block. */
  finalAt: bigint | null;
};
