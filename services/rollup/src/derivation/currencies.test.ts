import {
  bridgeAbi,
  demoErc20Abi,
  demoErc20Bytecode,
  demoErc1155Abi,
  demoErc1155Bytecode,
  l2BridgeAbi,
  outboxAbi,
  type TransactionSender,
} from '@tephra/l1';
import {
  type Address,
  decodeOutboxMessage,
  type GenesisConfig,
  genesisSupply,
  type Hex,
  NATIVE_RESERVE,
  type OutboxMessage,
  PREDEPLOYS,
  PROTOCOL_GAS_LIMITS,
  TOKEN_STANDARDS,
} from '@tephra/protocol';
import {
  type Abi,
  encodeDeployData,
  encodeFunctionData,
  getAddress,
  parseEther,
  parseEventLogs,
  zeroAddress,
} from 'viem';
import { afterEach, describe, expect, test } from 'vitest';
import type { StoredReceipt } from '../chain.ts';
import { L1TestChain } from '../testing/l1-chain.ts';
import { readRollup } from './readRollup.ts';
import { rebuild } from './rebuild.ts';

/** Chains whose coin is an L1 asset, and units of ERC-1155, through the real contracts of both sides. */
let chain: L1TestChain;
const RECIPIENT: Address = '0x00000000000000000000000000000000000A11cE';

afterEach(async () => {
  await chain?.[Symbol.asyncDispose]();
});

async function call(sender: TransactionSender, to: Hex, abi: Abi, functionName: string, args: unknown[], value = 0n) {
  await sender.send({ to, data: encodeFunctionData({ abi, functionName, args }), value });
}

async function deploy(sender: TransactionSender, data: Hex): Promise<Address> {
  const { receipt } = await sender.send({ to: null, data });
  return getAddress(receipt.contractAddress!);
}

function deployCoin(sender: TransactionSender): Promise<Address> {
  return deploy(sender, encodeDeployData({ abi: demoErc20Abi, bytecode: demoErc20Bytecode, args: ['Coin', 'CN'] }));
}

/** Calls the layer's bridge as the user, and returns what the outbox says of it. */
async function withdraw(functionName: string, args: unknown[], value = 0n): Promise<OutboxMessage> {
  const data = encodeFunctionData({ abi: l2BridgeAbi as Abi, functionName, args });
  const raw = await chain.transaction({ to: PREDEPLOYS.l2Bridge, value, data, gas: 500_000n });
  const { receipts } = await chain.seal([raw]);
  expect(receipts.map(({ status }) => status)).toEqual(['success']);
  const logs = receipts[0]!.logs.map((log) => ({ ...log, topics: log.topics as [Hex, ...Hex[]] }));
  const [appended] = parseEventLogs({ abi: outboxAbi, eventName: 'MessageAppended', logs: logs as never });
  return decodeOutboxMessage(appended!.args.kind, appended!.args.payload);
}

/** Carries out what waits in the inbox, each within its gas limit with a tenth to spare. */
async function arrive(...kinds: (keyof typeof PROTOCOL_GAS_LIMITS)[]): Promise<StoredReceipt[]> {
  const { receipts } = await chain.seal([], { advance: true });
  expect(receipts.map(({ status }) => status)).toEqual(['success', ...kinds.map(() => 'success')]);
  for (const [i, kind] of kinds.entries()) {
    expect(receipts[i + 1]!.gasUsed * 11n, kind).toBeLessThan(PROTOCOL_GAS_LIMITS[kind] * 10n);
  }
  return receipts;
}

describe('a currency of the L1', () => {
  test('may be ETH: deposits arrive as coin, withdrawals release it', async () => {
    chain = await L1TestChain.create(undefined, async () => ({ currencyMode: 'eth' }));
    const { client } = chain.sender;
    expect((await readRollup(client, chain.rollup)).config.currencyMode).toBe('eth');
    const locked = () =>
      client.readContract({ address: chain.bridge, abi: bridgeAbi, functionName: 'locked', args: [zeroAddress] });
    expect(await locked()).toBe(genesisSupply(chain.config));
    await call(chain.sender, chain.bridge, bridgeAbi, 'depositEth', [RECIPIENT], parseEther('2'));
    await arrive('depositEth');
    expect(await chain.balanceOf(RECIPIENT)).toBe(parseEther('2'));
    expect(await chain.balanceOf(PREDEPLOYS.l2Bridge)).toBe(NATIVE_RESERVE - parseEther('2'));
    expect(await locked()).toBe(genesisSupply(chain.config) + parseEther('2'));
    const to = chain.user.address;
    expect(await withdraw('withdrawNative', [to], 5n)).toEqual({
      kind: 'releaseErc20',
      l1Token: zeroAddress,
      to,
      amount: 5n,
    });
    // By the other engine, from the L1 alone.
    const head = chain.chain.head();
    await chain.postPack(head.number);
    const rebuilt = await rebuild(
      { l1RpcUrl: chain.anvil.rpcUrl, rollup: chain.rollup, dataDir: chain.folder('copy') },
      { logger: chain.logger },
    );
    expect(rebuilt.head).toMatchObject({ number: head.number, hash: head.hash });
  });

  test('may be a token: then ETH is bridged like any other', async () => {
    chain = await L1TestChain.create(undefined, async (sender, factory) => {
      const coin = await deployCoin(sender);
      await call(sender, coin, demoErc20Abi, 'mint', [sender.address, parseEther('5000')]);
      await call(sender, coin, demoErc20Abi, 'approve', [factory, parseEther('5000')]);
      return { currencyMode: 'erc20', currencyToken: coin };
    });
    const coin = chain.config.currencyToken;
    expect((await readRollup(chain.sender.client, chain.rollup)).config.currencyToken).toBe(coin);
    await call(chain.sender, coin, demoErc20Abi, 'approve', [chain.bridge, 7n]);
    await call(chain.sender, chain.bridge, bridgeAbi, 'depositErc20', [coin, RECIPIENT, 7n]);
    await call(chain.sender, chain.bridge, bridgeAbi, 'depositEth', [RECIPIENT], 9n);
    await arrive('depositErc20', 'depositEth');
    expect(await chain.balanceOf(RECIPIENT)).toBe(7n);
    expect(await withdraw('withdrawNative', [RECIPIENT], 3n)).toMatchObject({ l1Token: coin, amount: 3n });
  });

  test('that backs less than block 0 promises is no currency', async () => {
    const unbacked: Partial<GenesisConfig> = { currencyMode: 'eth' };
    chain = await L1TestChain.create(undefined, async () => unbacked, { lockedFunds: 1n });
    await expect(readRollup(chain.sender.client, chain.rollup)).rejects.toMatchObject({
      code: 'CURRENCY_UNBACKED',
      details: { lockedFunds: 1n, supply: genesisSupply(chain.config) },
    });
  });
});

test('units of an ERC-1155 and registered tokens fit their gas limits with the longest metadata', async () => {
  chain = await L1TestChain.create();
  const { sender, bridge } = chain;
  const longest = 'n'.repeat(96);
  const items = await deploy(
    sender,
    encodeDeployData({
      abi: demoErc1155Abi,
      bytecode: demoErc1155Bytecode,
      args: [longest, longest, 'u'.repeat(1_024), 500n],
    }),
  );
  await call(sender, items, demoErc1155Abi, 'mint', [sender.address, 7n, 10n]);
  await call(sender, items, demoErc1155Abi, 'setApprovalForAll', [bridge, true]);
  await call(sender, bridge, bridgeAbi, 'depositErc1155', [items, chain.user.address, 7n, 10n]);
  await arrive('depositErc1155');
  await call(sender, bridge, bridgeAbi, 'registerToken', [items, TOKEN_STANDARDS.indexOf('erc1155')]);
  await arrive('registerToken');

  const other = await deploy(
    sender,
    encodeDeployData({ abi: demoErc1155Abi, bytecode: demoErc1155Bytecode, args: [longest, longest, '', 500n] }),
  );
  await call(sender, bridge, bridgeAbi, 'registerToken', [other, TOKEN_STANDARDS.indexOf('erc1155')]);
  await arrive('registerToken');

  const client = chain.sender.client;
  expect(
    await client.readContract({ address: bridge, abi: bridgeAbi, functionName: 'lockedUnits', args: [items, 7n] }),
  ).toBe(10n);
});
