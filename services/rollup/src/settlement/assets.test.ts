import { demoNftAbi, demoNftBytecode, settlerAbi } from '@tephra/l1';
import type { OutboxMessage } from '@tephra/protocol';
import { type Address, encodeDeployData, getAddress, type Hex, parseEventLogs, zeroAddress, zeroHash } from 'viem';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TEST_USERS } from '../producer/testing.ts';
import { planSettlement } from './plan.ts';
import { planAddendum } from './planAddendum.ts';
import { TestLayer } from './testing/layer.ts';
import { writeAddendum, writeSettlement } from './writeSettlement.ts';

const [alice, bob, carol, dave] = TEST_USERS as [Users, Users, Users, Users];
type Users = (typeof TEST_USERS)[0];
/** Owns the layer and nothing on it. */
const OWNER: Address = getAddress(`0x${'ed'.repeat(20)}`);
const L1_COIN: Address = getAddress(`0x${'c0'.repeat(20)}`);
const L1_NFT: Address = getAddress(`0x${'af'.repeat(20)}`);
const L1_ITEMS: Address = getAddress(`0x${'15'.repeat(20)}`);
const HOSTILE_KINDS = 7;
const INTERFACES: Record<'erc20' | 'erc721' | 'erc1155', Hex> = {
  erc20: '0x36372b07',
  erc721: '0x80ac58cd',
  erc1155: '0xd9b67a26',
};

let layer: TestLayer;
beforeEach(async () => {
  layer = await TestLayer.create({ owner: OWNER });
});
afterEach(() => layer?.[Symbol.asyncDispose]());

type Of<Kind extends OutboxMessage['kind']> = Extract<OutboxMessage, { kind: Kind }>;
function written<Kind extends OutboxMessage['kind']>(kind: Kind): Of<Kind>[] {
  return layer.messages().flatMap(({ message }) => (message.kind === kind ? [message as Of<Kind>] : []));
}

/** Sum of amounts by recipient. */
function sums(messages: { to: Address; amount: bigint }[]): Record<Address, bigint> {
  const byRecipient: Record<Address, bigint> = {};
  for (const { to, amount } of messages) byRecipient[to] = (byRecipient[to] ?? 0n) + amount;
  return byRecipient;
}

async function settle() {
  await layer.close();
  const { chain, engine, producer } = layer.node;
  const { plan, accounts } = await planSettlement(chain, engine);
  const result = await writeSettlement(plan, { chain, accounts, sink: producer, onProgress: () => {} });
  while (chain.sealedMode() !== 'settled') await layer.node.events.next('sealed');
  return { plan, ...result };
}

/** One contract of each class of rule, and who stands behind it. */
async function contracts() {
  const made = await layer.invoke(carol, await layer.deploy('BoxFactory'), layer.contracts.BoxFactory!.abi, 'make', []);
  const [{ args }] = parseEventLogs({
    abi: layer.contracts.BoxFactory!.abi,
    logs: made.logs as never[],
  }) as unknown as [{ args: { box: Address } }];
  const pool = await layer.deploy('Pool', [], dave);
  await layer.call(alice, pool, 'Pool', 'mint', [alice.address, 3n]);
  await layer.call(alice, pool, 'Pool', 'mint', [bob.address, 1n]);
  return {
    splitter: await layer.deploy(
      'Splitter',
      [
        [carol.address, dave.address],
        [1n, 2n],
      ],
      bob,
    ),
    pool,
    owned: await layer.deploy('OwnedBox', [bob.address], dave),
    orphan: await layer.deploy('Box', [], dave),
    child: args.box,
  };
}

describe('what contracts hold', () => {
  it('goes to who stands behind them: named, in shares, owner, creator', async () => {
    const { splitter, pool, owned, orphan, child } = await contracts();
    const coin = await layer.deploy('Coin', ['Chip', 'CHIP', 6, false], alice);
    const items = await layer.deploy('Items', [false], bob);
    await layer.call(bob, items, 'Items', 'setUri', [8n, 'ipfs://eight']);
    await layer.call(bob, items, 'Items', 'mintBatch', [alice.address, [8n, 3n], [5n, 6n]]);
    const nft = await layer.send(
      alice,
      null,
      encodeDeployData({
        abi: demoNftAbi,
        bytecode: demoNftBytecode,
        args: ['Rock', 'ROCK', 'ipfs://rock/', zeroHash, 500n],
      }),
    );
    const collection = nft.contractAddress!;
    for (const [holder, amount] of [
      [splitter, 10n],
      [pool, 40n],
      [owned, 5n],
      [orphan, 7n],
      [child, 9n],
      [alice.address, 100n],
    ] as const) {
      await layer.call(alice, coin, 'Coin', 'mint', [holder, amount]);
      await layer.call(bob, items, 'Items', 'mint', [holder, 8n, amount]);
      await layer.invoke(alice, collection, demoNftAbi, 'mintTo', [holder]);
      if (holder !== alice.address) await layer.send(alice, holder, '0x', amount * 1_000n);
    }
    // All of it went through carol's hands: she is a candidate with nothing.
    await layer.call(alice, coin, 'Coin', 'mint', [carol.address, 11n]);
    await layer.call(carol, coin, 'Coin', 'transfer', [alice.address, 11n]);

    const { unsettled } = await settle();
    expect(unsettled).toEqual([]);
    // 10: 4 and 6; 40: 30 and 10; 5 to bob; 7 to dave; 9 to carol, who made the factory make it.
    const shares = { [alice.address]: 141n, [bob.address]: 15n, [carol.address]: 13n, [dave.address]: 13n };
    expect(sums(written('mintErc20').filter(({ l2Token }) => l2Token === getAddress(coin)))).toEqual(shares);
    expect(sums(written('mintErc20').filter(({ l2Token }) => l2Token === getAddress(pool)))).toEqual({
      [alice.address]: 3n,
      [bob.address]: 1n,
    });
    expect(written('erc20Metadata')).toContainEqual({
      kind: 'erc20Metadata',
      l2Token: getAddress(coin),
      name: 'Chip',
      symbol: 'CHIP',
      decimals: 6,
      owner: alice.address,
    });
    const units = written('mintErc1155');
    expect(sums(units.filter(({ tokenId }) => tokenId === 8n))).toEqual({ ...shares, [alice.address]: 135n });
    expect(sums(units.filter(({ tokenId }) => tokenId === 3n))).toEqual({ [alice.address]: 6n });
    expect(units.find(({ tokenId }) => tokenId === 8n)!.uri).toBe('ipfs://eight');
    expect(written('collection1155')).toMatchObject([
      { name: 'Items', symbol: 'ITM', owner: bob.address, royaltyBps: 500, uri: 'ipfs://items/{id}.json' },
    ]);
    // An NFT cannot be shared: the first that is named, else owner or creator, also of a pool.
    expect(written('mintErc721').map(({ tokenId, to }) => [tokenId, to])).toEqual([
      [1n, carol.address],
      [2n, dave.address],
      [3n, bob.address],
      [4n, dave.address],
      [5n, carol.address],
      [6n, alice.address],
    ]);
    const native = sums(written('mintNative'));
    const given = 71_000n;
    const start = 10n ** 21n;
    expect(native).toMatchObject({
      [alice.address]: start - given + 30_000n,
      [bob.address]: start + 15_000n,
      [carol.address]: start + 3_334n + 9_000n,
      [dave.address]: start + 6_666n + 7_000n,
    });
    expect(Object.values(native).reduce((sum, amount) => sum + amount, 0n)).toBe(start * BigInt(TEST_USERS.length));
  });
});

describe('hostile tokens', () => {
  it('hurt nobody but themselves, whatever they do when they are asked', { timeout: 60_000 }, async () => {
    const holders = TEST_USERS.map(({ address }) => address);
    const hostile: Address[] = [];
    for (const interfaceId of Object.values(INTERFACES)) {
      for (let kind = 0; kind < HOSTILE_KINDS; kind++) {
        hostile.push(await layer.deploy('Hostile', [kind, interfaceId, holders], dave));
      }
    }
    const maker = await layer.deploy('MortalMaker');
    await layer.call(alice, maker, 'MortalMaker', 'make', [bob.address]);
    const rebasing = await layer.deploy('Rebasing', [[alice.address, bob.address]]);
    const coin = await layer.deploy('Coin', ['Chip', 'CHIP', 6, false]);
    await layer.call(alice, coin, 'Coin', 'mint', [carol.address, 12n]);

    const { unsettled, plan } = await settle();
    const isHostile = ({ l2Token }: { l2Token: Address }) => hostile.some((token) => getAddress(token) === l2Token);
    const coins = written('mintErc20').filter((message) => !isHostile(message));
    expect(coins.filter(({ l2Token }) => l2Token === getAddress(coin))).toMatchObject([
      { to: carol.address, amount: 12n },
    ]);
    // Taken at its word: the balances are what they are now.
    expect(sums(coins.filter(({ l2Token }) => l2Token === getAddress(rebasing)))).toEqual({
      [alice.address]: 1_000n,
      [bob.address]: 2_000n,
    });
    expect(plan.appeared.length).toBe(hostile.length + 3);
    // Those that answer nothing are named; what gives an answer is taken at its word, on its own twin.
    const named = new Set(unsettled.map(({ token }) => getAddress(token)));
    const minted = new Set(layer.messages().flatMap(({ message }) => ('l2Token' in message ? [message.l2Token] : [])));
    const standards = Object.keys(INTERFACES);
    const unheard = hostile.flatMap((token, i) =>
      named.has(getAddress(token)) || minted.has(getAddress(token))
        ? []
        : [`${standards[Math.floor(i / HOSTILE_KINDS)]} of kind ${i % HOSTILE_KINDS}`],
    );
    // A collection that names no owner of any token is one whose tokens are all burnt.
    expect(unheard).toEqual([0, 1, 3, 4].map((kind) => `erc721 of kind ${kind}`));
    for (const { reason } of unsettled) expect(reason).toBe('refused');
    // No token got more than a supply can be.
    const totals = new Map<Address, bigint>();
    for (const { l2Token, amount } of written('mintErc20')) totals.set(l2Token, (totals.get(l2Token) ?? 0n) + amount);
    expect(sums(written('mintNative'))[alice.address]).toBe(10n ** 21n);
    const [finish] = parseEventLogs({
      abi: settlerAbi,
      eventName: 'Settled',
      logs: layer.node.chain
        .blockByNumber(layer.node.chain.head().number)!
        .receipts.flatMap(({ logs }) => logs) as never[],
    });
    expect(finish!.args.outboxCount).toBe(BigInt(layer.messages().length));
  });
});

describe('assets of the L1', () => {
  it('go back to it, whoever holds them on the layer', async () => {
    const { pool } = await contracts();
    await layer.deliver('depositErc20', 'address, address, uint256, string, string, uint8', [
      ...[L1_COIN, pool, 80n, 'Coin', 'COIN', 18],
    ]);
    await layer.deliver('depositErc721', 'address, address, uint256, string, string, string', [
      ...[L1_NFT, bob.address, 5n, 'Nft', 'NFT', 'ipfs://5'],
    ]);
    await layer.deliver('depositErc1155', 'address, address, uint256, uint256, string', [
      ...[L1_ITEMS, carol.address, 9n, 4n, 'ipfs://9'],
    ]);
    await layer.deliver('depositErc1155', 'address, address, uint256, uint256, string', [
      ...[L1_ITEMS, dave.address, 2n, 1n, 'ipfs://2'],
    ]);
    await layer.deliver('depositEth', 'address, uint256', [carol.address, 7n]);
    await settle();
    expect(sums(written('releaseErc20').filter(({ l1Token }) => l1Token === L1_COIN))).toEqual({
      [alice.address]: 60n,
      [bob.address]: 20n,
    });
    expect(written('releaseErc20').filter(({ l1Token }) => l1Token === zeroAddress)).toMatchObject([
      { to: carol.address, amount: 7n },
    ]);
    expect(written('releaseErc721')).toMatchObject([{ l1Token: L1_NFT, to: bob.address, tokenId: 5n }]);
    expect(written('releaseErc1155')).toMatchObject([
      { l1Token: L1_ITEMS, to: dave.address, tokenId: 2n, amount: 1n },
      { l1Token: L1_ITEMS, to: carol.address, tokenId: 9n, amount: 4n },
    ]);
  });
});

describe('addenda', () => {
  it('settle tokens that logged nothing, or too much, once', async () => {
    const silent = await layer.deploy('Coin', ['Hush', 'HUSH', 18, true], alice);
    await layer.call(alice, silent, 'Coin', 'mint', [bob.address, 5n]);
    const items = await layer.deploy('Items', [true], alice);
    await layer.call(alice, items, 'Items', 'mint', [carol.address, 4n, 2n]);
    const nft = await layer.deploy('SilentNft', [], alice);
    await layer.call(alice, nft, 'SilentNft', 'mint', [dave.address, 77n]);
    const bulk = await layer.deploy('BulkNft', [bob.address], alice);

    const { unsettled } = await settle();
    expect(unsettled).toEqual([{ token: bulk.toLowerCase(), standard: 'erc721', reason: 'over-quota', items: null }]);
    const before = layer.messages().length;
    const head = layer.node.chain.head().number;
    const users = TEST_USERS.map(({ address }) => address);
    const requests = [
      { token: silent, holders: users, ids: [] },
      { token: items, holders: users, ids: [3n, 4n] },
      { token: nft, holders: [], ids: [76n, 77n] },
      { token: bulk, holders: [], ids: [999_999n, 0n] },
    ];
    const { chain, engine, producer } = layer.node;
    const add = async () => {
      for (const request of requests) {
        const { plan, accounts } = await planAddendum(request, chain, engine);
        await writeAddendum(plan, { chain, accounts, sink: producer, onProgress: () => {} });
        while (chain.open() !== null) await layer.node.events.next('sealed');
      }
    };
    await add();
    expect(chain.sealedMode()).toBe('settled');
    expect(chain.head().number).toBeGreaterThan(head);
    expect(
      layer
        .messages()
        .slice(before)
        .map(({ message }) => message),
    ).toMatchObject([
      { kind: 'erc20Metadata', name: 'Hush' },
      { kind: 'mintErc20', to: bob.address, amount: 5n },
      { kind: 'collection1155' },
      { kind: 'mintErc1155', to: carol.address, tokenId: 4n, amount: 2n },
      { kind: 'collection', name: 'Silent' },
      { kind: 'mintErc721', to: dave.address, tokenId: 77n, uri: 'ipfs://silent' },
      { kind: 'collection', name: 'Bulk' },
      { kind: 'mintErc721', to: bob.address, tokenId: 0n },
      { kind: 'mintErc721', to: bob.address, tokenId: 999_999n },
    ]);
    // What is settled is settled: nothing is left to add, not even a description.
    const after = chain.head().number;
    await add();
    expect(chain.head().number).toBe(after);
  });
});
