import { demoErc20Bytecode } from '@tephra/l1';
import type { Address, Hex } from '@tephra/protocol';
import {
  concat,
  encodeAbiParameters,
  encodeDeployData,
  encodeEventTopics,
  encodeFunctionData,
  numberToHex,
  parseAbi,
  zeroAddress,
} from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ActivityItem } from './activity.ts';
import { BURNER, LOGGER } from './testing/contracts.ts';
import { ADMIN_TOKEN, alice, bob, TestNode } from './testing/test-node.ts';

type Page = { items: ActivityItem[]; cursor: string | null };

const me = alice.address.toLowerCase() as Address;
const other = bob.address.toLowerCase() as Address;
const erc20 = parseAbi(['function mint(address to, uint256 amount)', 'function transfer(address to, uint256 amount)']);
const erc1155 = parseAbi([
  'event TransferBatch(address indexed operator, address indexed from, address indexed to, uint256[] ids, uint256[] values)',
]);

let node: TestNode;
let token: Address;
let logger: Address;
let burner: Address;

/** An address that nothing happened to yet. */
let fresh = 0;
const stranger = (): Address => numberToHex(0x5000_0000 + ++fresh, { size: 20 });

beforeAll(async () => {
  node = await TestNode.start();
  const bytecode = demoErc20Bytecode as Hex;
  const data = encodeDeployData({
    abi: parseAbi(['constructor(string, string)']),
    bytecode,
    args: ['Token', 'TKN'],
  });
  const hash = await node.send({ data, gas: 5_000_000n });
  await node.chain.seal();
  token = (await node.call<{ contractAddress: Hex }>('eth_getTransactionReceipt', hash)).contractAddress;
  logger = await node.deploy(LOGGER);
  burner = await node.deploy(BURNER);
});
afterAll(() => node.stop());

const activity = (address: Address, page?: object): Promise<Page> =>
  node.call<Page>('tephra_getAddressActivity', address, ...(page ? [page] : []));

/** All pages of `limit` items. */
async function all(address: Address, limit: number): Promise<ActivityItem[]> {
  const items: ActivityItem[] = [];
  let cursor: string | null = null;
  do {
    const page: Page = await activity(address, { limit, ...(cursor === null ? {} : { cursor }) });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== null);
  return items;
}

const mint = (to: Address, amount: bigint) =>
  node.send({ to: token, data: encodeFunctionData({ abi: erc20, functionName: 'mint', args: [to, amount] }) });

describe('tephra_getAddressActivity', () => {
  test('lists a transaction for both of its sides, and nothing before it is sealed', async () => {
    const to = stranger();
    const hash = await node.send({ to, value: 5n });
    expect(await activity(to)).toEqual({ items: [], cursor: null });
    const block = await node.chain.seal();
    const item = {
      kind: 'transaction',
      transactionHash: hash,
      blockNumber: numberToHex(block.header.number),
      timestamp: numberToHex(block.header.timestamp),
      transactionIndex: '0x0',
      logIndex: null,
      from: me,
      to,
      token: null,
      standard: 'native',
      amount: '0x5',
      tokenId: null,
      status: '0x1',
    };
    expect(await activity(to)).toEqual({ items: [item], cursor: null });
    expect((await activity(alice.address, { limit: 1 })).items).toEqual([item]);
    expect((await activity(to.toUpperCase().replace('0X', '0x') as Address)).items).toHaveLength(1);
  });

  test('lists token transfers with their log, newest first', async () => {
    const to = stranger();
    await node.send({ to: stranger() });
    const minted = await mint(to, 7n);
    const logs = (await node.chain.seal()).receipts.flatMap((receipt) => receipt.logs);
    expect(logs).toHaveLength(1);
    const [transfer] = (await activity(to)).items;
    expect(transfer).toMatchObject({
      kind: 'transfer',
      transactionHash: minted,
      transactionIndex: '0x1',
      logIndex: '0x0',
      from: zeroAddress,
      to,
      token,
      standard: 'erc20',
      amount: '0x7',
      tokenId: null,
      status: '0x1',
    });
    // The token itself was called; what it moved is its holders'.
    expect((await activity(token, { limit: 1 })).items[0]).toMatchObject({ kind: 'transaction', from: me, to: token });
    expect((await activity(zeroAddress)).items).toEqual([]);
  });

  test('lists creations for the contract, failures with their status, and faucet coins', async () => {
    const [created] = (await activity(burner)).items;
    expect(created).toMatchObject({ kind: 'transaction', from: me, to: null, status: '0x1' });
    await node.send({ to: burner, gas: 30_000n });
    await node.chain.seal();
    const [failed] = (await activity(burner)).items;
    expect(failed).toMatchObject({ kind: 'transaction', to: burner, status: '0x0' });
    const { error } = await node.ask('admin_drip', [stranger(), '0x1'], { authorization: `Bearer ${ADMIN_TOKEN}` });
    // This chain has no faucet contract: the coins do not move and nothing is listed.
    expect(error).toBeUndefined();
  });

  test('pages through everything without gap or repetition, also inside of a batch transfer', async () => {
    const to = stranger();
    const topics = encodeEventTopics({
      abi: erc1155,
      eventName: 'TransferBatch',
      args: { operator: me, from: other, to },
    }) as Hex[];
    const ids = Array.from({ length: 7 }, (_, i) => BigInt(i));
    const data = encodeAbiParameters([{ type: 'uint256[]' }, { type: 'uint256[]' }], [ids, ids.map((id) => id + 100n)]);
    await mint(to, 1n);
    await node.chain.seal();
    await node.send({ to: logger, data: concat([...topics, data]) });
    await mint(to, 2n);
    await node.send({ to, value: 3n });
    await node.chain.seal();

    const whole = await activity(to, { limit: 100 });
    expect(whole.cursor).toBeNull();
    expect(whole.items.map(({ standard, amount }) => `${standard} ${BigInt(amount!)}`)).toEqual([
      'native 3',
      'erc20 2',
      ...ids.map((id) => `erc1155 ${id + 100n}`),
      'erc20 1',
    ]);
    expect(whole.items.slice(2, 9).map(({ tokenId }) => BigInt(tokenId!))).toEqual(ids);
    for (const limit of [1, 2, 3, 4, 9, 10]) expect(await all(to, limit)).toEqual(whole.items);
  });

  test('goes on behind a cursor whose block was rolled back', async () => {
    const to = stranger();
    const { header } = await node.chain.seal();
    for (let value = 1n; value <= 3n; value++) {
      await node.send({ to, value });
      await node.chain.seal();
    }
    const { cursor } = await activity(to, { limit: 1 });
    await node.chain.rollback(header.number + 1n);
    expect((await activity(to, { cursor })).items.map(({ amount }) => amount)).toEqual(['0x1']);
  });

  test.each([
    [[], 'missing value for required argument 0'],
    [['0x12'], 'hex string has length 2, want 40'],
    [[alice.address, { limit: 101 }], 'limit'],
    [[alice.address, { limit: 0 }], 'limit'],
    [[alice.address, { limit: '0x5' }], 'limit'],
    [[alice.address, { cursor: 'x' }], 'not one that this method gave'],
    [[alice.address, { cursor: '1-2-3' }], 'not one that this method gave'],
    [[alice.address, { cursor: '1-2-3-99999999999' }], 'not one that this method gave'],
    [[alice.address, { cursor: '4294967296-2-3-0' }], 'not one that this method gave'],
    [[alice.address, 5], 'invalid argument 1'],
  ])('refuses %j', async (params, words) => {
    const { error } = await node.ask('tephra_getAddressActivity', params);
    expect(error?.code).toBe(-32602);
    expect(error?.message).toContain(words);
  });
});
