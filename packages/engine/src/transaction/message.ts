import type { Address, Hash, Hex } from '@tephra/protocol';
import type { Log } from '../engine.ts';
import type { Authorization } from './authorization.ts';
import type { AccessList } from './decode.ts';

/** What an EVM is asked to execute: of a transaction, a call or the protocol. */
export type Message = {
  from: Address;
  to: Address | null;
  value: bigint;
  data: Uint8Array;
  gasLimit: bigint;
  /** What the sender pays; 0 pays nothing to anybody. */
  gasPrice: bigint;
  accessList: AccessList;
  /** EIP-7702. */
  authorizationList?: Authorization[];
  /** Gas that it uses at least (EIP-7623); the protocol's own have none. */
  floor?: bigint;
  /** EIP-4844; only the official tests have any. */
  blobHashes?: Hash[];
  /** What the blobs cost, which is burned. */
  blobFee?: bigint;
  /** Paid to the block's `dataFeeRecipient`; no gas. */
  dataFee?: bigint;
};

export type MessageOutcome = {
  status: 'success' | 'reverted' | 'halted';
  gasUsed: bigint;
  logs: Log[];
  returnData: Hex;
  haltReason?: string;
  createdAddress?: Address;
  createdContracts: Address[];
};
