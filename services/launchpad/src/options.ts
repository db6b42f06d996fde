import type { OperatorHostAnswer } from '@tephra/api';
import type { Clock, Logger, Metrics } from '@tephra/core';
import type { Database } from '@tephra/db';
import type { Mount } from '@tephra/http';
import type { TransactionSender } from '@tephra/l1';
import type { Address, Hash, Hex } from '@tephra/protocol';
import type { RollupDriver } from './driver/driver.ts';

/** The L1 that layers settle on, and the key that pays for them. */
export type L1Access = {
  /** For this process and the nodes. */
  rpcUrl: string;
  /** For users' wallets and pages. */
  publicRpcUrl: string;
  chainId: number;
  /** True for the development L1 of this platform. */
  embedded: boolean;
  deployments: { factory: Address; batchRegistry: Address };
  /** Funds layers and owns them (only the owner may close before a layer's end). */
  funderKey: Hex;
  /** Blocks that must lie on top of an L1 block before it is read. */
  readDepth: number;
  /** Seconds, for layers that name none. */
  challengePeriodDefault: number;
  /** VITAL's contract for certificates, once operators serve it; layers are verified by it unless they say otherwise. */
  attestation?(): Address | null;
  /** Moves the L1's clock; embedded only. */
  travel?(seconds: number): Promise<void>;
  /** DEV ONLY accounts to show; embedded only. */
  devAccounts?: { address: Address; privateKey: Hex }[];
};

/** Operators whose processes the platform runs, as far as the API is concerned. */
export interface OperatorHosts {
  list(): OperatorHostAnswer[];
  /** Undefined for a name that is not there. */
  launch(name: string): Promise<OperatorHostAnswer | undefined>;
  halt(name: string): Promise<OperatorHostAnswer | undefined>;
}

/** Output root of the block 0 that an encoded genesis configuration gives. */
export type ComputeGenesis = (encodedConfig: Hex) => Promise<{ outputRoot: Hash }>;

export type LaunchpadOptions = {
  /** Address to listen on. */
  host: string;
  /** 0 = any free port. */
  port: number;
  /** Where users reach the platform when it is not http://localhost:<port>; its host is then accepted too. */
  publicUrl?: string;
  /** Holds `chains/<id>/`, `logs/` and the local developer's token. */
  dataDir: string;
  /** The built page, or null to serve the API alone. */
  webDir: string | null;
  version: string;
  /** Amounts that a layer's creation moves on the L1, wei. */
  bondWei: bigint;
  settlementEscrowWei: bigint;
  proposerFundsWei: bigint;
  /**
   * Most that the genesis of one layer may lock of the platform's ETH (mode `eth`) or tokens (mode `erc20`): who may launch
   * layers may give away that much.
   */
  maxLockedWei: bigint;
  /** ETH that the faucet of a layer in mode `eth` holds when its settings name none. */
  lockedFaucetWei: bigint;
  /** Seconds; see IRollupFactory.sol. */
  maxPackDelaySeconds: number;
  inboxDelaySeconds: number;
  maxLivingLayers: number;
  freeTrialMs: number;
  /** Whole coins per call of the faucet, and of the reserve at genesis. */
  faucetCoins: bigint;
  faucetReserveCoins: bigint;
  /** Milliseconds between packs of a busy and of an idle layer. */
  packIntervalMs: number;
  packIdleIntervalMs: number;
  /** Nodes object to packs of their chain that are wrong, with the proposer's account. */
  challenge: boolean;
  /** Wait for a node's first answer, milliseconds. */
  nodeStartTimeoutMs: number;
};

/** Amounts and intervals on an L1 where gas and ETH cost something. */
export const PUBLIC_L1_OPTIONS = {
  bondWei: 5n * 10n ** 16n,
  settlementEscrowWei: 5n * 10n ** 16n,
  proposerFundsWei: 5n * 10n ** 16n,
  maxLockedWei: 0n,
  lockedFaucetWei: 0n,
  packIntervalMs: 60_000,
  packIdleIntervalMs: 30 * 60_000,
} as const satisfies Partial<LaunchpadOptions>;

/** What a local platform runs with; the caller gives addresses, folders and version. */
export const DEFAULT_LAUNCHPAD_OPTIONS = {
  host: '127.0.0.1',
  port: 8080,
  bondWei: 10n ** 18n,
  settlementEscrowWei: 2n * 10n ** 18n,
  proposerFundsWei: 2n * 10n ** 18n,
  maxLockedWei: 1_000n * 10n ** 18n,
  lockedFaucetWei: 100n * 10n ** 18n,
  maxPackDelaySeconds: 3_600,
  inboxDelaySeconds: 600,
  maxLivingLayers: 50,
  freeTrialMs: 2 * 60 * 60 * 1_000,
  faucetCoins: 10n,
  faucetReserveCoins: 1_000_000_000n,
  packIntervalMs: 4_000,
  packIdleIntervalMs: 30_000,
  challenge: false,
  nodeStartTimeoutMs: 60_000,
} as const satisfies Partial<LaunchpadOptions>;

export type LaunchpadDeps = {
  db: Database;
  l1: L1Access;
  driver: RollupDriver;
  computeGenesis: ComputeGenesis;
  /** keccak256 of the program that the nodes run, which layers are made for. */
  stvfHash: Hash;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
  /** Sends from `l1.funderKey`; made when not given. Who else sends from that key in this process must share it. */
  funder?: TransactionSender;
  /** Operators that this platform runs; none when not given. */
  operatorHosts?: OperatorHosts;
  /** Services of this process that answer paths of the platform's port. */
  mounts?: readonly Mount[];
};
