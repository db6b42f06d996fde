import type { Clock, Logger, Metrics, TypedEmitter } from '@tephra/core';
import type { Engine, SimulatingEngine, TracingEngine } from '@tephra/engine';
import type { Address, Hash, Hex, Preconfirmation, StepReport } from '@tephra/protocol';
import type { ChainEvents, ChainReader, TransactionQueue, TransactionSink } from '../chain.ts';
import type { PackStatus } from '../disputes/index.ts';
import type { FinalityView } from '../finality/finality-of.ts';
import type { VerificationStatus } from '../verification/index.ts';
import type { BlockCache } from './block-cache.ts';
import type { FilterStore } from './filters.ts';
import type { RecentDrops } from './recent-drops.ts';

/** The part of the engine that reads. */
export type StateReader = Pick<Engine, 'call' | 'getAccount' | 'getCode' | 'getStorage' | 'getProof'> &
  TracingEngine &
  SimulatingEngine;

/** What only the composed node knows; quantities are formatted by RPC. */
export type NodeStatus = {
  /** Unfinished end of life, any JSON; null while the chain is active. */
  settlement: unknown;
  /** Newest L1 block that may be an origin. */
  l1Head: bigint;
};

export type RpcLimits = {
  /** Calls in one batch. */
  maxBatch: number;
  /** Bytes of one HTTP body or WebSocket message. */
  maxRequestBytes: number;
  /** Bytes of all HTTP bodies that are being received at a time. */
  maxBodiesBytes: number;
  /** Characters of all results of one batch. */
  maxResponseLength: number;
  /** Gas of eth_call, eth_estimateGas. */
  callGas: bigint;
  /** How long eth_call, eth_estimateGas and eth_createAccessList may take. */
  callTimeoutMs: number;
  /** How long a trace takes at most without and with a wish of the caller. */
  traceTimeoutMs: number;
  maxTraceTimeoutMs: number;
  /** Blocks that one log query may span, and logs that it may return. */
  logBlocks: number;
  logResults: number;
  /** Filters kept at a time, and how long without a poll. */
  filters: number;
  filterTtlMs: number;
  /** WebSocket connections, and subscriptions on one of them; HTTP connections beside them are twice as many. */
  connections: number;
  subscriptionsPerConnection: number;
  /** Bytes waiting for a WebSocket client before it is dropped. */
  maxSocketBufferBytes: number;
  /** Calls that one WebSocket client may have under way before reading from it pauses. */
  maxCallsInFlight: number;
  heartbeatMs: number;
  /** How long a client may take to send one HTTP request, and how long one may neither send nor read. */
  requestTimeoutMs: number;
  idleTimeoutMs: number;
  /** Longest and default wait of the ...Sync methods. */
  maxSyncWaitMs: number;
  syncWaitMs: number;
};

export const DEFAULT_LIMITS: RpcLimits = {
  maxBatch: 1_000,
  maxRequestBytes: 5 * 1024 * 1024,
  maxBodiesBytes: 256 * 1024 * 1024,
  maxResponseLength: 32 * 1024 * 1024,
  callGas: 50_000_000n,
  callTimeoutMs: 5_000,
  traceTimeoutMs: 5_000,
  maxTraceTimeoutMs: 30_000,
  logBlocks: 100_000,
  logResults: 20_000,
  filters: 10_000,
  filterTtlMs: 5 * 60_000,
  connections: 2_000,
  subscriptionsPerConnection: 128,
  maxSocketBufferBytes: 16 * 1024 * 1024,
  maxCallsInFlight: 1_000,
  heartbeatMs: 30_000,
  requestTimeoutMs: 30_000,
  // Longer than the ...Sync methods wait.
  idleTimeoutMs: 60_000,
  maxSyncWaitMs: 30_000,
  syncWaitMs: 2_000,
};

/** Parts of the node that RPC speaks to. */
export type RpcDeps = {
  chain: ChainReader;
  engine: StateReader;
  sink: TransactionSink & TransactionQueue;
  events: TypedEmitter<ChainEvents>;
  finality: FinalityView;
  /** The producer's signature below a promise. */
  signPreconfirmation(promise: Omit<Preconfirmation, 'signature'>): Preconfirmation;
  status(): NodeStatus;
  /** Ledger and progress of the end of life; null before it begins. */
  settlement(): Promise<unknown>;
  /** What a settlement would look at now. */
  settlementPreview(): Promise<unknown>;
  /** Sends coins of the faucet; returns the layer's transaction hash. */
  drip(to: Address, amountWei: bigint): Promise<Hash>;
  /** Wire form of a proof of validity of sealed blocks. @throws TephraError POV_... */
  prove(first: bigint, last: bigint): Promise<Uint8Array>;
  /** What became of a pack, and what this node thinks of it; null where the L1 has no such pack. */
  packStatus(index: bigint): PackStatus | null;
  /** The step that a game on the L1 came to; null where it has not come to one, or is about another chain. */
  disputeStep(gameId: bigint): Promise<StepReport | null>;
  /** Who verifies the chain and how far they are; null where nobody does. */
  verification(): VerificationStatus | null;
  /** Takes a certificate of a block; false when it says nothing new. @throws VerificationError */
  addCertificate(statement: Hex, signers: Hex): Promise<boolean>;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
};

/** Everything that a method handler may use. */
export type RpcContext = RpcDeps & {
  /** As web3_clientVersion reports it. */
  clientVersion: string;
  name: string;
  producer: Address;
  gasless: boolean;
  /** How transactions get their places. */
  ordering: 'fcfs' | 'pga';
  /** The base fee never goes below it, wei. */
  minBaseFee: bigint;
  blockTimeMs: number;
  limits: RpcLimits;
  blocks: BlockCache;
  filters: FilterStore;
  drops: RecentDrops;
};

/** One WebSocket connection, to which notifications can be sent. */
export interface RpcSession {
  /** @throws RpcError when the connection has too many. */
  subscribe(kind: import('./subscriptions.ts').SubscriptionRequest): string;
  unsubscribe(id: string): boolean;
}
