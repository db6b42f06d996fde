import path from 'node:path';
import { createLogger, TypedEmitter } from '@tephra/core';
import { decodeTransaction, EthereumjsEngine, hexToBytes, stvfHash } from '@tephra/engine';
import {
  createL1Client,
  type Deployments,
  deployPlatform,
  PREDEPLOY_CODE,
  rollupFactoryAbi,
  TransactionSender,
} from '@tephra/l1';
import {
  type Address,
  CURRENCY_MODES,
  encodeContent,
  encodeGenesisConfig,
  GENESIS_DEFAULTS,
  type GenesisConfig,
  genesisSupply,
  type Hex,
  type L1Origin,
  type OriginTransaction,
  originTransactions,
  type PredeployCode,
  rulesHash,
} from '@tephra/protocol';
import { ANVIL_KEYS, type Anvil, startAnvil, type TempDir, tempDir } from '@tephra/testing';
import { encodeFunctionData, parseEther, parseEventLogs, parseGwei, zeroAddress, zeroHash } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { buildPack } from '../batcher/buildPack.ts';
import { postFrameData, readTip, submitPackData } from '../batcher/rollupContract.ts';
import { readInbox } from '../bridge-watch/readInbox.ts';
import type { ChainEvents, StoredBlock } from '../chain.ts';
import { Chain, ChainStore } from '../store/index.ts';
import { BlockBuilder, genesisBlock, type ParentBlock } from '../transition/index.ts';

/** Pays for the contracts, owns the chain and proposes its packs. */
export const PROPOSER_KEY = ANVIL_KEYS[0];
/** Holds coins on the layer from block 0. */
export const USER_KEY = ANVIL_KEYS[1];
export const CHAIN_ID = 77_001;

/**
 * A chain for tests of what stands between a node and the L1: a real anvil with our contracts, a real store, and blocks that
 * the test seals one by one. No timers run.
 */
export class L1TestChain implements AsyncDisposable {
  readonly logger = createLogger({ name: 'l1-test-chain', level: 'fatal' });
  readonly events = new TypedEmitter<ChainEvents>();
  readonly user = privateKeyToAccount(USER_KEY);
  readonly anvil: Anvil;
  readonly dir: TempDir;
  readonly deployments: Deployments;
  sender: TransactionSender;
  readonly config: GenesisConfig;
  readonly rollup: Address;
  readonly inbox: Address;
  readonly bridge: Address;
  readonly createdAtBlock: bigint;
  readonly store: ChainStore;
  readonly chain: Chain;
  readonly #engine: EthereumjsEngine;
  #parent: ParentBlock;
  #nonce = 0;

  private constructor(parts: {
    anvil: Anvil;
    dir: TempDir;
    deployments: Deployments;
    sender: TransactionSender;
    config: GenesisConfig;
    created: { rollup: Address; inbox: Address; bridge: Address };
    createdAtBlock: bigint;
    store: ChainStore;
    parent: ParentBlock;
  }) {
    this.anvil = parts.anvil;
    this.dir = parts.dir;
    this.deployments = parts.deployments;
    this.sender = parts.sender;
    this.config = parts.config;
    this.rollup = parts.created.rollup;
    this.inbox = parts.created.inbox;
    this.bridge = parts.created.bridge;
    this.createdAtBlock = parts.createdAtBlock;
    this.store = parts.store;
    this.#parent = parts.parent;
    this.chain = new Chain({ chainId: BigInt(CHAIN_ID), mode: 'active' }, { store: this.store, events: this.events });
    this.#engine = new EthereumjsEngine(
      { chainId: BigInt(CHAIN_ID) },
      {
        store: this.store,
        blockHash: (number) => {
          const header = this.store.headerByNumber(number);
          return header && hexToBytes(header.hash);
        },
      },
    );
  }

  /**
   * @param predeployCode of the layer; default what this version of the contracts compiles to
   * @param genesis what differs from the usual configuration, given the sender that pays for all on the L1
   * @param creation what a dishonest creator says to the factory
   */
  static async create(
    predeployCode: PredeployCode = PREDEPLOY_CODE,
    genesis: (sender: TransactionSender, factory: Address) => Promise<Partial<GenesisConfig>> = async () => ({}),
    creation: { lockedFunds?: bigint } = {},
  ): Promise<L1TestChain> {
    const anvil = await startAnvil();
    const dir = await tempDir();
    const logger = createLogger({ name: 'l1-test-chain', level: 'fatal' });
    const sender = await newSender(anvil);
    const deployments = await deployPlatform(
      { rpcUrl: anvil.rpcUrl, privateKey: PROPOSER_KEY, l1ChainId: anvil.chainId },
      { logger, sender },
    );
    const origin = await originOf(anvil.rpcUrl);
    const config: GenesisConfig = {
      chainId: BigInt(CHAIN_ID),
      timestamp: origin.timestamp,
      blockGasLimit: 30_000_000n,
      gasless: false,
      ...GENESIS_DEFAULTS,
      minBaseFee: 1n,
      tokenName: 'Test',
      tokenSymbol: 'TST',
      tokenDecimals: 18,
      owner: sender.address,
      faucetOperator: sender.address,
      faucetReserve: parseEther('1000'),
      l1Origin: origin,
      predeployCode,
      accounts: [{ address: privateKeyToAccount(USER_KEY).address, balance: parseEther('100') }],
      ...(await genesis(sender, deployments.factory)),
    };
    const first = await genesisBlock(config, {});
    const { created, createdAtBlock } = await createRollup(
      sender,
      deployments.factory,
      config,
      first.block.outputRoot,
      creation.lockedFunds,
    );
    const store = ChainStore.open(path.join(dir.path, 'origin', 'chain'), BigInt(CHAIN_ID));
    store.append(first, '0x');
    return new L1TestChain({
      anvil,
      dir,
      deployments,
      sender,
      config,
      created,
      createdAtBlock,
      store,
      parent: first.parent,
    });
  }

  /** Folder that does not exist yet. */
  folder(name: string): string {
    return path.join(this.dir.path, name);
  }

  /** Coin of an account of the layer after the newest block, wei. */
  async balanceOf(address: Address): Promise<bigint> {
    const head = this.chain.head();
    return (await this.#engine.getAccount(address, { stateRoot: head.stateRoot, context: head }))?.balance ?? 0n;
  }

  /** Nonce of the user's next transaction on the layer. */
  get nextNonce(): number {
    return this.#nonce;
  }

  /** Signs with the user's next nonce. */
  transaction(fields: { to?: Address | null; value?: bigint; data?: Hex; gas?: bigint } = {}): Promise<Hex> {
    return this.user.signTransaction({
      type: 'eip1559',
      chainId: CHAIN_ID,
      nonce: this.#nonce++,
      gas: fields.gas ?? 100_000n,
      maxFeePerGas: parseGwei('2'),
      maxPriorityFeePerGas: 1n,
      to: fields.to === undefined ? this.user.address : fields.to,
      value: fields.value ?? 0n,
      data: fields.data ?? '0x',
    });
  }

  /** Seals the next block of these transactions; with `advance` on the newest L1 block as origin. */
  async seal(transactions: Hex[] = [], options: { advance?: boolean } = {}): Promise<StoredBlock> {
    const parent = this.#parent;
    const l1Origin = options.advance ? await originOf(this.anvil.rpcUrl) : parent.l1Origin;
    const timestamp =
      parent.mode === 'settle' ? parent.header.timestamp : max(parent.header.timestamp, l1Origin.timestamp);
    const builder = await BlockBuilder.begin(
      { chainId: this.config.chainId, rules: this.config },
      { engine: this.#engine },
      parent,
      {
        number: parent.header.number + 1n,
        timestamp,
        l1Origin,
        protocolTransactions: await this.#protocolTransactions(parent, l1Origin),
      },
    );
    for (const raw of transactions)
      await builder.execute(decodeTransaction(hexToBytes(raw), { chainId: BigInt(CHAIN_ID) }));
    const sealed = await builder.seal();
    this.#parent = sealed.parent;
    const block = this.store.append(sealed, '0x');
    this.chain.setOpen(null, { mode: sealed.parent.mode, sealedMode: sealed.parent.mode });
    this.events.emit('sealed', block);
    return block;
  }

  /** Posts what the L1 does not have yet up to `lastBlock` as one pack of the proposer's. */
  async postPack(lastBlock: bigint): Promise<void> {
    const tip = await readTip(this.sender.client, this.rollup);
    const { pack, frames } = await buildPack(
      {
        index: tip.index + 1n,
        range: { firstBlock: tip.lastBlock + 1n, lastBlock },
        parentOutputRoot: tip.outputRoot,
        terminalFrom: null,
      },
      { chain: this.chain, encode: async (blocks) => encodeContent(blocks) },
    );
    for (const frame of frames) {
      await this.sender.send({ to: this.deployments.batchRegistry, data: postFrameData(frame) });
    }
    await this.sender.send({ to: this.rollup, data: submitPackData(pack) });
  }

  /** Takes the L1 (not the layer) back to a state that `snapshot` named, and forgets the nonces used since. */
  async revertL1(snapshot: unknown): Promise<void> {
    await this.anvil.rpc('evm_revert', [snapshot]);
    this.sender = await newSender(this.anvil);
  }

  snapshotL1(): Promise<unknown> {
    return this.anvil.rpc('evm_snapshot');
  }

  async mine(blocks: number): Promise<void> {
    await this.anvil.rpc('anvil_mine', [`0x${blocks.toString(16)}`]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine.close();
    await this.store.close();
    await this.anvil.stop();
    await this.dir.remove();
  }

  async #protocolTransactions(parent: ParentBlock, origin: L1Origin): Promise<OriginTransaction[]> {
    if (origin.number === parent.l1Origin.number) return [];
    const { inboxPosition: position, inboxAccumulator: accumulator } = parent.output;
    const all = await readInbox(this.sender.client, this.inbox, this.createdAtBlock, origin.number);
    const messages = all.filter((message) => message.index >= position);
    return originTransactions({ chainId: this.config.chainId, origin, position, accumulator, messages });
  }
}

function newSender(anvil: Anvil): Promise<TransactionSender> {
  return TransactionSender.create(
    { rpcUrl: anvil.rpcUrl, privateKey: PROPOSER_KEY, pollIntervalMs: 10, chainId: anvil.chainId },
    { logger: createLogger({ name: 'l1-test-chain', level: 'fatal' }) },
  );
}

async function originOf(rpcUrl: string): Promise<L1Origin> {
  const { number, hash, timestamp } = await createL1Client({ rpcUrl }).getBlock();
  return { number, hash, timestamp };
}

async function createRollup(
  sender: TransactionSender,
  factory: Address,
  config: GenesisConfig,
  genesisOutputRoot: Hex,
  lockedFunds = config.currencyMode === 'issued' ? 0n : genesisSupply(config),
) {
  const params = {
    chainId: config.chainId,
    owner: sender.address,
    proposer: sender.address,
    challengePeriod: 10n,
    maxPackDelay: 600n,
    inboxDelay: 600n,
    expiresAt: 0n,
    currencyMode: CURRENCY_MODES.indexOf(config.currencyMode),
    currencyToken: config.currencyToken,
    name: config.tokenName,
    symbol: config.tokenSymbol,
    decimals: config.tokenDecimals,
    bond: parseEther('1'),
    settlementEscrow: 0n,
    proposerFunds: 0n,
    lockedFunds,
    genesisOutputRoot,
    rulesHash: rulesHash(config),
    stvfHash: stvfHash(),
    attestation: zeroAddress,
    validityKey: zeroHash,
    genesisConfig: encodeGenesisConfig(config),
  };
  const data = encodeFunctionData({ abi: rollupFactoryAbi, functionName: 'createRollup', args: [params] });
  const value = params.bond + (config.currencyMode === 'eth' ? lockedFunds : 0n);
  const { receipt } = await sender.send({ to: factory, data, value });
  const [event] = parseEventLogs({ abi: rollupFactoryAbi, eventName: 'RollupCreated', logs: receipt.logs });
  if (!event) throw new Error('createRollup emitted no RollupCreated');
  return { created: event.args, createdAtBlock: receipt.blockNumber };
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
