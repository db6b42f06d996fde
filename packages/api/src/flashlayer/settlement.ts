import { z } from 'zod';
import { addressAnswer, decimalString, hashAnswer, timeAnswer } from '../fields.ts';

export const TOKEN_STANDARDS = ['erc20', 'erc721', 'erc1155'] as const;

export const settlementAsset = z.object({
  /** `collection`: the line that describes a token to its twin; `claim`: a token that waits for an addendum. */
  type: z.enum(['native', ...TOKEN_STANDARDS, 'collection', 'claim']),
  /** Of the token; null where it is unknown. */
  standard: z.enum(['native', ...TOKEN_STANDARDS]).nullable(),
  /** Token on the L1 that is paid out (the twin for assets born on the layer); null for ETH and while unknown. */
  l1Token: addressAnswer.nullable(),
  /** Token on the layer; null for the native coin and where only the L1 token is known. */
  l2Token: addressAnswer.nullable(),
  /** Empty when the token tells none. */
  name: z.string(),
  symbol: z.string(),
  decimals: z.number(),
});
export type SettlementAsset = z.infer<typeof settlementAsset>;

export const SETTLEMENT_ITEM_STATUSES = ['pending', 'paid', 'claimable'] as const;

/** One line of the ledger: one asset of one owner. */
export const settlementItem = z.object({
  /** Index in the layer's outbox, counted from 0. */
  index: z.number(),
  asset: settlementAsset,
  owner: addressAnswer,
  /** Smallest units; null for an NFT. */
  amount: decimalString.nullable(),
  tokenId: decimalString.nullable(),
  /** `pending`: not carried out yet; `claimable`: the push failed or the escrow ran out, the owner can take it. */
  status: z.enum(SETTLEMENT_ITEM_STATUSES),
  l1TransactionHash: hashAnswer.nullable(),
});
export type SettlementItem = z.infer<typeof settlementItem>;

/**
 * open: the layer lives. writing: it writes who owns what into its outbox. posting: its last pack goes to the L1.
 * window: that pack can still be challenged. paying: batches run on the L1. done: nothing is left to do.
 */
export const SETTLEMENT_PHASES = ['open', 'writing', 'posting', 'window', 'paying', 'done'] as const;
export type SettlementPhase = (typeof SETTLEMENT_PHASES)[number];

export const settlementLedger = z.object({
  phase: z.enum(SETTLEMENT_PHASES),
  /** Items written to the outbox of those planned. */
  written: z.number(),
  planned: z.number(),
  /** L1 time in seconds at which the challenge window of the last pack ends. */
  windowEnd: z.number().nullable(),
  counts: z.object({ total: z.number(), paid: z.number(), claimable: z.number(), pending: z.number() }),
  /** L1 gas spent on the payouts so far. */
  l1GasUsed: decimalString,
  /** Wei left for payouts. */
  escrowWei: decimalString.nullable(),
  /** Why it does not go on at the moment; it is tried again. */
  error: z.string().nullable(),
  /**
   * Tokens of which not everything is in the outbox: more candidates than the quota, or the token refused to answer. Anybody
   * can settle them later (`./tephra settle --addendum`).
   */
  unsettled: z.array(
    z.object({
      /** On the layer. */
      token: addressAnswer,
      standard: z.enum(TOKEN_STANDARDS).nullable(),
      reason: z.enum(['over-quota', 'refused']),
      /** Candidates that nothing was written of; null when nobody counted them. */
      items: z.number().nullable(),
    }),
  ),
  /** Page of the ledger, ascending by index. */
  items: z.array(settlementItem),
  updatedAt: timeAnswer,
});
export type SettlementLedger = z.infer<typeof settlementLedger>;

/** The ledger with all that a visitor without a token needs to take a claim: which layer it was, and where it is paid. */
export const publicLedger = settlementLedger.extend({
  layer: z.object({ name: z.string(), tokenSymbol: z.string() }),
  l1: z.object({
    chainId: z.number(),
    /** The address that pages are told. */
    rpcUrl: z.string(),
    embedded: z.boolean(),
    /** Null while the layer has no contracts. */
    rollup: addressAnswer.nullable(),
    bridge: addressAnswer.nullable(),
  }),
});
export type PublicLedger = z.infer<typeof publicLedger>;

/** What a destroy would do now. */
export const settlementPreview = z.object({
  counts: z.object({
    nativeHolders: z.number(),
    erc20Tokens: z.number(),
    erc20Holders: z.number(),
    collections: z.number(),
    erc721Tokens: z.number(),
    /** Pairs of an ERC-1155 id and an account. */
    erc1155Units: z.number(),
  }),
  assets: z.array(
    z.object({
      asset: settlementAsset,
      holders: z.number(),
      /** Sum of amounts, or number of NFTs. */
      total: decimalString,
    }),
  ),
  estimate: z.object({
    l1Gas: decimalString,
    /** Wei at the L1's present gas price. */
    costWei: decimalString,
    escrowWei: decimalString,
    /** False: what the escrow does not cover stays claimable by its owners. */
    covered: z.boolean(),
    /** Seconds of the challenge window before payouts begin. */
    windowSeconds: z.number(),
  }),
});
export type SettlementPreview = z.infer<typeof settlementPreview>;
