import { demoNftAbi, demoNftBytecode } from '@tephra/l1';
import { createPublicClient, createWalletClient, defineChain, http, zeroHash } from 'viem';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TEST_CHAIN_ID, TEST_USERS } from '../producer/testing.ts';
import { RealNode } from '../rpc/testing/real-node.ts';
import { SettlementPreviewer } from './preview.ts';

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
  expect(before).toMatchObject({ erc20: [], bridgedErc721: [], collections: [] });
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
  const [after, shared] = await Promise.all([previewer.preview(), previewer.preview()]);
  expect(shared).toBe(after);
  expect(after.collections).toEqual([{ token: expect.stringMatching(new RegExp(token, 'i')), tokens: 3 }]);
  expect(after.native.total).toBe(before.native.total);
});
