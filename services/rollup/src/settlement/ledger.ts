import type { Address, Hash, OutboxMessage } from '@tephra/protocol';

/**
 * pending: not yet executed on the L1. paid: the owner has it. claimable: the push failed or was not made, the owner can
 * take it from the L1 bridge at any time.
 */
export type LedgerStatus = 'pending' | 'paid' | 'claimable';

/** One asset of one owner; `token` is the L1 token (0 = ETH), the L2 collection, or null for the native coin. */
export type LedgerEntry = {
  index: bigint;
  asset: 'native' | 'erc20' | 'erc721' | 'collection' | 'claim';
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
  switch (message.kind) {
    case 'releaseErc20':
      return { ...base, asset: 'erc20', token: message.l1Token, to: message.to, amount: message.amount };
    case 'releaseErc721':
      return { ...base, asset: 'erc721', token: message.l1Token, to: message.to, tokenId: message.tokenId };
    case 'mintNative':
      return { ...base, asset: 'native', to: message.to, amount: message.amount };
    case 'mintErc721':
      return { ...base, asset: 'erc721', token: message.l2Token, to: message.to, tokenId: message.tokenId };
    case 'collection':
      return { ...base, asset: 'collection', token: message.l2Token, to: message.owner };
    case 'claim':
      return { ...base, asset: 'claim', to: message.holder, status: 'claimable' };
  }
}
