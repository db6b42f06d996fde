import { randomBytes } from 'node:crypto';
import { type Clock, errorMessage, type Logger, systemClock, TephraError } from '@tephra/core';
import { createL1Client, type L1Client, rollupAbi, TransactionSender } from '@tephra/l1';
import type { Address, Hex } from '@tephra/protocol';
import { bytesToHex, encodeFunctionData } from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import { readTip } from '../batcher/rollupContract.ts';
import { type RebuildProgress, type RebuildResult, rebuild } from '../derivation/index.ts';
import { RollupNode } from '../node.ts';
import type { AddendumRequest, SettlementStatus } from '../settlement/index.ts';
import { safeDepth } from './safe-depth.ts';

/**
 * - CHAIN_NOT_CLOSED: the chain lives; only its owner (or anybody after expiry or a stall) may close it.
 * - PROPOSER_TURN: the terminal pack is missing and only the chain's own proposer may post it for now.
 * - NOT_SETTLED: there is no settlement yet that something could be added to.
 */
export class SettleError extends TephraError<'CHAIN_NOT_CLOSED' | 'PROPOSER_TURN' | 'NOT_SETTLED'> {}

export type SettleFromL1Options = {
  l1RpcUrl: string;
  rollup: Address;
  /** Folder for the rebuilt chain: empty, or left by an interrupted call. */
  dataDir: string;
  /** Pays for gas (refunded from the escrow while it lasts), and for the bond where a pack must still be posted. */
  privateKey: Hex;
  /** Blocks on top of an L1 block before it is read; default {@link safeDepth}. */
  l1Depth?: number;
  /** Settle this after all, behind a settlement that left it out; then nothing else is done. */
  addendum?: AddendumRequest;
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
 * is missing, posts the terminal pack if nobody has, and pays out, beyond the escrow at the caller's cost. Or adds to a
 * settlement what it left out.
 * @throws SettleError, AddendumError, DerivationError, L1Error
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
    { ...options, l1Block, ...(options.addendum ? { poster: privateKeyToAddress(options.privateKey) } : {}) },
    {
      logger,
      client,
      signal,
      ...(deps.onRebuild ? { onProgress: deps.onRebuild } : {}),
    },
  );
  const { terminal } = await readTip(client, options.rollup);
  if (options.addendum && !terminal) {
    throw new SettleError('NOT_SETTLED', `the chain at ${options.rollup} has no terminal pack yet`, {
      hint: 'Settle it first: the same command without --addendum.',
    });
  }
  const sender = await senderOf(client, options, { logger, clock });
  const bonded = options.addendum || !terminal ? await becomeProposer(sender, options, { logger, terminal }) : false;
  const node = new RollupNode(await nodeOptions(options, depth, rebuilt, client), { logger, clock });
  await node.start();
  try {
    for (;;) {
      signal.throwIfAborted();
      if (node.settlement?.failure !== undefined) throw node.settlement.failure;
      const status = node.settlement?.status();
      if (status) deps.onStatus?.(status);
      if (status?.phase === 'done') {
        if (bonded) await takeBondBack(sender, options.rollup, logger);
        return { rebuilt, settlement: status };
      }
      await clock.sleep(POLL_MS, signal);
    }
  } finally {
    await node.stop();
  }
}

/** The window of the last pack is over by now, and with it what the bond was for. */
async function takeBondBack(sender: TransactionSender, rollup: Address, logger: Logger): Promise<void> {
  try {
    await sender.send({ to: rollup, data: encodeFunctionData({ abi: rollupAbi, functionName: 'withdrawBond' }) });
  } catch (error) {
    logger.warn({ reason: errorMessage(error) }, 'the bond stays on the rollup; withdrawBond() gives it back');
  }
}

async function senderOf(
  client: L1Client,
  options: SettleFromL1Options,
  deps: { logger: Logger; clock: Clock },
): Promise<TransactionSender> {
  return TransactionSender.create(
    {
      rpcUrl: options.l1RpcUrl,
      chainId: await client.getChainId(),
      privateKey: options.privateKey,
      pollIntervalMs: POLL_MS,
    },
    { ...deps, client },
  );
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
    ...(options.addendum ? { addendum: options.addendum } : {}),
  };
}

/**
 * Makes sure that the key may post packs: the chain's proposer may at any time, others with a bond once no pack came for
 * a while; behind the terminal pack, everybody with a bond.
 * @returns whether a bond was deposited
 * @throws SettleError PROPOSER_TURN
 */
async function becomeProposer(
  sender: TransactionSender,
  options: SettleFromL1Options,
  { logger, terminal }: { logger: Logger; terminal: boolean },
): Promise<boolean> {
  const { client } = sender;
  const rollup = { address: options.rollup, abi: rollupAbi } as const;
  const [proposer, bond, bonded, packs, maxPackDelay, { timestamp }] = await Promise.all([
    client.readContract({ ...rollup, functionName: 'proposer' }),
    client.readContract({ ...rollup, functionName: 'bond' }),
    client.readContract({ ...rollup, functionName: 'bondOf', args: [sender.address] }),
    client.readContract({ ...rollup, functionName: 'packCount' }),
    client.readContract({ ...rollup, functionName: 'maxPackDelay' }),
    client.getBlock(),
  ]);
  if (!terminal && proposer.toLowerCase() !== sender.address.toLowerCase()) {
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
  if (bonded >= bond) return false;
  logger.info({ bond: bond - bonded }, 'depositing the bond of a proposer');
  await sender.send({
    to: options.rollup,
    data: encodeFunctionData({ abi: rollupAbi, functionName: 'depositBond' }),
    value: bond - bonded,
  });
  return true;
}

function at(seconds: bigint): string {
  return new Date(Number(seconds) * 1_000).toISOString();
}
