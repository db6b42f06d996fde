import type { Hex } from '@tephra/protocol';
import {
  concatHex,
  createWalletClient,
  defineChain,
  encodeAbiParameters,
  http,
  publicActions,
  size,
  toHex,
} from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TEST_CHAIN_ID, TEST_USERS } from '../producer/testing.ts';
import { COUNTER, deployCode } from './testing/contracts.ts';
import { RealNode } from './testing/real-node.ts';

/** EIP-7702 on a real node, through viem as it is. */
let node: RealNode;
let counter: Hex;
let clientOf: (index: number) => ReturnType<typeof makeClient>;

const makeClient = (url: string, index: number) =>
  createWalletClient({
    chain: defineChain({
      id: Number(TEST_CHAIN_ID),
      name: 'set code',
      nativeCurrency: { name: 'Test', symbol: 'TST', decimals: 18 },
      rpcUrls: { default: { http: [url] } },
    }),
    account: TEST_USERS[index]!,
    transport: http(),
    pollingInterval: 20,
  }).extend(publicActions);

beforeAll(async () => {
  node = await RealNode.start({ blockTimeMs: 100, genesis: { gasless: false, minBaseFee: 1n } });
  clientOf = (index) => makeClient(node.url, index);
  const deployer = clientOf(0);
  const hash = await deployer.sendTransaction({ data: deployCode(COUNTER) });
  counter = (await deployer.waitForTransactionReceipt({ hash })).contractAddress!;
});
afterAll(() => node[Symbol.asyncDispose]());

const count = (value: bigint): Hex => encodeAbiParameters([{ type: 'uint256' }], [value]);

describe('a transaction of type 4', () => {
  test('makes another account run a contract’s code, which then answers, sends and is traced', async () => {
    const [sponsor, owner] = [clientOf(1), clientOf(2)];
    const { address } = owner.account;
    const authorization = await owner.signAuthorization({ contractAddress: counter });
    const call = { to: address, authorizationList: [authorization] };
    // A call may try it first.
    expect((await sponsor.call(call)).data).toBeDefined();
    expect(await sponsor.getCode({ address })).toBeUndefined();
    const estimated = await sponsor.estimateGas({ ...call, account: sponsor.account });
    const hash = await sponsor.sendTransaction(call);
    const receipt = await sponsor.waitForTransactionReceipt({ hash });
    expect(receipt).toMatchObject({ status: 'success', type: 'eip7702' });
    expect(receipt.gasUsed).toBeLessThanOrEqual(estimated);
    expect(receipt.logs).toMatchObject([{ address: address.toLowerCase(), data: count(1n) }]);
    expect(await sponsor.getCode({ address })).toBe(`0xef0100${counter.slice(2).toLowerCase()}`);
    expect(await sponsor.getTransactionCount({ address })).toBe(1);

    const shown = await sponsor.getTransaction({ hash });
    expect(shown).toMatchObject({ type: 'eip7702', typeHex: '0x4' });
    const { r, s, yParity, nonce, chainId } = authorization;
    expect(shown.authorizationList).toEqual([
      { address: counter.toLowerCase(), chainId, nonce, r: expect.anything(), s: expect.anything(), yParity },
    ]);
    expect(BigInt(shown.authorizationList![0]!.r)).toBe(BigInt(r));
    expect(BigInt(shown.authorizationList![0]!.s)).toBe(BigInt(s));

    // The account's key still sends.
    const own = await owner.waitForTransactionReceipt({ hash: await owner.sendTransaction({ to: address }) });
    expect(own).toMatchObject({ status: 'success', logs: [{ data: count(2n) }] });

    const request = (method: string, params: unknown[]) =>
      sponsor.request({ method, params } as never) as Promise<object>;
    const prestate = await request('debug_traceTransaction', [hash, { tracer: 'prestateTracer' }]);
    expect(Object.keys(prestate)).toEqual(
      expect.arrayContaining([sponsor.account.address, address, counter].map((each) => each.toLowerCase())),
    );
    expect(prestate).toMatchObject({
      [address.toLowerCase()]: expect.not.objectContaining({ code: expect.anything() }),
    });
    expect(await request('debug_traceTransaction', [hash, { tracer: 'callTracer' }])).toMatchObject({
      to: address.toLowerCase(),
      type: 'CALL',
    });
  });

  test('can be sent by the account itself, and taken back', async () => {
    const owner = clientOf(3);
    const { address } = owner.account;
    const send = async (contractAddress: Hex) => {
      const authorization = await owner.signAuthorization({ contractAddress, executor: 'self' });
      const hash = await owner.sendTransaction({ to: address, authorizationList: [authorization] });
      return owner.waitForTransactionReceipt({ hash });
    };
    expect((await send(counter)).logs).toHaveLength(1);
    expect(await owner.getTransactionCount({ address })).toBe(2);
    expect((await send(`0x${'00'.repeat(20)}`)).logs).toHaveLength(0);
    expect(await owner.getCode({ address })).toBeUndefined();
  });

  test('lets what waits for the nonce of an authorization follow', async () => {
    const [sponsor, owner] = [clientOf(4), clientOf(5)];
    const authorization = await owner.signAuthorization({ contractAddress: counter });
    const waiting = await owner.sendTransaction({ to: counter, nonce: 1, gas: 100_000n });
    await sponsor.sendTransaction({ to: counter, authorizationList: [authorization] });
    expect(await owner.waitForTransactionReceipt({ hash: waiting })).toMatchObject({ status: 'success' });
  });

  test('is part of simulations, access lists and filled transactions', async () => {
    const owner = clientOf(6);
    const { address } = owner.account;
    const authorization = await owner.signAuthorization({ contractAddress: counter });
    const authorizationList = [
      {
        chainId: toHex(authorization.chainId),
        address: authorization.address,
        nonce: '0x0',
        yParity: toHex(authorization.yParity!),
        r: toHex(BigInt(authorization.r)),
        s: toHex(BigInt(authorization.s)),
      },
    ];
    const request = <T>(method: string, ...params: unknown[]) =>
      owner.request({ method, params } as never) as Promise<T>;
    const call = { from: TEST_USERS[7]!.address, to: address, authorizationList };
    const [block] = await request<{ calls: object[]; requestsHash: Hex }[]>('eth_simulateV1', {
      blockStateCalls: [{ calls: [call, { to: address }] }],
      returnFullTransactions: true,
    });
    expect(block).toMatchObject({
      calls: [{ status: '0x1', logs: [{ data: count(1n) }] }, { logs: [{ data: count(2n) }] }],
      transactions: [{ type: '0x4', authorizationList: [{ address: counter.toLowerCase() }] }, { type: '0x2' }],
    });
    const { accessList } = await request<{ accessList: { address: Hex }[] }>('eth_createAccessList', call);
    expect(accessList).toMatchObject([{ address: address.toLowerCase(), storageKeys: [count(0n)] }]);
    const { raw, tx } = await request<{ raw: Hex; tx: object }>('eth_fillTransaction', call);
    expect(raw).toMatch(/^0x04/);
    expect(tx).toMatchObject({ type: '0x4', authorizationList });
    const error = await request('eth_call', { ...call, to: undefined }, 'latest').catch((thrown: Error) => thrown);
    expect((error as Error).message).toContain('cannot be used to create contract');
  });

  test('is refused without authorizations, and below its floor of gas', async () => {
    const sender = clientOf(7);
    const fields = { chainId: Number(TEST_CHAIN_ID), nonce: 0, maxFeePerGas: 10n ** 10n, to: counter } as const;
    const refusal = async (serializedTransaction: Hex) =>
      ((await sender.sendRawTransaction({ serializedTransaction }).catch((error: Error) => error)) as Error).message;
    const empty = await sender.account.signTransaction({
      ...fields,
      type: 'eip7702',
      gas: 100_000n,
      authorizationList: [],
    });
    expect(await refusal(empty)).toContain('empty auth list');
    const data = concatHex([toHex(1n, { size: 4_000 })]);
    expect(size(data)).toBe(4_000);
    const cheap = await sender.account.signTransaction({ ...fields, type: 'eip1559', data, gas: 61_000n });
    expect(await refusal(cheap)).toContain('insufficient gas for floor data gas cost');
  });
});

test('blocks tell the hash of no requests, and the history contract keeps their parents', async () => {
  const reader = clientOf(0);
  const block = await reader.getBlock();
  const parent = await reader.getBlock({ blockNumber: block.number - 1n });
  expect(block).toHaveProperty('requestsHash', '0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  const { data } = await reader.call({
    to: '0x0000F90827F1C53a10cb7A02335B175320002935',
    data: count(parent.number),
    blockNumber: block.number,
  });
  expect(data).toBe(parent.hash);
});
