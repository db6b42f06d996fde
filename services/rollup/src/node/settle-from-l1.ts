import { randomBytes } from 'node:crypto';
import { type Clock, type Logger, systemClock, TephraError } from '@tephra/core';
import { createL1Client, type L1Client, rollupAbi, TransactionSender } from '@tephra/l1';
import type { Address, Hex } from '@tephra/protocol';
import { bytesToHex, encodeFunctionData } from 'viem';
import { readTip } from '../batcher/rollupContract.ts';
import { type RebuildProgress, type RebuildResult, rebuild } from '../derivation/index.ts';
import { RollupNode } from '../node.ts';
import type { SettlementStatus } from '../settlement/index.ts';
import { safeDepth } from './safe-depth.ts';

/**
 * - CHAIN_NOT_CLOSED: the chain lives; only its owner (or anybody after expiry or a stall) may close it.
 * - PROPOSER_TURN: the terminal pack is missing and only the chain's own proposer may post it for now.
 */
export class SettleError extends TephraError<'CHAIN_NOT_CLOSED' | 'PROPOSER_TURN'> {}

export type SettleFromL1Options = {
  l1RpcUrl: string;
  rollup: Address;
  /** Folder for the rebuilt chain: empty, or left by an interrupted call. */
  dataDir: string;
  /** Pays for gas (refunded from the escrow while it lasts), and for the bond where a pack must still be posted. */
  privateKey: Hex;
  /** Blocks on top of an L1 block before it is read; default {@link safeDepth}. */
  l1Depth?: number;
  version: string;
};

export type SettleFromL1Deps = {
  logger: Logger;
  clock?: Clock;
  signal: AbortSignal;
  onRebuild?: (progress: RebuildProgress) => void;
  onStatus?: (status: SettlementStatus) => void;
};

export type SettleFromL1Result = { rebuilt: RebuildResult; settlement: SettlementStatus };

const POLL_MS = 250;

/**
 * Finishes an interrupted end of life from L1 data alone: rebuilds the chain from its packs, writes what of the settlement
 * is missing, posts the terminal pack if nobody has, and pays out, beyond the escrow at the caller's cost.
 * @throws SettleError, DerivationError, L1Error
 */
export async function settleFromL1(options: SettleFromL1Options, deps: SettleFromL1Deps): Promise<SettleFromL1Result> {
  const { signal, logger } = deps;
  const clock = deps.clock ?? systemClock;
  const client = createL1Client({ rpcUrl: options.l1RpcUrl });
  const closed = await client.readContract({ address: options.rollup, abi: rollupAbi, functionName: 'closed' });
  if (!closed) {
    throw new SettleError('CHAIN_NOT_CLOSED', `the chain at ${options.rollup} is not closed`, {
      hint: 'Its owner ends it with ./tephra destroy; after its expiry or a stall anybody may call close() on the rollup.',
    });
  }
  const depth = options.l1Depth ?? (await safeDepth(client));
  // A pack above the depth may still vanish, and the folder with it would be another chain's.
  const l1Block = (await client.getBlockNumber()) - BigInt(depth);
  const rebuilt = await rebuild(
    { ...options, l1Block },
    {
      logger,
      client,
      signal,
      ...(deps.onRebuild ? { onProgress: deps.onRebuild } : {}),
    },
  );
  if (!(await readTip(client, options.rollup)).terminal) await becomeProposer(client, options, { logger, clock });
  const node = new RollupNode(await nodeOptions(options, depth, rebuilt, client), { logger, clock });
  await node.start();
  try {
    for (;;) {
      signal.throwIfAborted();
      const status = node.settlement?.status();
      if (status) deps.onStatus?.(status);
      if (status?.phase === 'done') return { rebuilt, settlement: status };
      await clock.sleep(POLL_MS, signal);
    }
  } finally {
    await node.stop();
  }
}

async function nodeOptions(options: SettleFromL1Options, depth: number, { record }: RebuildResult, client: L1Client) {
  return {
    name: `settle-${record.chainId}`,
    dataDir: options.dataDir,
    rpcPort: 0,
    l1: {
      rpcUrl: options.l1RpcUrl,
      chainId: await client.getChainId(),
      depth,
      pollIntervalMs: POLL_MS,
      factory: record.factory,
      rollup: record.rollup,
      createdAtBlock: Number(record.createdAtBlock),
    },
    genesisConfig: record.genesisConfig,
    blockTimeMs: 500,
    ordering: 'fcfs' as const,
    // Nobody relies on promises of this node: a key of the moment signs its few last blocks.
    producerKey: bytesToHex(randomBytes(32)),
    proposerKey: options.privateKey,
    faucetKey: bytesToHex(randomBytes(32)),
    packs: { intervalMs: 1_000, idleIntervalMs: 30_000, maxBlocks: 512 },
    adminToken: randomBytes(32).toString('hex'),
    version: options.version,
    beyondEscrow: true,
  };
}

/**
 * Makes sure that the key may post packs: the chain's proposer may at any time, others with a bond once no pack came for
 * a while.
 * @throws SettleError PROPOSER_TURN
 */
async function becomeProposer(
  client: L1Client,
  options: SettleFromL1Options,
  deps: { logger: Logger; clock: Clock },
): Promise<void> {
  const rollup = { address: options.rollup, abi: rollupAbi } as const;
  const sender = await TransactionSender.create(
    {
      rpcUrl: options.l1RpcUrl,
      chainId: await client.getChainId(),
      privateKey: options.privateKey,
      pollIntervalMs: POLL_MS,
    },
    { ...deps, client },
  );
  const [proposer, bond, bonded, packs, maxPackDelay, { timestamp }] = await Promise.all([
    client.readContract({ ...rollup, functionName: 'proposer' }),
    client.readContract({ ...rollup, functionName: 'bond' }),
    client.readContract({ ...rollup, functionName: 'bondOf', args: [sender.address] }),
    client.readContract({ ...rollup, functionName: 'packCount' }),
    client.readContract({ ...rollup, functionName: 'maxPackDelay' }),
    client.getBlock(),
  ]);
  if (proposer.toLowerCase() !== sender.address.toLowerCase()) {
    const newest = await client.readContract({ ...rollup, functionName: 'packRecord', args: [packs] });
    const from = newest.submittedAt + maxPackDelay;
    if (timestamp <= from) {
      throw new SettleError('PROPOSER_TURN', `until ${at(from)} only ${proposer} may post packs`, {
        details: { proposer, from },
        hint: 'Give the proposer’s key in TEPHRA_PRIVATE_KEY, or try again after that time (L1 time).',
        retryable: true,
      });
    }
  }
  if (bonded < bond) {
    deps.logger.info({ bond: bond - bonded }, 'depositing the bond of a proposer');
    await sender.send({
      to: options.rollup,
      data: encodeFunctionData({ abi: rollupAbi, functionName: 'depositBond' }),
      value: bond - bonded,
    });
  }
}

function at(seconds: bigint): string {
  return new Date(Number(seconds) * 1_000).toISOString();
}
