/**
 * Unmodified third-party clients against layers of a whole platform, over the public RPC URLs.
 * Tests run side by side, so each sends from an account of its own.
 */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { demoErc20Abi, demoErc20Bytecode, rollupAbi } from '@tephra/l1';
import { blockDigest } from '@tephra/protocol';
import {
  ContractFactory,
  FetchRequest,
  isError,
  JsonRpcProvider,
  NonceManager,
  parseEther,
  Wallet,
  WebSocketProvider,
} from 'ethers';
import {
  type BaseError,
  ContractFunctionRevertedError,
  createPublicClient,
  createWalletClient,
  defineChain,
  encodeDeployData,
  type Hex,
  hexToBigInt,
  http,
  keccak256,
  parseEventLogs,
  publicActions,
  recoverAddress,
  toHex,
  webSocket,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { E2ePlatform, type Layer } from './support/platform.ts';

let platform: E2ePlatform;
let gasless: Layer;
let withFees: Layer;

beforeAll(async () => {
  platform = await E2ePlatform.start();
  [gasless, withFees] = await Promise.all([
    platform.launch('free', { gasless: true }),
    platform.launch('fees', { gasless: false }),
  ]);
});
afterAll(() => platform?.[Symbol.asyncDispose]());

const nowhere = '0x000000000000000000000000000000000000dEaD';
const erc20 = { abi: demoErc20Abi, bytecode: demoErc20Bytecode, args: ['Ember', 'EMB'] } as const;

describe.concurrent.each(['gasless', 'with fees'])('viem on a layer %s', (kind) => {
  function clients(accountIndex: number) {
    const layer = kind === 'gasless' ? gasless : withFees;
    const chain = defineChain({
      id: layer.chainId,
      name: 'layer',
      nativeCurrency: { name: 'Test', symbol: 'TST', decimals: 18 },
      rpcUrls: { default: { http: [layer.rpc], webSocket: [layer.rpcWs] } },
    });
    const account = privateKeyToAccount(platform.ready.accounts[accountIndex]!.privateKey);
    const options = { chain, pollingInterval: 50, cacheTime: 0 };
    return {
      client: createWalletClient({ ...options, account, transport: http(undefined, { batch: true }) }).extend(
        publicActions,
      ),
      live: createPublicClient({ chain, transport: webSocket(layer.rpcWs) }),
    };
  }

  test('deploys, calls, sends, reads receipts, logs and proofs', async ({ expect }) => {
    const { client } = clients(0);
    const { contractAddress } = await client.waitForTransactionReceipt({ hash: await client.deployContract(erc20) });
    const token = { address: contractAddress!, abi: demoErc20Abi };
    const { account } = client;

    const { request } = await client.simulateContract({
      ...token,
      functionName: 'mint',
      args: [account.address, 100n],
      account,
    });
    await client.waitForTransactionReceipt({ hash: await client.writeContract(request) });
    const hash = await client.writeContract({ ...token, functionName: 'transfer', args: [nowhere, 30n] });
    const receipt = await client.waitForTransactionReceipt({ hash });
    expect(receipt.status).toBe('success');
    const [event] = parseEventLogs({ abi: demoErc20Abi, eventName: 'Transfer', logs: receipt.logs });
    expect(event?.args).toEqual({ from: account.address, to: nowhere, value: 30n });

    // A batch of calls over one request.
    const [name, symbol, balance] = await Promise.all([
      client.readContract({ ...token, functionName: 'name' }),
      client.readContract({ ...token, functionName: 'symbol' }),
      client.readContract({ ...token, functionName: 'balanceOf', args: [nowhere] }),
    ]);
    expect([name, symbol, balance]).toEqual(['Ember', 'EMB', 30n]);

    const logs = await client.getContractEvents({ ...token, eventName: 'Transfer', fromBlock: 0n });
    expect(logs.map((log) => log.args.value)).toEqual([100n, 30n]);
    const block = await client.getBlock({ blockNumber: receipt.blockNumber, includeTransactions: true });
    expect(block.transactions.map((transaction) => transaction.hash)).toContain(hash);
    expect(block.hash).toBe(receipt.blockHash);

    const proof = await client.getProof({
      address: token.address,
      storageKeys: [toHex(2, { size: 32 })],
      blockNumber: block.number,
    });
    expect(keccak256(proof.accountProof[0]!)).toBe(block.stateRoot);
    // Slot 2 of OpenZeppelin's ERC20 is the total supply.
    expect(proof.storageProof[0]?.value).toBe(100n);
    if (kind === 'with fees') expect(receipt.effectiveGasPrice).toBeGreaterThan(0n);
    else expect(receipt.effectiveGasPrice).toBe(0n);
  });

  test('decodes reverts', async ({ expect }) => {
    const { client } = clients(1);
    const { contractAddress } = await client.waitForTransactionReceipt({ hash: await client.deployContract(erc20) });
    const transfer = client.simulateContract({
      address: contractAddress!,
      abi: demoErc20Abi,
      functionName: 'transfer',
      args: [nowhere, 1n],
      account: client.account,
    });
    const error = await transfer.then(
      () => undefined,
      (reason: BaseError) => reason,
    );
    const revert = error?.walk((cause) => cause instanceof ContractFunctionRevertedError);
    expect(revert).toBeInstanceOf(ContractFunctionRevertedError);
    expect((revert as ContractFunctionRevertedError).data?.errorName).toBe('ERC20InsufficientBalance');
    await expect(client.sendTransaction({ to: nowhere, value: 10n ** 30n })).rejects.toThrow(
      /insufficient funds|exceeds the balance/,
    );
    await expect(client.getTransactionReceipt({ hash: keccak256('0x') })).rejects.toThrow('could not be found');
  });

  test('watches blocks and events over WebSocket', async ({ expect }) => {
    const { client, live } = clients(2);
    const { contractAddress } = await client.waitForTransactionReceipt({ hash: await client.deployContract(erc20) });
    const token = { address: contractAddress!, abi: demoErc20Abi };
    const blocks: bigint[] = [];
    const minted: (bigint | undefined)[] = [];
    const stops = [
      live.watchBlocks({ onBlock: (block) => blocks.push(block.number) }),
      live.watchContractEvent({
        ...token,
        eventName: 'Transfer',
        onLogs: (logs) => minted.push(...logs.map((log) => log.args.value)),
      }),
    ];
    await expect.poll(() => blocks.length, { timeout: 10_000 }).toBeGreaterThan(0);
    await client.writeContract({ ...token, functionName: 'mint', args: [nowhere, 7n] });
    await expect.poll(() => minted, { timeout: 10_000 }).toEqual([7n]);
    for (const stop of stops) stop();
    (await live.transport.getRpcClient()).close();
  });

  test('sends synchronously (EIP-7966)', async ({ expect }) => {
    const { client } = clients(3);
    const receipt = await client.sendTransactionSync({ to: nowhere, value: 1n });
    expect(receipt.status).toBe('success');
    expect(receipt.blockHash).toMatch(/^0x[0-9a-f]{64}$/);
  });
});

describe.concurrent.each(['gasless', 'with fees'])('ethers on a layer %s', (kind) => {
  const layer = () => (kind === 'gasless' ? gasless : withFees);
  function connect(accountIndex: number) {
    const provider = new JsonRpcProvider(new FetchRequest(layer().rpc), undefined, {
      pollingInterval: 50,
      cacheTimeout: -1,
    });
    return {
      provider,
      wallet: new NonceManager(new Wallet(platform.ready.accounts[accountIndex]!.privateKey, provider)),
    };
  }

  test('deploys, calls, sends, reads receipts and logs', async ({ expect }) => {
    const { provider, wallet } = connect(4);
    expect((await provider.getNetwork()).chainId).toBe(BigInt(layer().chainId));
    const factory = new ContractFactory(demoErc20Abi as never, demoErc20Bytecode, wallet);
    const token = await factory.deploy('Ember', 'EMB');
    await token.waitForDeployment();
    const me = await wallet.getAddress();
    const mint = await token.getFunction('mint')(me, 50n);
    const receipt = await mint.wait();
    expect(receipt.status).toBe(1);
    expect(await token.getFunction('balanceOf')(me)).toBe(50n);
    const events = await token.queryFilter(token.filters.Transfer!(), 0);
    expect(events).toHaveLength(1);
    const block = await provider.getBlock(receipt.blockNumber, true);
    expect(block?.prefetchedTransactions.map(({ hash }) => hash)).toContain(mint.hash);
    expect((await provider.getTransaction(mint.hash))?.blockHash).toBe(receipt.blockHash);
    expect((await provider.getBlock('pending'))?.number).toBeGreaterThan(receipt.blockNumber);
    const transfer = await wallet.sendTransaction({ to: nowhere, value: parseEther('1') });
    expect((await transfer.wait())?.status).toBe(1);
    const error = await token
      .getFunction('transfer')
      .staticCall(nowhere, 51n)
      .catch((reason: unknown) => reason);
    expect(isError(error, 'CALL_EXCEPTION') && error.revert?.name).toBe('ERC20InsufficientBalance');
    provider.destroy();
  });

  test('keeps the nonce errors apart', async ({ expect }) => {
    const { provider, wallet } = connect(5);
    await (await wallet.sendTransaction({ to: nowhere })).wait();
    const plain = new Wallet(platform.ready.accounts[5]!.privateKey, provider);
    const stale = await plain.sendTransaction({ to: nowhere, nonce: 0 }).catch((reason: unknown) => reason);
    expect(isError(stale, 'NONCE_EXPIRED')).toBe(true);
    const poor = new Wallet(`0x${'42'.repeat(32)}`, provider);
    const broke = await poor.sendTransaction({ to: nowhere, value: 1n }).catch((reason: unknown) => reason);
    expect(isError(broke, 'INSUFFICIENT_FUNDS')).toBe(true);
    provider.destroy();
  });

  test('listens over WebSocket', async ({ expect }) => {
    const provider = new WebSocketProvider(layer().rpcWs);
    const numbers: number[] = [];
    await provider.on('block', (number: number) => numbers.push(number));
    await expect.poll(() => numbers.length, { timeout: 10_000 }).toBeGreaterThan(1);
    await provider.destroy();
  });
});

describe.concurrent('cast', () => {
  const bin = createRequire(import.meta.url).resolve('@foundry-rs/cast/bin.mjs');
  const run = promisify(execFile);
  /** npm's wrapper of cast ends with 0 whatever happened, so a failure shows in what cast wrote to stderr. */
  async function output(command: string, args: string[]): Promise<{ stdout: string; stderr: string }> {
    return run(process.execPath, [bin, command, '--rpc-url', withFees.rpc, ...args]);
  }
  async function cast(command: string, ...args: string[]): Promise<string> {
    const { stdout, stderr } = await output(command, args);
    if (stderr.includes('Error:')) throw new Error(stderr);
    return stdout.trim();
  }
  const key = () => ['--private-key', platform.ready.accounts[6]!.privateKey];

  test('reads the chain', async ({ expect }) => {
    expect(await cast('chain-id')).toBe(String(withFees.chainId));
    expect(Number(await cast('block-number'))).toBeGreaterThan(0);
    expect(await cast('balance', platform.ready.accounts[7]!.address)).toBe(`${10n ** 21n}`);
    expect(await cast('client')).toMatch(/^tephra\/v/);
    expect(BigInt(await cast('gas-price'))).toBeGreaterThan(0n);
    const latest = JSON.parse(await cast('block', 'latest', '--json'));
    expect(latest.hash).toMatch(/^0x[0-9a-f]{64}$/);
    expect(JSON.parse(await cast('block', 'finalized', '--json')).number).toBeDefined();
    expect(JSON.parse(await cast('block', 'pending', '--json')).number).toBeDefined();
  });

  test('deploys, sends, calls and proves', async ({ expect }) => {
    const code = encodeDeployData(erc20);
    const deployed = JSON.parse(await cast('send', ...key(), '--json', '--create', code));
    expect(deployed.status).toBe('0x1');
    const token = deployed.contractAddress as Hex;
    const sent = JSON.parse(await cast('send', ...key(), '--json', token, 'mint(address,uint256)', nowhere, '9'));
    expect(sent.status).toBe('0x1');
    expect(hexToBigInt(sent.logs[0].data)).toBe(9n);
    expect(await cast('call', token, 'balanceOf(address)(uint256)', nowhere)).toBe('9');
    expect(Number(await cast('estimate', token, 'mint(address,uint256)', nowhere, '9'))).toBeGreaterThan(21_000);
    expect(JSON.parse(await cast('receipt', sent.transactionHash, '--json')).blockHash).toBe(sent.blockHash);
    expect(JSON.parse(await cast('tx', sent.transactionHash, '--json')).hash).toBe(sent.transactionHash);
    expect(JSON.parse(await cast('logs', '--from-block', '0', '--address', token, '--json'))).toHaveLength(1);
    expect(BigInt(await cast('storage', token, '2'))).toBe(9n);
    const proof = JSON.parse(await cast('proof', token, '2'));
    expect(BigInt(proof.storageProof[0].value)).toBe(9n);
    await expect(cast('call', token, 'transfer(address,uint256)', nowhere, '1')).rejects.toThrow(/execution reverted/);
    await cast('access-list', token, 'mint(address,uint256)', nowhere, '9');
  });

  test('calls what only this node has', async ({ expect }) => {
    const status = JSON.parse(await cast('rpc', 'tephra_status'));
    expect(status).toMatchObject({ mode: 'active', name: 'fees' });
    const finality = JSON.parse(await cast('rpc', 'tephra_getFinality', 'latest'));
    expect(finality.evidence[0].kind).toBe('producer-signature');
  });
});

describe.concurrent.each(['gasless', 'with fees'])('the faucet of a layer %s', (kind) => {
  test('gives an account that never held a coin', async ({ expect }) => {
    const layer = kind === 'gasless' ? gasless : withFees;
    const stranger = privateKeyToAccount(keccak256(toHex(`stranger of ${kind}`))).address;
    await platform.api('POST', `/v1/flashlayer/${layer.id}/faucet`, { address: stranger });
    const client = createPublicClient({ transport: http(layer.rpc) });
    await expect.poll(() => client.getBalance({ address: stranger }), { timeout: 10_000 }).toBeGreaterThan(0n);
  });
});

describe.concurrent('tiers', () => {
  type Answer = { tier: number; name: string; finalAt: Hex | null; evidence: Record<string, string>[] };

  test('a transaction climbs from the promise to the L1, with evidence that the L1 confirms', async ({ expect }) => {
    const layer = gasless;
    const account = privateKeyToAccount(platform.ready.accounts[8]!.privateKey);
    const live = createPublicClient({ transport: webSocket(layer.rpcWs) });
    const socket = await live.transport.getRpcClient();
    const ask = async <T>(method: string, ...params: unknown[]): Promise<T> =>
      (await socket.requestAsync({ body: { method, params } })).result as T;

    const raw = await account.signTransaction({
      chainId: layer.chainId,
      nonce: 0,
      gas: 21_000n,
      gasPrice: 0n,
      to: nowhere,
    });
    const seen: Answer[] = [];
    await ask('eth_sendRawTransaction', raw);
    await expect
      .poll(
        async () => {
          const now = await ask<Answer>('tephra_getFinality', keccak256(raw));
          if (now.tier !== seen.at(-1)?.tier) seen.push(now);
          return now.tier;
        },
        { timeout: 60_000, interval: 20 },
      )
      .toBe(3);
    // Tiers only rise; the first may be over before it is asked for.
    expect(seen.map(({ tier }) => tier).slice(-3)).toEqual([1, 2, 3]);
    const final = seen.at(-1)!;
    expect(final.evidence.map(({ kind }) => kind)).toEqual(['producer-signature', 'l1-inclusion', 'window-over']);

    const l1 = createPublicClient({ transport: http(platform.ready.l1Url) });
    const { l1TransactionHash, packHash, packIndex, windowEnd } = final.evidence[1]!;
    const receipt = await l1.getTransactionReceipt({ hash: l1TransactionHash as Hex });
    const [submitted] = parseEventLogs({ abi: rollupAbi, eventName: 'PackSubmitted', logs: receipt.logs });
    expect(submitted?.args).toMatchObject({ packHash, index: BigInt(packIndex!), windowEnd: BigInt(windowEnd!) });
    const contract = { address: submitted!.address, abi: rollupAbi };
    expect(await l1.readContract({ ...contract, functionName: 'isFinalised', args: [BigInt(packIndex!)] })).toBe(true);

    const { producer } = await ask<{ producer: Hex }>('tephra_status');
    const { blockHash, signature } = final.evidence[0]!;
    const number = BigInt((await ask<{ blockNumber: Hex }>('eth_getTransactionReceipt', keccak256(raw))).blockNumber);
    const digest = blockDigest({ chainId: BigInt(layer.chainId), number, hash: blockHash as Hex });
    expect((await recoverAddress({ hash: digest, signature: signature as Hex })).toLowerCase()).toBe(
      producer.toLowerCase(),
    );
    socket.close();
  });
});
