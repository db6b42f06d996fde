import { demoErc20Abi, demoErc20Bytecode, demoNftAbi, demoNftBytecode } from '@tephra/l1';
import { createPublicClient, createWalletClient, defineChain, http, zeroHash } from 'viem';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TEST_CHAIN_ID, TEST_USERS } from '../producer/testing.ts';
import { RealNode } from '../rpc/testing/real-node.ts';
import { SettlementPreviewer } from './preview.ts';
import { compileAssets } from './testing/compile.ts';

let node: RealNode;
beforeAll(async () => {
  node = await RealNode.start({ blockTimeMs: 100 });
});
afterAll(() => node?.[Symbol.asyncDispose]());

it('counts coins and tokens of a living chain, and again after it went on', async () => {
  const chain = defineChain({
    id: Number(TEST_CHAIN_ID),
    name: 'real',
    nativeCurrency: { name: 'Test', symbol: 'TST', decimals: 18 },
    rpcUrls: { default: { http: [node.url] } },
  });
  const reader = createPublicClient({ chain, transport: http(), pollingInterval: 20, cacheTime: 0 });
  const wallet = createWalletClient({ chain, transport: http(), account: TEST_USERS[1]! });
  const previewer = new SettlementPreviewer(node.chain.chain, node.chain.engine);

  const before = await previewer.preview();
  expect(before).toMatchObject({ erc20: [], bridgedErc721: [], bornErc20: [], collections: [], collections1155: [] });
  const { accounts } = node.chain.genesis;
  expect(before.native).toEqual({
    holders: accounts.length,
    total: accounts.reduce((sum, account) => sum + account.balance, 0n),
  });

  const deployed = await reader.waitForTransactionReceipt({
    hash: await wallet.deployContract({
      abi: demoNftAbi,
      bytecode: demoNftBytecode,
      args: ['Otters', 'OTR', 'ipfs://otters/', zeroHash, 500n],
    }),
  });
  const token = deployed.contractAddress!;
  for (const user of TEST_USERS.slice(0, 3)) {
    const hash = await wallet.writeContract({
      address: token,
      abi: demoNftAbi,
      functionName: 'mintTo',
      args: [user.address],
    });
    await reader.waitForTransactionReceipt({ hash });
  }
  const coin = await reader.waitForTransactionReceipt({
    hash: await wallet.deployContract({ abi: demoErc20Abi, bytecode: demoErc20Bytecode, args: ['Gravel', 'GRV'] }),
  });
  const { Items } = compileAssets();
  const items = await reader.waitForTransactionReceipt({
    hash: await wallet.deployContract({ ...Items!, args: [false] }),
  });
  for (const hash of [
    await wallet.writeContract({
      address: coin.contractAddress!,
      abi: demoErc20Abi,
      functionName: 'mint',
      args: [TEST_USERS[0]!.address, 9n],
    }),
    await wallet.writeContract({
      address: items.contractAddress!,
      abi: Items!.abi,
      functionName: 'mintBatch',
      args: [TEST_USERS[0]!.address, [1n, 2n], [5n, 6n]],
    }),
  ]) {
    await reader.waitForTransactionReceipt({ hash });
  }
  const [after, shared] = await Promise.all([previewer.preview(), previewer.preview()]);
  expect(shared).toBe(after);
  expect(after.collections).toEqual([{ token: expect.stringMatching(new RegExp(token, 'i')), tokens: 3 }]);
  expect(after.bornErc20).toEqual([{ token: coin.contractAddress, holders: 1, total: 9n }]);
  expect(after.collections1155).toEqual([{ token: items.contractAddress, units: 2 }]);
  expect(after.native.total).toBe(before.native.total);
});
