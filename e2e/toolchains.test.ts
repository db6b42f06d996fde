/**
 * Unmodified development tools against a layer with fees of a whole platform: Foundry's forge, Hardhat 3 and web3.js, and
 * what clients do under load: many sends at once, and connections that break. Each test sends from an account of its own.
 */
import { demoErc20Abi, demoErc20Bytecode } from '@tephra/l1';
import { JsonRpcProvider, NonceManager, Wallet } from 'ethers';
import {
  createPublicClient,
  createWalletClient,
  decodeErrorResult,
  defineChain,
  type Hex,
  http,
  nonceManager,
  publicActions,
  webSocket,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { Web3 } from 'web3';
import { E2ePlatform, type Layer } from './support/platform.ts';
import { CounterProject } from './support/project.ts';

let platform: E2ePlatform;
let layer: Layer;

beforeAll(async () => {
  platform = await E2ePlatform.start();
  layer = await platform.launch('tools', { gasless: false });
});
afterAll(() => platform?.[Symbol.asyncDispose]());

const nowhere = '0x000000000000000000000000000000000000dEaD';
const key = (index: number): Hex => platform.ready.accounts[index]!.privateKey;
const chain = () =>
  defineChain({
    id: layer.chainId,
    name: 'layer',
    nativeCurrency: { name: 'Test', symbol: 'TST', decimals: 18 },
    rpcUrls: { default: { http: [layer.rpc], webSocket: [layer.rpcWs] } },
  });
const reader = () => createPublicClient({ chain: chain(), transport: http() });

const counterAbi = [
  {
    type: 'function',
    name: 'number',
    stateMutability: 'view',
    inputs: [],
    outputs: [{ type: 'uint256', name: '' }],
  },
] as const;
const numberOf = (address: unknown): Promise<bigint> =>
  reader().readContract({ address: address as Hex, abi: counterAbi, functionName: 'number' });

/** Compilers take their time on a busy machine. */
const COMPILES = { timeout: 180_000 };

describe.concurrent('forge', COMPILES, () => {
  test('creates a contract', async ({ expect }) => {
    await using project = await CounterProject.create({ rpc: layer.rpc, key: key(0) });
    const [created] = await project.forge('create', 'contracts/Counter.sol:Counter', '--constructor-args', '3');
    expect(created?.deployer).toBe(platform.ready.accounts[0]!.address);
    expect(await numberOf(created?.deployedTo)).toBe(3n);
  });

  test('broadcasts a script and waits for its receipts', async ({ expect }) => {
    await using project = await CounterProject.create({ rpc: layer.rpc, key: key(1) });
    const lines = await project.forge('script', 'script/Deploy.s.sol');
    const receipts = lines.filter((line) => line.tx_hash !== undefined);
    expect(receipts.map(({ status }) => status)).toEqual(['success', 'success']);
    expect(await numberOf(receipts.find((line) => line.contract_address)?.contract_address)).toBe(9n);
  });

  test('tells why a contract refuses', async ({ expect }) => {
    await using project = await CounterProject.create({ rpc: layer.rpc, key: `0x${'77'.repeat(32)}` });
    await expect(project.forge('create', 'contracts/Counter.sol:Counter', '--constructor-args', '3')).rejects.toThrow(
      /insufficient funds/i,
    );
  });
});

describe.concurrent('hardhat', COMPILES, () => {
  test('compiles, deploys, calls, reads events and decodes errors', async ({ expect }) => {
    await using project = await CounterProject.create({ rpc: layer.rpc, key: key(2) });
    const { customError, reason, ...seen } = await project.hardhat('scripts/use.js');
    expect(seen).toEqual({ chainId: layer.chainId, status: 'success', number: '7', values: ['7'] });
    expect(customError).toMatch(/TooLarge\(uint256 most\)\s+\(100\)/);
    expect(reason).toContain('unlucky');
  });
});

describe.concurrent('web3.js', () => {
  test('deploys, sends, calls, estimates, reads past events and reasons', async ({ expect }) => {
    const web3 = new Web3(layer.rpc);
    const { address } = web3.eth.accounts.wallet.add(key(3))[0]!;
    expect(await web3.eth.getChainId()).toBe(BigInt(layer.chainId));
    const factory = new web3.eth.Contract(demoErc20Abi);
    const deployment = factory.deploy({ data: demoErc20Bytecode, arguments: ['Ember', 'EMB'] as never });
    const token = await deployment.send({ from: address });
    const minted = await token.methods.mint!(address, 40).send({ from: address });
    expect(minted.status).toBe(1n);
    expect(await token.methods.balanceOf!(address).call()).toBe(40n);
    expect(await token.methods.transfer!(nowhere, 1).estimateGas({ from: address })).toBeGreaterThan(21_000n);
    const events = await token.getPastEvents('Transfer' as never, { fromBlock: 0 });
    expect(events.map((event) => typeof event === 'object' && event.returnValues.value)).toEqual([40n]);
    const refused = token.methods.transfer!(nowhere, 41);
    const attempts: (() => Promise<unknown>)[] = [
      () => refused.call({ from: address }),
      () => refused.estimateGas({ from: address }),
      async () => refused.send({ from: address }),
    ];
    for (const attempt of attempts) {
      const error: unknown = await attempt().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(Error);
      const { cause } = error as { cause: { message: string; data: Hex } };
      expect(cause.message).toBe('execution reverted');
      // Not every method of web3.js decodes it, but all have it.
      expect(decodeErrorResult({ abi: demoErc20Abi, data: cause.data }).errorName).toBe('ERC20InsufficientBalance');
    }
    const balance = await web3.eth.getBalance(address);
    const sent = await web3.eth.sendTransaction({ from: address, to: nowhere, value: 5n });
    expect(sent.status).toBe(1n);
    expect(await web3.eth.getBalance(address)).toBeLessThan(balance - 5n);
    const block = await web3.eth.getBlock(sent.blockNumber, true);
    expect(block.hash).toBe(sent.blockHash);
  });

  test('subscribes to heads and logs', async ({ expect }) => {
    const web3 = new Web3(layer.rpcWs);
    const { address } = web3.eth.accounts.wallet.add(key(4))[0]!;
    const heads: bigint[] = [];
    const subscription = await web3.eth.subscribe('newHeads');
    subscription.on('data', ({ number }) => {
      heads.push(BigInt(number!));
    });
    const token = await new web3.eth.Contract(demoErc20Abi)
      .deploy({ data: demoErc20Bytecode, arguments: ['Ember', 'EMB'] as never })
      .send({ from: address });
    const values: unknown[] = [];
    token.events.Transfer!({}).on('data', (event) => {
      values.push(event.returnValues.value);
    });
    await expect.poll(() => heads.length, { timeout: 10_000 }).toBeGreaterThan(0);
    await token.methods.mint!(nowhere, 6).send({ from: address });
    await expect.poll(() => values, { timeout: 10_000 }).toEqual([6n]);
    await subscription.unsubscribe();
    web3.provider?.disconnect();
  });
});

describe.concurrent('many sends at once', () => {
  const COUNT = 40;

  test('keep their order with the nonce manager of viem', async ({ expect }) => {
    const account = privateKeyToAccount(key(5), { nonceManager });
    const options = { chain: chain(), account, pollingInterval: 50, transport: http(undefined, { batch: true }) };
    const client = createWalletClient(options).extend(publicActions);
    const hashes = await Promise.all(
      Array.from({ length: COUNT }, () => client.sendTransaction({ to: nowhere, value: 1n })),
    );
    const receipts = await Promise.all(hashes.map((hash) => client.waitForTransactionReceipt({ hash })));
    expect(receipts.every(({ status }) => status === 'success')).toBe(true);
    expect(new Set(hashes).size).toBe(COUNT);
    expect(await client.getTransactionCount({ address: account.address })).toBe(COUNT);
  });

  test('keep their order with the nonce manager of ethers', async ({ expect }) => {
    const provider = new JsonRpcProvider(layer.rpc, undefined, { pollingInterval: 50, cacheTimeout: -1 });
    const wallet = new NonceManager(new Wallet(key(6), provider));
    const sent = await Promise.all(
      Array.from({ length: COUNT }, () => wallet.sendTransaction({ to: nowhere, value: 1n })),
    );
    const receipts = await Promise.all(sent.map((transaction) => transaction.wait()));
    expect(receipts.every((receipt) => receipt?.status === 1)).toBe(true);
    expect(await provider.getTransactionCount(await wallet.getAddress())).toBe(COUNT);
    provider.destroy();
  });

  test('reach the chain in the right order when they come in the wrong one', async ({ expect }) => {
    const account = privateKeyToAccount(key(7));
    const client = createWalletClient({ chain: chain(), account, transport: http() }).extend(publicActions);
    const hashes: Hex[] = [];
    for (const nonce of [3, 1, 2, 0]) hashes.push(await client.sendTransaction({ to: nowhere, gas: 21_000n, nonce }));
    const receipts = await Promise.all(hashes.map((hash) => client.waitForTransactionReceipt({ hash })));
    expect(receipts.every(({ status }) => status === 'success')).toBe(true);
  });
});

test('a client whose connection breaks subscribes again and goes on', async ({ expect }) => {
  const live = createPublicClient({
    chain: chain(),
    transport: webSocket(layer.rpcWs, { reconnect: { delay: 50, attempts: 20 } }),
  });
  const numbers: bigint[] = [];
  const stop = live.watchBlockNumber({ onBlockNumber: (number) => numbers.push(number) });
  await expect.poll(() => numbers.length, { timeout: 10_000 }).toBeGreaterThan(0);
  const { socket } = await live.transport.getRpcClient();
  socket.close();
  const before = numbers.length;
  await expect.poll(() => numbers.length, { timeout: 15_000 }).toBeGreaterThan(before + 1);
  expect(numbers).toEqual([...numbers].sort((a, b) => Number(a - b)));
  stop();
  (await live.transport.getRpcClient()).close();
});
