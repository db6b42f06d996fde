/** Whole lives on a real L1: what the layer ends with is what its users have on the L1 afterwards, to the last wei. */
import { createLogger } from '@tephra/core';
import {
  bridgeAbi,
  demoErc20Abi,
  demoErc20Bytecode,
  demoNftAbi,
  demoNftBytecode,
  rollupAbi,
  TransactionSender,
} from '@tephra/l1';
import { encodeGenesisConfig, type GenesisConfig } from '@tephra/protocol';
import { ANVIL_KEYS, waitUntil } from '@tephra/testing';
import {
  type Abi,
  type Address,
  createWalletClient,
  defineChain,
  encodeDeployData,
  encodeFunctionData,
  erc20Abi,
  erc721Abi,
  getAddress,
  type Hex,
  http,
  parseAbi,
  parseEther,
  publicActions,
  zeroAddress,
  zeroHash,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterEach, describe, expect, it } from 'vitest';
import { RollupNode } from '../node.ts';
import type { SettlementStatus } from '../settlement/index.ts';
import { compileAssets } from '../settlement/testing/compile.ts';
import { CHAIN_ID, L1TestChain, PROPOSER_KEY, USER_KEY } from '../testing/l1-chain.ts';
import { settleFromL1 } from './settle-from-l1.ts';

const logger = createLogger({ name: 'life', level: 'silent' });
const STRANGER_KEY = ANVIL_KEYS[2];
const stranger = privateKeyToAccount(STRANGER_KEY).address;
const HEIR: Address = getAddress(`0x${'4e'.repeat(20)}`);
const ERC1155 = parseAbi([
  'function balanceOf(address account, uint256 id) view returns (uint256)',
  'function uri(uint256 id) view returns (string)',
]);
const [ERC20, ERC721, UNITS] = [0, 1, 2];

/** A layer with its node on an L1 that makes a block every 50 ms, a second of its own time each. */
class Life implements AsyncDisposable {
  readonly l1: L1TestChain;
  readonly node: RollupNode;
  readonly user: TransactionSender;
  readonly #ticker: NodeJS.Timeout;

  private constructor(parts: { l1: L1TestChain; node: RollupNode; user: TransactionSender; ticker: NodeJS.Timeout }) {
    this.l1 = parts.l1;
    this.node = parts.node;
    this.user = parts.user;
    this.#ticker = parts.ticker;
  }

  /** @param options.beyondEscrow whether the node pays on though there is no escrow */
  static async begin(
    options: { beyondEscrow: boolean },
    genesis: Parameters<typeof L1TestChain.create>[1] = async () => ({}),
  ): Promise<Life> {
    const l1 = await L1TestChain.create(undefined, async (sender, factory) => ({
      gasless: true,
      minBaseFee: 0n,
      blockGasLimit: 70_000_000n,
      faucetReserve: parseEther('10'),
      ...(await genesis(sender, factory)),
    }));
    const ticker = setInterval(
      () =>
        void l1.anvil
          .rpc('evm_increaseTime', [1])
          .then(() => l1.mine(1))
          .catch(() => undefined),
      50,
    );
    const node = new RollupNode(
      {
        name: 'life',
        version: '0.0.0',
        dataDir: l1.folder('node'),
        rpcPort: 0,
        l1: {
          rpcUrl: l1.anvil.rpcUrl,
          chainId: l1.anvil.chainId,
          depth: 1,
          pollIntervalMs: 50,
          factory: l1.deployments.factory,
          rollup: l1.rollup,
          createdAtBlock: Number(l1.createdAtBlock),
        },
        genesisConfig: encodeGenesisConfig(l1.config),
        blockTimeMs: 100,
        ordering: 'fcfs',
        producerKey: `0x${'21'.repeat(32)}`,
        proposerKey: PROPOSER_KEY,
        faucetKey: PROPOSER_KEY,
        packs: { intervalMs: 1_000, idleIntervalMs: 3_600_000, maxBlocks: 512 },
        adminToken: 'secret',
        beyondEscrow: options.beyondEscrow,
      },
      { logger },
    );
    await node.start();
    const user = await TransactionSender.create(
      { rpcUrl: `http://127.0.0.1:${node.port}`, chainId: CHAIN_ID, privateKey: USER_KEY, pollIntervalMs: 20 },
      { logger },
    );
    return new Life({ l1, node, user, ticker });
  }

  /** On the layer. */
  async deploy(abi: Abi, bytecode: Hex, args: unknown[]): Promise<Address> {
    const { receipt } = await this.user.send({ to: null, data: encodeDeployData({ abi, bytecode, args }) });
    return receipt.contractAddress!;
  }

  async call(to: Address, abi: Abi, functionName: string, args: unknown[]): Promise<void> {
    await this.user.send({ to, data: encodeFunctionData({ abi, functionName, args }) });
  }

  /** Makes a new account with 13 wei stand for a contract, as wallets do. */
  async delegate(contractAddress: Address): Promise<Address> {
    const account = privateKeyToAccount(`0x${'7d'.repeat(32)}`);
    await this.user.send({ to: account.address, value: 13n });
    const url = `http://127.0.0.1:${this.node.port}`;
    const chain = defineChain({
      id: CHAIN_ID,
      name: 'life',
      nativeCurrency: { name: 'Coin', symbol: 'COIN', decimals: 18 },
      rpcUrls: { default: { http: [url] } },
    });
    const wallet = createWalletClient({ account, chain, transport: http(), pollingInterval: 20 }).extend(publicActions);
    const authorization = await wallet.signAuthorization({ contractAddress, executor: 'self' });
    const hash = await wallet.sendTransaction({ to: this.user.address, authorizationList: [authorization] });
    await wallet.waitForTransactionReceipt({ hash });
    expect(await wallet.getCode({ address: account.address })).toBe(
      `0xef0100${contractAddress.slice(2).toLowerCase()}`,
    );
    return account.address;
  }

  async onL1(to: Address, abi: Abi, functionName: string, args: unknown[], value = 0n): Promise<void> {
    await this.l1.sender.send({ to, data: encodeFunctionData({ abi, functionName, args }), value });
  }

  async takenIn(messages: bigint): Promise<void> {
    const chainState = getAddress('0x00000000000000000000000000000000007e0001');
    const abi = parseAbi(['function inboxPosition() view returns (uint64)']);
    await waitUntil(
      async () =>
        (await this.user.client.readContract({ address: chainState, abi, functionName: 'inboxPosition' })) === messages,
      { what: `${messages} messages of the L1 on the layer` },
    );
  }

  /** Closes the layer, lets its node settle it, and ends the node. */
  async end(): Promise<SettlementStatus> {
    await this.onL1(this.l1.rollup, rollupAbi as Abi, 'close', []);
    await waitUntil(() => this.node.settlement?.status().phase === 'done', {
      what: 'the settlement',
      timeoutMs: 120_000,
    });
    const status = this.node.settlement!.status();
    await this.node.stop();
    return status;
  }

  async settle(folder: string, key: Hex, request?: { token: Address; holders: Address[]; ids: bigint[] }) {
    const { settlement } = await settleFromL1(
      {
        l1RpcUrl: this.l1.anvil.rpcUrl,
        rollup: this.l1.rollup,
        dataDir: this.l1.folder(folder),
        privateKey: key,
        l1Depth: 1,
        version: '0.0.0',
        ...(request ? { addendum: request } : {}),
      },
      { logger, signal: AbortSignal.timeout(120_000) },
    );
    return settlement;
  }

  read(address: Address, abi: Abi, functionName: string, args: unknown[] = []): Promise<unknown> {
    return this.l1.sender.client.readContract({ address, abi, functionName, args });
  }

  async twin(token: Address, standard: number, poster: Address = zeroAddress): Promise<Address> {
    return (await this.read(this.l1.bridge, bridgeAbi as Abi, 'tokenTwin', [token, standard, poster])) as Address;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#ticker);
    await this.node.stop();
    await this.l1[Symbol.asyncDispose]();
  }
}

let life: Life;
afterEach(() => life?.[Symbol.asyncDispose]());

describe('a life', { timeout: 240_000 }, () => {
  it('with assets of every standard, born and bridged, and addenda to what it left out', async () => {
    const { Coin, Items } = compileAssets() as Record<string, { abi: Abi; bytecode: Hex }> & {
      Coin: { abi: Abi; bytecode: Hex };
      Items: { abi: Abi; bytecode: Hex };
    };
    life = await Life.begin({ beyondEscrow: false });
    const user = life.user.address;
    const { l1 } = life;

    // From the L1: ETH, an ERC-20 and an ERC-1155.
    const l1Items = (await l1.sender.send({ to: null, data: encodeDeployData({ ...Items, args: [false] }) })).receipt
      .contractAddress!;
    const l1Coin = (
      await l1.sender.send({
        to: null,
        data: encodeDeployData({ abi: demoErc20Abi, bytecode: demoErc20Bytecode, args: ['Gravel', 'GRV'] }),
      })
    ).receipt.contractAddress!;
    const owner = l1.sender.address;
    await life.onL1(l1Items, Items.abi, 'mint', [owner, 6n, 9n]);
    await life.onL1(l1Items, Items.abi, 'setApprovalForAll', [l1.bridge, true]);
    await life.onL1(l1Coin, demoErc20Abi as Abi, 'mint', [owner, 50n]);
    await life.onL1(l1Coin, demoErc20Abi as Abi, 'approve', [l1.bridge, 50n]);
    await life.onL1(l1.bridge, bridgeAbi as Abi, 'depositEth', [HEIR], 7n);
    await life.onL1(l1.bridge, bridgeAbi as Abi, 'depositErc20', [l1Coin, HEIR, 50n]);
    await life.onL1(l1.bridge, bridgeAbi as Abi, 'depositErc1155', [l1Items, HEIR, 6n, 9n]);
    await life.takenIn(3n);

    // Born on the layer.
    const coin = await life.deploy(Coin.abi, Coin.bytecode, ['Chip', 'CHIP', 6, false]);
    await life.call(coin, Coin.abi, 'mint', [HEIR, 12n]);
    await life.call(coin, Coin.abi, 'mint', [user, 30n]);
    const items = await life.deploy(Items.abi, Items.bytecode, [false]);
    await life.call(items, Items.abi, 'setUri', [2n, 'ipfs://two']);
    await life.call(items, Items.abi, 'mintBatch', [HEIR, [1n, 2n], [4n, 5n]]);
    const nft = await life.deploy(demoNftAbi as Abi, demoNftBytecode, ['Rock', 'ROCK', 'ipfs://rock/', zeroHash, 500n]);
    await life.call(nft, demoNftAbi as Abi, 'mintTo', [HEIR]);
    const silent = await life.deploy(Coin.abi, Coin.bytecode, ['Hush', 'HUSH', 18, true]);
    await life.call(silent, Coin.abi, 'mint', [HEIR, 3n]);
    const silentItems = await life.deploy(Items.abi, Items.bytecode, [true]);
    await life.call(silentItems, Items.abi, 'mint', [HEIR, 8n, 2n]);
    await life.user.send({ to: HEIR, value: 11n });
    // An account that has a contract's code run in its place (EIP-7702) is a person's all the same.
    const delegated = await life.delegate(coin);
    await life.call(coin, Coin.abi, 'mint', [delegated, 4n]);

    // There is no escrow: the node leaves all of it to be claimed, and a stranger pays it at their own cost.
    const ended = await life.end();
    expect(ended).toMatchObject({ counts: { paid: 0, pending: 0 }, unsettled: [], error: null });
    expect(ended.counts.claimable).toBe(ended.entries.length);
    const settled = await life.settle('rest', STRANGER_KEY);
    expect(settled).toMatchObject({ counts: { paid: ended.entries.length, pending: 0, claimable: 0 } });
    const balanceOf = (token: Address, account = HEIR) => life.read(token, erc20Abi as Abi, 'balanceOf', [account]);
    const unitsOf = (token: Address, id: bigint) => life.read(token, ERC1155 as Abi, 'balanceOf', [HEIR, id]);
    const coinTwin = await life.twin(coin, ERC20);
    expect(await balanceOf(coinTwin)).toBe(12n);
    expect(await balanceOf(coinTwin, delegated)).toBe(4n);
    expect(await life.read(coinTwin, erc20Abi as Abi, 'totalSupply')).toBe(46n);
    expect(await life.read(coinTwin, erc20Abi as Abi, 'decimals')).toBe(6);
    expect(await life.read(coinTwin, erc20Abi as Abi, 'symbol')).toBe('CHIP');
    const itemsTwin = await life.twin(items, UNITS);
    expect([await unitsOf(itemsTwin, 1n), await unitsOf(itemsTwin, 2n)]).toEqual([4n, 5n]);
    expect(await life.read(itemsTwin, ERC1155 as Abi, 'uri', [1n])).toBe('ipfs://items/{id}.json');
    expect(await life.read(itemsTwin, ERC1155 as Abi, 'uri', [2n])).toBe('ipfs://two');
    expect(await life.read(await life.twin(nft, ERC721), erc721Abi as Abi, 'ownerOf', [1n])).toBe(HEIR);
    const nativeTwin = (await life.read(l1.bridge, bridgeAbi as Abi, 'nativeTwin')) as Address;
    expect(await balanceOf(nativeTwin)).toBe(11n);
    expect(await balanceOf(nativeTwin, delegated)).toBe(13n);
    // Genesis accounts; the faucet's coin was never given out.
    expect(await life.read(nativeTwin, erc20Abi as Abi, 'totalSupply')).toBe(parseEther('100'));
    expect(await l1.sender.client.getBalance({ address: HEIR })).toBe(7n);
    expect([await balanceOf(l1Coin), await unitsOf(l1Items, 6n)]).toEqual([50n, 9n]);
    for (const token of [zeroAddress, l1Coin])
      expect(await life.read(l1.bridge, bridgeAbi as Abi, 'locked', [token])).toBe(0n);
    expect(await life.read(l1.bridge, bridgeAbi as Abi, 'lockedUnits', [l1Items, 6n])).toBe(0n);

    // What logged nothing, by a stranger and by the chain's proposer: it can be disputed, so it counts alike.
    const bondOf = () => life.read(l1.rollup, rollupAbi as Abi, 'bondOf', [stranger]);
    const strange = await life.settle('stranger', STRANGER_KEY, { token: silent, holders: [HEIR, user], ids: [] });
    expect(strange).toMatchObject({ phase: 'done', counts: { paid: 2, pending: 0, claimable: 0 } });
    expect(await balanceOf(await life.twin(silent, ERC20))).toBe(3n);
    expect(await l1.sender.client.getCode({ address: await life.twin(silent, ERC20, stranger) })).toBeUndefined();
    expect(await bondOf()).toBe(0n);
    const request = { token: silentItems, holders: [HEIR], ids: [7n, 8n] };
    const own = await life.settle('own', PROPOSER_KEY, request);
    expect(own.entries.filter(({ token }) => token === getAddress(silentItems))).toMatchObject([
      { asset: 'collection', standard: 'erc1155', status: 'paid' },
      { asset: 'erc1155', to: HEIR, tokenId: 8n, amount: 2n, status: 'paid' },
    ]);
    expect(await unitsOf(await life.twin(silentItems, UNITS), 8n)).toBe(2n);
    // Settled is settled, and the settlement of the whole is what it was, whatever lies behind it.
    expect(
      (await life.settle('again', STRANGER_KEY, request)).entries.filter(
        ({ token }) => token === getAddress(silentItems),
      ),
    ).toHaveLength(2);
    const whole = await life.settle('whole', STRANGER_KEY);
    expect(whole.entries).toEqual(settled.entries);
  });

  it.each(['eth', 'erc20'] as const)('in mode %s pays out exactly what was locked', async (currencyMode) => {
    let currencyToken = zeroAddress as Address;
    life = await Life.begin({ beyondEscrow: true }, async (sender, factory): Promise<Partial<GenesisConfig>> => {
      if (currencyMode === 'eth') return { currencyMode };
      const data = encodeDeployData({ abi: demoErc20Abi, bytecode: demoErc20Bytecode, args: ['Gravel', 'GRV'] });
      currencyToken = (await sender.send({ to: null, data })).receipt.contractAddress!;
      for (const [functionName, args] of [
        ['mint', [sender.address, parseEther('1000')]],
        ['approve', [factory, parseEther('1000')]],
      ] as const) {
        await sender.send({ to: currencyToken, data: encodeFunctionData({ abi: demoErc20Abi, functionName, args }) });
      }
      return { currencyMode, currencyToken };
    });
    const { l1, user } = life;
    const amount = (account: Address): Promise<bigint> =>
      currencyMode === 'eth'
        ? l1.sender.client.getBalance({ address: account })
        : l1.sender.client.readContract({
            address: currencyToken,
            abi: erc20Abi,
            functionName: 'balanceOf',
            args: [account],
          });
    const locked = () => life.read(l1.bridge, bridgeAbi as Abi, 'locked', [currencyToken]);
    // 100 of the user and 10 of the faucet.
    expect(await locked()).toBe(parseEther('110'));
    if (currencyMode === 'eth') {
      await life.onL1(l1.bridge, bridgeAbi as Abi, 'depositEth', [HEIR], parseEther('5'));
    } else {
      await life.onL1(currencyToken, demoErc20Abi as Abi, 'approve', [l1.bridge, parseEther('5')]);
      await life.onL1(l1.bridge, bridgeAbi as Abi, 'depositErc20', [currencyToken, HEIR, parseEther('5')]);
    }
    await life.takenIn(1n);
    await user.send({ to: HEIR, value: parseEther('2') });
    const before = { user: await amount(user.address), owner: await amount(l1.config.owner) };
    const settled = await life.end();
    expect(settled).toMatchObject({ counts: { pending: 0, claimable: 0 }, unsettled: [] });
    expect(await amount(HEIR)).toBe(parseEther('7'));
    expect((await amount(user.address)) - before.user).toBe(parseEther('98'));
    // What the faucet still held is backed, and goes to the chain's owner; that account pays for gas on this L1.
    if (currencyMode === 'erc20') expect((await amount(l1.config.owner)) - before.owner).toBe(parseEther('10'));
    else
      expect(settled.entries).toContainEqual(
        expect.objectContaining({ to: l1.config.owner, amount: parseEther('10') }),
      );
    expect(await locked()).toBe(0n);
    expect(await amount(l1.bridge)).toBe(0n);
  });
});
