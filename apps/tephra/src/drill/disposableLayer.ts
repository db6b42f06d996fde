import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Logger, systemClock } from '@tephra/core';
import { Devnet, devAccounts } from '@tephra/devnet';
import { stvfHash } from '@tephra/engine';
import {
  createL1Client,
  deployPlatform,
  deployStepVerifier,
  EMBEDDED_GAME,
  type L1Client,
  PREDEPLOY_CODE,
  rollupFactoryAbi,
  TransactionSender,
} from '@tephra/l1';
import {
  type Address,
  encodeGenesisConfig,
  GENESIS_DEFAULTS,
  type GenesisConfig,
  type Hex,
  rulesHash,
} from '@tephra/protocol';
import { openStore, RollupNode } from '@tephra/rollup';
import { encodeFunctionData, parseEther, parseEventLogs, zeroAddress, zeroHash } from 'viem';

const CHAIN_ID = 90_210n;
const WINDOW_SECONDS = 60n;
/** Short enough to be watched to the end; on an L1 that runs faster, as long as by other clocks. */
const termsFor = (pace: bigint) => ({
  ...EMBEDDED_GAME,
  minClock: 30n * pace,
  extension: 6n * pace,
  minDefence: 8n * pace,
});
const NEVER_MS = 3_600_000;
const VERSION = '0.0.0-drill';

const [platform, proposer, node, user] = devAccounts(4) as [Dev, Dev, Dev, Dev];
type Dev = ReturnType<typeof devAccounts>[number];

/** Who takes part in a drill: the layer's proposer, the account of an honest node, and a user with coins. */
export const PARTIES = { proposer, node, user };

/** A layer on an L1 of its own, with an honest node that looks after disputes. Its proposer posts nothing by itself. */
export type DisposableLayer = AsyncDisposable & {
  l1: L1Client;
  rpcUrl: string;
  l1ChainId: number;
  /** Of the layer's proposer. */
  sender: TransactionSender;
  node: RollupNode;
  config: GenesisConfig;
  rollup: Address;
  inbox: Address;
  bridge: Address;
  batchRegistry: Address;
  disputeGame: Address;
  createdAtBlock: bigint;
};

/** @param l1BlockMs how often the L1 makes a block; default a second */
export async function disposableLayer(logger: Logger, l1BlockMs = 1_000): Promise<DisposableLayer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tephra-drill-'));
  const devnet = await Devnet.create(
    { port: 0, dataDir: path.join(folder, 'l1'), ephemeral: true, blockTimeMs: l1BlockMs },
    { logger },
  );
  let running: RollupNode | undefined;
  const end = async (): Promise<void> => {
    await running?.stop();
    await devnet.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await devnet.start();
    const { rpcUrl, chainId } = devnet;
    // Each block is a second of the L1.
    const pace = BigInt(Math.max(1, Math.round(1_000 / l1BlockMs)));
    const senderOf = ({ privateKey }: Dev) =>
      TransactionSender.create({ rpcUrl, chainId, privateKey, pollIntervalMs: 100 }, { logger, clock: systemClock });
    const payer = await senderOf(platform);
    const deployments = await deployPlatform(
      { rpcUrl, l1ChainId: chainId, privateKey: platform.privateKey, gameTerms: termsFor(pace) },
      { logger, sender: payer },
    );
    await deployStepVerifier(deployments.disputeGame, { sender: payer, logger });
    const l1 = createL1Client({ rpcUrl, chainId });
    const { number, hash, timestamp } = await l1.getBlock();
    const config: GenesisConfig = {
      ...GENESIS_DEFAULTS,
      blockGasLimit: 1n << 25n,
      gasless: true,
      minBaseFee: 0n,
      tokenDecimals: 18,
      faucetReserve: 0n,
      chainId: CHAIN_ID,
      timestamp,
      owner: proposer.address,
      faucetOperator: proposer.address,
      tokenName: 'Drill',
      tokenSymbol: 'DRILL',
      l1Origin: { number, hash, timestamp },
      predeployCode: PREDEPLOY_CODE,
      accounts: [{ address: user.address, balance: parseEther('1000') }],
    };
    const created = await createRollup(payer, deployments.factory, config, {
      genesisOutputRoot: await genesisRoot(config, folder),
      challengePeriod: WINDOW_SECONDS * pace,
    });
    const options = nodeOptions(config, { folder, rpcUrl, chainId, factory: deployments.factory, ...created });
    running = new RollupNode(options, { logger });
    await running.start();
    return {
      l1,
      rpcUrl,
      l1ChainId: chainId,
      sender: await senderOf(proposer),
      node: running,
      config,
      batchRegistry: deployments.batchRegistry,
      disputeGame: deployments.disputeGame,
      ...created,
      [Symbol.asyncDispose]: end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

async function genesisRoot(genesis: GenesisConfig, folder: string): Promise<Hex> {
  const dataDir = path.join(folder, 'genesis');
  const { store, engine } = await openStore({ dataDir, genesis, predeployCode: PREDEPLOY_CODE, engine: 'wasm' });
  const { outputRoot } = store.headRecord()!;
  await engine.close();
  await store.close();
  return outputRoot;
}

type Created = { rollup: Address; inbox: Address; bridge: Address; createdAtBlock: bigint };

async function createRollup(
  sender: TransactionSender,
  factory: Address,
  config: GenesisConfig,
  { genesisOutputRoot, challengePeriod }: { genesisOutputRoot: Hex; challengePeriod: bigint },
): Promise<Created> {
  const bond = parseEther('1');
  const params = {
    chainId: config.chainId,
    owner: proposer.address,
    proposer: proposer.address,
    challengePeriod,
    maxPackDelay: 3_600n,
    inboxDelay: 3_600n,
    expiresAt: 0n,
    currencyMode: 0,
    currencyToken: config.currencyToken,
    name: config.tokenName,
    symbol: config.tokenSymbol,
    decimals: config.tokenDecimals,
    bond,
    settlementEscrow: 0n,
    proposerFunds: 0n,
    lockedFunds: 0n,
    genesisOutputRoot,
    rulesHash: rulesHash(config),
    stvfHash: stvfHash(),
    attestation: zeroAddress,
    validityKey: zeroHash,
    genesisConfig: encodeGenesisConfig(config),
  };
  const data = encodeFunctionData({ abi: rollupFactoryAbi, functionName: 'createRollup', args: [params] });
  const { receipt } = await sender.send({ to: factory, data, value: bond });
  const [event] = parseEventLogs({ abi: rollupFactoryAbi, eventName: 'RollupCreated', logs: receipt.logs });
  if (event === undefined) throw new Error('createRollup emitted no RollupCreated');
  const { rollup, inbox, bridge } = event.args;
  return { rollup, inbox, bridge, createdAtBlock: receipt.blockNumber };
}

function nodeOptions(
  config: GenesisConfig,
  at: { folder: string; rpcUrl: string; chainId: number; factory: Address } & Created,
): ConstructorParameters<typeof RollupNode>[0] {
  return {
    name: 'drill',
    version: VERSION,
    dataDir: path.join(at.folder, 'node'),
    rpcPort: 0,
    l1: {
      rpcUrl: at.rpcUrl,
      chainId: at.chainId,
      depth: 1,
      pollIntervalMs: 250,
      factory: at.factory,
      rollup: at.rollup,
      createdAtBlock: Number(at.createdAtBlock),
    },
    genesisConfig: encodeGenesisConfig(config),
    blockTimeMs: 500,
    ordering: 'fcfs',
    producerKey: node.privateKey,
    proposerKey: node.privateKey,
    faucetKey: node.privateKey,
    challenge: true,
    // It is not the layer's proposer.
    packs: { intervalMs: NEVER_MS, idleIntervalMs: NEVER_MS, maxBlocks: 100_000 },
    adminToken: '',
  };
}
