import {
  bridgeAbi,
  demoErc20Abi,
  demoErc20Bytecode,
  demoNftAbi,
  demoNftBytecode,
  erc721TwinAbi,
  l2BridgeAbi,
  nativeTwinAbi,
  outboxAbi,
} from '@tephra/l1';
import {
  decodeOutboxMessage,
  EMPTY_OUTBOX_ROOT,
  encodeContent,
  encodeOutboxMessage,
  type Hex,
  OutboxTree,
  outboxLeaf,
  PREDEPLOYS,
  PROTOCOL_GAS_LIMITS,
  verifyRange,
} from '@tephra/protocol';
import {
  type Abi,
  encodeDeployData,
  encodeFunctionData,
  getContractAddress,
  keccak256,
  parseEventLogs,
  zeroAddress,
} from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPack } from '../batcher/buildPack.ts';
import { postFrameData, readTip, submitPackData } from '../batcher/rollupContract.ts';
import type { StoredBlock } from '../chain.ts';
import { L1TestChain } from '../testing/l1-chain.ts';

/** packages/protocol against the contracts themselves: what one side writes, the other reads. */
let chain: L1TestChain;

beforeAll(async () => {
  chain = await L1TestChain.create();
}, 60_000);
afterAll(async () => {
  await chain?.[Symbol.asyncDispose]();
});

async function l1Deploy(data: Hex): Promise<Hex> {
  const { receipt } = await chain.sender.send({ to: null, data });
  return receipt.contractAddress!;
}
async function l1Call(to: Hex, abi: Abi, functionName: string, args: unknown[], value = 0n): Promise<void> {
  await chain.sender.send({ to, data: encodeFunctionData({ abi, functionName, args }), value });
}

describe('transactions that follow from the inbox', () => {
  const longest = 'n'.repeat(96);

  test('fit their gas limits with the longest metadata that the bridge passes on', async () => {
    const erc20 = await l1Deploy(
      encodeDeployData({ abi: demoErc20Abi, bytecode: demoErc20Bytecode, args: [longest, longest] }),
    );
    // 1,024 bytes with the id that follows.
    const base = 'u'.repeat(1_023);
    const nft = await l1Deploy(
      encodeDeployData({
        abi: demoNftAbi,
        bytecode: demoNftBytecode,
        args: [longest, longest, base, keccak256('0x'), 0n],
      }),
    );
    const owner = chain.sender.address;
    const { bridge, user } = chain;
    await l1Call(erc20, demoErc20Abi, 'mint', [owner, 100n]);
    await l1Call(erc20, demoErc20Abi, 'approve', [bridge, 100n]);
    await l1Call(nft, demoNftAbi, 'mintTo', [owner]);
    await l1Call(nft, demoNftAbi, 'approve', [bridge, 1n]);
    await l1Call(bridge, bridgeAbi, 'depositEth', [user.address], 5n);
    await l1Call(bridge, bridgeAbi, 'depositErc20', [erc20, user.address, 100n]);
    await l1Call(bridge, bridgeAbi, 'depositErc721', [nft, user.address, 1n]);

    const { receipts } = await chain.seal([], { advance: true });
    expect(receipts.map(({ status, type }) => ({ status, type }))).toEqual(
      Array.from({ length: 4 }, () => ({ status: 'success', type: 0x7e })),
    );
    const [advance, eth, token, collectible] = receipts.map(({ gasUsed }) => gasUsed);
    // A tenth to spare, so that another compiler version does not break the chain.
    expect(advance! * 11n).toBeLessThan(PROTOCOL_GAS_LIMITS.advance * 10n);
    expect(eth! * 11n).toBeLessThan(PROTOCOL_GAS_LIMITS.depositEth * 10n);
    expect(token! * 11n).toBeLessThan(PROTOCOL_GAS_LIMITS.depositErc20 * 10n);
    expect(collectible! * 11n).toBeLessThan(PROTOCOL_GAS_LIMITS.depositErc721 * 10n);
  });
});

describe('the outbox', () => {
  const tree = new OutboxTree();
  const payloads: { kind: number; payload: Hex }[] = [];

  function readMessages(block: StoredBlock): void {
    for (const receipt of block.receipts) {
      for (const { args } of parseEventLogs({
        abi: outboxAbi,
        eventName: 'MessageAppended',
        logs: receipt.logs.map((log) => ({ ...log, topics: log.topics as [Hex, ...Hex[]] })) as never,
      }) as unknown as { args: { index: bigint; kind: number; payload: Hex; leaf: Hex } }[]) {
        const leaf = outboxLeaf(args.index, { kind: args.kind, payload: args.payload });
        expect(leaf).toBe(args.leaf);
        // Every kind decodes and encodes to the same bytes.
        const message = decodeOutboxMessage(args.kind, args.payload);
        expect(encodeOutboxMessage(message)).toEqual({ kind: args.kind, payload: args.payload });
        tree.append(leaf);
        payloads.push({ kind: args.kind, payload: args.payload });
      }
    }
  }

  function withdraw(functionName: 'withdrawNative' | 'withdrawErc721' | 'withdrawErc20', args: unknown[], value = 0n) {
    return chain.transaction({
      to: PREDEPLOYS.l2Bridge,
      data: encodeFunctionData({ abi: l2BridgeAbi as Abi, functionName, args }),
      value,
      gas: 6_000_000n,
    });
  }

  test('has the same roots as OutboxTree, and the L1 pays by its range proofs', async () => {
    const { user } = chain;
    expect(chain.chain.blockByNumber(1n)!.output.outboxRoot).toBe(EMPTY_OUTBOX_ROOT);
    const ether = getContractAddressOfEther();
    const nonce = chain.nextNonce;
    const nft = getContractAddress({ from: user.address, nonce: BigInt(nonce) });
    const deploy = encodeDeployData({
      abi: demoNftAbi,
      bytecode: demoNftBytecode,
      args: ['Rock', 'ROCK', 'ipfs://rock/', keccak256('0x'), 500n],
    });
    const onNft = (functionName: string, args: unknown[]) =>
      chain.transaction({
        to: nft,
        data: encodeFunctionData({ abi: demoNftAbi as Abi, functionName, args }),
        gas: 300_000n,
      });
    await chain.seal([
      await chain.transaction({ to: null, data: deploy, gas: 5_000_000n }),
      await onNft('mintTo', [user.address]),
      await onNft('mintTo', [user.address]),
      await onNft('setApprovalForAll', [PREDEPLOYS.l2Bridge, true]),
    ]);
    const batches = [
      [await withdraw('withdrawNative', [user.address], 3n)],
      [
        await withdraw('withdrawErc20', [ether, user.address, 2n]),
        await withdraw('withdrawErc721', [nft, user.address, 1n]),
      ],
      [await withdraw('withdrawErc721', [nft, user.address, 2n]), await withdraw('withdrawNative', [user.address], 4n)],
    ];
    for (const batch of batches) {
      const block = await chain.seal(batch);
      expect(block.receipts.map(({ status }) => status)).toEqual(batch.map(() => 'success'));
      readMessages(block);
      expect(block.output.outboxRoot).toBe(tree.root());
    }
    expect(payloads.length).toBe(6);
    await finalise();

    const twin = (await chain.sender.client.readContract({
      address: chain.bridge,
      abi: bridgeAbi,
      functionName: 'twinOf',
      args: [nft],
    })) as Hex;
    const native = (await chain.sender.client.readContract({
      address: chain.bridge,
      abi: bridgeAbi,
      functionName: 'nativeTwin',
    })) as Hex;
    // Ranges that begin and end odd and even.
    for (const [start, count] of [
      [1, 2],
      [0, 1],
      [3, 3],
    ] as const) {
      const proof = tree.rangeProof(start, count);
      expect(verifyRange(tree.root(), start, tree.leaves(start, count), proof)).toBe(true);
      await l1Call(chain.bridge, bridgeAbi as Abi, 'execute', [
        1n,
        BigInt(start),
        payloads.slice(start, start + count),
        proof,
      ]);
    }
    const { client } = chain.sender;
    const owner = (tokenId: bigint) =>
      client.readContract({ address: twin, abi: erc721TwinAbi, functionName: 'ownerOf', args: [tokenId] });
    expect([await owner(1n), await owner(2n)]).toEqual([user.address, user.address]);
    const uri = await client.readContract({ address: twin, abi: erc721TwinAbi, functionName: 'tokenURI', args: [2n] });
    expect(uri).toBe('ipfs://rock/2');
    expect(
      await client.readContract({
        address: native,
        abi: nativeTwinAbi,
        functionName: 'balanceOf',
        args: [user.address],
      }),
    ).toBe(7n);
    const locked = await client.readContract({
      address: chain.bridge,
      abi: bridgeAbi,
      functionName: 'locked',
      args: [zeroAddress],
    });
    expect(locked).toBe(3n);
  });

  /** First of the bridged tokens: it came with the deposit above. */
  function getContractAddressOfEther(): Hex {
    const logs = chain.chain.blockByNumber(1n)!.receipts[1]!.logs;
    const [event] = parseEventLogs({ abi: l2BridgeAbi, eventName: 'DepositFinalised', logs: logs as never });
    return (event as unknown as { args: { l2Token: Hex } }).args.l2Token;
  }

  async function finalise(): Promise<void> {
    const tip = await readTip(chain.sender.client, chain.rollup);
    const { pack, frames } = await buildPack(
      {
        index: 1n,
        range: { firstBlock: 1n, lastBlock: chain.chain.head().number },
        parentOutputRoot: tip.outputRoot,
        terminalFrom: null,
      },
      { chain: chain.chain, encode: async (blocks) => encodeContent(blocks) },
    );
    for (const frame of frames)
      await chain.sender.send({ to: chain.deployments.batchRegistry, data: postFrameData(frame) });
    await chain.sender.send({ to: chain.rollup, data: submitPackData(pack) });
    await chain.anvil.rpc('evm_increaseTime', [60]);
    await chain.mine(1);
  }
});
