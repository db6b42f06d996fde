import { createLogger } from '@tephra/core';
import { createL1Client, demoNftAbi, demoNftBytecode, TransactionSender } from '@tephra/l1';
import { ANVIL_KEYS, startAnvil } from '@tephra/testing';
import { encodeDeployData, zeroAddress } from 'viem';
import { expect, it } from 'vitest';
import { Allowlist } from './allowlist.ts';
import { makeMinters } from './minters.ts';

it("gives proofs that OpenZeppelin's MerkleProof accepts, whatever the number of accounts", async () => {
  await using anvil = await startAnvil();
  const client = createL1Client({ rpcUrl: anvil.rpcUrl, chainId: 900 });
  const sender = await TransactionSender.create(
    { rpcUrl: anvil.rpcUrl, chainId: 900, privateKey: ANVIL_KEYS[0], pollIntervalMs: 20 },
    { logger: createLogger({ name: 'test', level: 'silent' }) },
  );
  for (const count of [1, 2, 3, 7, 64, 101]) {
    const accounts = makeMinters('allow', count).map(({ address }) => address);
    const list = new Allowlist(accounts);
    const data = encodeDeployData({
      abi: demoNftAbi,
      bytecode: demoNftBytecode,
      args: ['Otter', 'OTR', 'ipfs://otters/', list.root, 500n],
    });
    const { receipt } = await sender.send({ to: null, data });
    for (const account of [accounts[0]!, accounts[Math.floor(count / 2)]!, accounts[count - 1]!]) {
      await client.simulateContract({
        address: receipt.contractAddress!,
        abi: demoNftAbi,
        functionName: 'mint',
        account,
        args: [list.proof(account)!],
      });
    }
    expect(list.proof(zeroAddress)).toBeUndefined();
    await expect(
      client.simulateContract({
        address: receipt.contractAddress!,
        abi: demoNftAbi,
        functionName: 'mint',
        account: sender.address,
        args: [list.proof(accounts[0]!)!],
      }),
    ).rejects.toThrow('NotAllowed');
  }
});
