import type { Address, Hash, OutboxMessage } from '@tephra/protocol';

export type TokenStandard = 'erc20' | 'erc721' | 'erc1155';

/**
 * pending: not yet executed on the L1. paid: the owner has it. claimable: the push failed or was not made, the owner can
 * take it from the L1 bridge at any time.
 */
export type LedgerStatus = 'pending' | 'paid' | 'claimable';

/** One asset of one owner; `token` is the L1 token (0 = ETH), the token on the layer, or null for the native coin. */
export type LedgerEntry = {
  index: bigint;
  /** `collection` describes the twin of a token of any standard. */
  asset: 'native' | TokenStandard | 'collection' | 'claim';
  /** Null only for the claims of old chains. */
  standard: 'native' | TokenStandard | null;
  token: Address | null;
  /** L1 twin for assets born on the layer. */
  twin: Address | null;
  to: Address | null;
  amount: bigint | null;
  tokenId: bigint | null;
  status: LedgerStatus;
  l1TransactionHash: Hash | null;
};

/** open: not closed. writing: the layer writes its outbox. window: the terminal pack waits. paying, then done. */
export type SettlementPhase = 'open' | 'writing' | 'posting' | 'window' | 'paying' | 'done';

/**
 * A token of which not everything is in the outbox: its candidates exceed the quota, or it refused: gives no answers, or
 * burns more gas for them than its share. An addendum settles it later, at the cost of who wants it
 * (`tephra settle --addendum`).
 */
export type Unsettled = {
  token: Address;
  /** Null when its standard is unknown. */
  standard: TokenStandard | null;
  reason: 'over-quota' | 'refused';
  /** Candidates that nothing was written of; null when nobody counted them. */
  items: number | null;
};

export type SettlementStatus = {
  phase: SettlementPhase;
  /** Items written to the outbox of those planned; equal once written. */
  written: number;
  planned: number;
  terminalPack: bigint | null;
  /** L1 time at which payment can start, seconds. */
  windowEnd: bigint | null;
  counts: Record<LedgerStatus, number>;
  escrowWei: bigint | null;
  /** L1 gas of the settlement batches so far. */
  gasUsed: bigint;
  error: string | null;
  /** The claim class: tokens that wait for an addendum. */
  unsettled: Unsettled[];
  entries: LedgerEntry[];
};

/** The row that a message makes, before anything of it was executed. */
export function ledgerEntry(index: bigint, message: OutboxMessage, twin: Address | null): LedgerEntry {
  const base = {
    index,
    twin,
    token: null,
    to: null,
    amount: null,
    tokenId: null,
    status: 'pending' as const,
    l1TransactionHash: null,
  };
  const of = (standard: TokenStandard) => ({ ...base, asset: standard, standard });
  const described = (standard: TokenStandard) => ({ ...base, asset: 'collection' as const, standard });
  switch (message.kind) {
    case 'releaseErc20':
      return { ...of('erc20'), token: message.l1Token, to: message.to, amount: message.amount };
    case 'releaseErc721':
      return { ...of('erc721'), token: message.l1Token, to: message.to, tokenId: message.tokenId };
    case 'releaseErc1155':
      return {
        ...of('erc1155'),
        token: message.l1Token,
        to: message.to,
        tokenId: message.tokenId,
        amount: message.amount,
      };
    case 'mintNative':
      return { ...base, asset: 'native', standard: 'native', to: message.to, amount: message.amount };
    case 'mintErc20':
      return { ...of('erc20'), token: message.l2Token, to: message.to, amount: message.amount };
    case 'mintErc721':
      return { ...of('erc721'), token: message.l2Token, to: message.to, tokenId: message.tokenId };
    case 'mintErc1155':
      return {
        ...of('erc1155'),
        token: message.l2Token,
        to: message.to,
        tokenId: message.tokenId,
        amount: message.amount,
      };
    case 'erc20Metadata':
      return { ...described('erc20'), token: message.l2Token, to: message.owner };
    case 'collection':
      return { ...described('erc721'), token: message.l2Token, to: message.owner };
    case 'collection1155':
      return { ...described('erc1155'), token: message.l2Token, to: message.owner };
    case 'claim':
      return { ...base, asset: 'claim', standard: null, to: message.holder, status: 'claimable' };
  }
}

/** The row of a token that waits for an addendum. */
export function claimEntry(index: bigint, { token, standard }: Unsettled): LedgerEntry {
  return {
    index,
    asset: 'claim',
    standard,
    token,
    twin: null,
    to: null,
    amount: null,
    tokenId: null,
    status: 'claimable',
    l1TransactionHash: null,
  };
}
