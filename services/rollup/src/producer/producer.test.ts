import { EthereumjsEngine } from '@tephra/engine';
import { PREDEPLOY_CODE, settlerAbi } from '@tephra/l1';
import {
  blockDigest,
  encodeSystemTransaction,
  PREDEPLOYS,
  preconfirmationDigest,
  type SystemTransaction,
  sourceHash,
} from '@tephra/protocol';
import { type TempDir, tempDir, waitUntil } from '@tephra/testing';
import { encodeAbiParameters, encodeFunctionData, type Hex, hexToBytes, recoverAddress } from 'viem';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChainEvents, StoredBlock } from '../chain.ts';
import { contentOf, executeBlock, genesisBlock } from '../transition/index.ts';
import {
  openTestChain,
  ScriptedL1,
  signTransfer,
  TEST_CHAIN_ID,
  TEST_USERS,
  type TestChain,
  testGenesis,
} from './testing.ts';

const [alice, bob, carol] = TEST_USERS as [(typeof TEST_USERS)[0], (typeof TEST_USERS)[0], (typeof TEST_USERS)[0]];
const RECIPIENT: Hex = `0x${'99'.repeat(20)}`;

describe('Producer', () => {
  let dir: TempDir;
  let l1: ScriptedL1;
  let node: TestChain;
  const openNodes: TestChain[] = [];

  const open = async (overrides: Parameters<typeof testGenesis>[1] = {}, blockTimeMs = 100) => {
    node = await openTestChain(dir.path, {
      l1,
      genesis: testGenesis({ ...l1, origin: () => genesisOrigin } as ScriptedL1, overrides),
      blockTimeMs,
    });
    openNodes.push(node);
    await node.producer.start();
    return node;
  };
  let genesisOrigin: ReturnType<ScriptedL1['origin']>;
  const close = async (which = node) => {
    openNodes.splice(openNodes.indexOf(which), 1);
    await which.producer.stop();
    await which.close();
  };
  const sealedBlock = (accept: (block: StoredBlock) => boolean = () => true) =>
    node.events.next('sealed', accept).then(([block]) => block);

  beforeEach(async () => {
    dir = await tempDir();
    l1 = new ScriptedL1(3);
    genesisOrigin = l1.origin();
    await open();
  });
  afterEach(async () => {
    for (const opened of [...openNodes]) await close(opened);
    await dir.remove();
  });

  it('executes on arrival, promises, seals, and signs both', async () => {
    const result = await node.producer.submit(await signTransfer(alice, { nonce: 0, to: RECIPIENT, value: 5n }));
    if (result.kind !== 'executed') throw new Error('not executed');
    expect(result.receipt).toMatchObject({ status: 'success', gasUsed: 21_000n });
    const promise = node.producer.signPreconfirmation({
      chainId: TEST_CHAIN_ID,
      transactionHash: result.hash,
      blockNumber: result.transaction.blockNumber,
      transactionIndex: result.transaction.index,
      parentHash: result.parentHash,
      status: 'success',
      gasUsed: result.receipt.gasUsed,
    });
    expect(
      (await recoverAddress({ hash: preconfirmationDigest(promise), signature: promise.signature })).toLowerCase(),
    ).toBe(node.producer.address);
    const known = node.chain.transactionByHash(result.hash)!;
    const block =
      known.block === null
        ? await sealedBlock((b) => b.header.number === result.transaction.blockNumber)
        : node.chain.blockByNumber(result.transaction.blockNumber)!;
    expect(block.transactions[result.transaction.index]!.hash).toBe(result.hash);
    expect(block.header.parentHash).toBe(result.parentHash);
    const digest = blockDigest({ chainId: TEST_CHAIN_ID, number: block.header.number, hash: block.header.hash });
    expect((await recoverAddress({ hash: digest, signature: block.producerSignature })).toLowerCase()).toBe(
      node.producer.address,
    );
    expect(node.chain.transactionByHash(result.hash)!.block!.hash).toBe(block.header.hash);
    expect([...node.chain.accounts()]).toContain(RECIPIENT);
    expect([...node.chain.accounts()].toSorted()).toEqual([...node.chain.accounts()]);
  });

  it('keeps a transaction with a later nonce until the earlier ones are there', async () => {
    const executed: Hex[] = [];
    node.events.on('executed', (result) => executed.push(result.hash));
    const later = await Promise.all(
      [2, 1].map(async (nonce) => node.producer.submit(await signTransfer(alice, { nonce, to: RECIPIENT }))),
    );
    expect(later.map((result) => result.kind)).toEqual(['queued', 'queued']);
    expect(await node.producer.pendingNonce(alice.address)).toBe(0n);
    const first = await node.producer.submit(await signTransfer(alice, { nonce: 0, to: RECIPIENT }));
    while (executed.length < 3) await node.events.next('executed');
    expect(executed).toEqual([first.hash, later[1]!.hash, later[0]!.hash]);
    expect(await node.producer.pendingNonce(alice.address)).toBe(3n);
  });

  it.each([
    [
      'already known',
      async () => {
        const raw = await signTransfer(alice, { nonce: 4, to: RECIPIENT });
        await node.producer.submit(raw);
        return raw;
      },
    ],
    [
      'nonce too low: next nonce 1, tx nonce 0',
      async () => {
        await node.producer.submit(await signTransfer(alice, { nonce: 0, to: RECIPIENT }));
        return signTransfer(alice, { nonce: 0, to: RECIPIENT, value: 1n });
      },
    ],
    [
      'insufficient funds for gas * price + value',
      () => signTransfer(alice, { nonce: 0, to: RECIPIENT, value: 10n ** 30n }),
    ],
    ['intrinsic gas too low', () => signTransfer(alice, { nonce: 0, to: RECIPIENT, gas: 20_000n })],
    ['exceeds block gas limit', () => signTransfer(alice, { nonce: 0, to: RECIPIENT, gas: 70_000_001n })],
    ['transaction gas limit too high', () => signTransfer(alice, { nonce: 0, to: RECIPIENT, gas: 2n ** 25n + 1n })],
    [
      'oversized data',
      () => signTransfer(alice, { nonce: 0, to: RECIPIENT, gas: 30_000_000n, data: `0x${'00'.repeat(98_304)}` }),
    ],
    [
      'transaction type not supported',
      async () =>
        hexToBytes(
          encodeSystemTransaction({
            sourceHash: `0x${'00'.repeat(32)}`,
            from: PREDEPLOYS.system,
            to: PREDEPLOYS.chainState,
            value: 0n,
            gasLimit: 1_000_000n,
            data: '0x',
          }),
        ),
    ],
  ])('refuses with go-ethereum’s words: %s', async (words, make) => {
    await expect(node.producer.submit(await make())).rejects.toThrow(words);
  });

  it('comes back with everything it acknowledged, sealed or not', async () => {
    for (let nonce = 0; nonce < 20; nonce++)
      await node.producer.submit(await signTransfer(alice, { nonce, to: RECIPIENT }));
    const queued = await node.producer.submit(await signTransfer(bob, { nonce: 1, to: RECIPIENT }));
    const head = node.chain.head();
    await close();
    await open();
    expect(node.chain.headerByNumber(head.number)?.hash).toBe(head.hash);
    expect(await node.producer.pendingNonce(alice.address)).toBe(20n);
    const executed = node.events.next('executed', (result) => result.hash === queued.hash);
    await node.producer.submit(await signTransfer(bob, { nonce: 0, to: RECIPIENT }));
    await executed;
  });

  it('holds up what does not fit the block, in order, and stops at once all the same', async () => {
    await close();
    await dir.remove();
    dir = await tempDir();
    await open({ blockGasLimit: 100_000n }, 60_000);
    const results = Promise.allSettled(
      Array.from({ length: 6 }, async (_, nonce) =>
        node.producer.submit(await signTransfer(alice, { nonce, to: RECIPIENT })),
      ),
    );
    while ((await node.producer.pendingNonce(alice.address)) < 6n)
      await new Promise((resolve) => setImmediate(resolve));
    expect(node.chain.open()!.transactions).toHaveLength(4);
    await node.producer.stop();
    expect((await results).map((result) => result.status)).toEqual([
      ...Array.from({ length: 4 }, () => 'fulfilled'),
      'rejected',
      'rejected',
    ]);
  });

  it('takes in deposits when their L1 block is read, first in a block', async () => {
    l1.deliver({
      kind: 'depositEth',
      data: encodeAbiParameters([{ type: 'address' }, { type: 'uint256' }], [RECIPIENT, 7n]),
    });
    const block = await sealedBlock((b) => b.l1Origin.number === l1.origin().number);
    expect(block.transactions).toHaveLength(2);
    expect(block.receipts.map((receipt) => receipt.status)).toEqual(['success', 'success']);
    expect(block.output.inboxPosition).toBe(1n);
    expect(block.receipts[1]!.logs.length).toBeGreaterThan(0);
    expect(contentOf(block.header, block.l1Origin, block.transactions).transactions).toEqual([]);
  });

  it('makes blocks that anybody can execute again from their content alone', async () => {
    for (let nonce = 0; nonce < 5; nonce++)
      await node.producer.submit(await signTransfer(alice, { nonce, to: RECIPIENT, value: 1n }));
    l1.deliver({
      kind: 'depositEth',
      data: encodeAbiParameters([{ type: 'address' }, { type: 'uint256' }], [RECIPIENT, 7n]),
    });
    const last = await sealedBlock((b) => b.l1Origin.number === l1.origin().number);
    const store = new Map<string, Uint8Array>();
    const engine = new EthereumjsEngine(
      { chainId: TEST_CHAIN_ID },
      { store: { get: (key) => store.get(Buffer.from(key).toString('hex')) }, blockHash: () => undefined },
    );
    const keep = (writes: [Uint8Array, Uint8Array][]) => {
      for (const [key, value] of writes) store.set(Buffer.from(key).toString('hex'), value);
    };
    const block0 = await genesisBlock(node.genesis, PREDEPLOY_CODE);
    keep(block0.writes);
    let parent = block0.parent;
    for (let number = 1n; number <= last.header.number; number++) {
      const block = node.chain.blockByNumber(number)!;
      const sealed = await executeBlock(
        { chainId: TEST_CHAIN_ID, rules: node.genesis },
        { engine },
        parent,
        contentOf(block.header, block.l1Origin, block.transactions),
        { origin: block.l1Origin, messages: l1.messages(parent.output.inboxPosition, block.l1Origin.number) },
      );
      expect(sealed.block.outputRoot).toBe(block.outputRoot);
      keep(sealed.writes);
      parent = sealed.parent;
    }
  });

  it('follows an L1 reorganisation: rolls back and executes the same transactions again', async () => {
    l1.deliver({
      kind: 'depositEth',
      data: encodeAbiParameters([{ type: 'address' }, { type: 'uint256' }], [RECIPIENT, 7n]),
    });
    const fork = l1.origin().number - 1n;
    await sealedBlock((b) => b.l1Origin.number === l1.origin().number);
    for (let nonce = 0; nonce < 3; nonce++)
      await node.producer.submit(await signTransfer(carol, { nonce, to: RECIPIENT, value: 1n }));
    await sealedBlock();
    const reorged = node.events.next('reorged');
    l1.reorganise(fork);
    const [change] = await reorged;
    expect(change.to).toBeLessThan(change.from);
    await sealedBlock((b) => b.transactions.length > 0);
    expect(await node.producer.pendingNonce(carol.address)).toBe(3n);
    expect(node.chain.headerByNumber(node.chain.head().number)).toBeDefined();
    const head = node.chain.head();
    await close();
    await open();
    expect(node.chain.headerByNumber(head.number)?.hash).toBe(head.hash);
    expect(await node.producer.pendingNonce(carol.address)).toBe(3n);
  });

  it('closes on the CLOSE message, takes the settlement only, and ends', async () => {
    const modes: ChainEvents['mode'][0][] = [];
    node.events.on('mode', (mode) => modes.push(mode));
    l1.deliver({ kind: 'close', data: '0x' });
    const closing = await sealedBlock((b) => b.l1Origin.number === l1.origin().number);
    await expect(node.producer.submit(await signTransfer(alice, { nonce: 0, to: RECIPIENT }))).rejects.toThrow(
      'the chain is closed',
    );
    expect(node.chain.sealedMode()).toBe('settle');
    const last = sealedBlock(() => node.chain.sealedMode() === 'settled');
    const receipt = await node.producer.submitSettlement(settlement(0n, 'finish'));
    expect(receipt.status).toBe('success');
    const { header } = await last;
    expect(header.timestamp).toBe(closing.header.timestamp);
    expect(modes).toEqual(['settle', 'settled']);
    expect(node.chain.open()).toBeNull();
    await close();
    await open();
    expect(node.chain.head().hash).toBe(header.hash);
    expect(node.chain.mode()).toBe('settled');
  });

  it('makes addenda to a settlement, and only these', async () => {
    l1.deliver({ kind: 'close', data: '0x' });
    await sealedBlock(() => node.chain.sealedMode() === 'settle');
    const last = sealedBlock(() => node.chain.sealedMode() === 'settled');
    await node.producer.submitSettlement(settlement(0n, 'finish'));
    const { header } = await last;
    await expect(node.producer.submit(await signTransfer(alice, { nonce: 0, to: RECIPIENT }))).rejects.toThrow(
      'the chain is closed',
    );
    const addendum = sealedBlock();
    await Promise.all([1n, 2n].map((sequence) => node.producer.submitSettlement(settlement(sequence))));
    const block = await addendum;
    expect(block.header).toMatchObject({ number: header.number + 1n, timestamp: header.timestamp });
    expect(block.transactions).toHaveLength(2);
    expect(node.chain.sealedMode()).toBe('settled');
    // Killed before the block was sealed, it comes back with it.
    await close();
    await open({}, 60_000);
    await node.producer.submitSettlement(settlement(3n));
    await close();
    await open();
    await waitUntil(() => node.chain.head().number > block.header.number, { what: 'the recovered block' });
    const recovered = node.chain.head();
    expect(recovered.number).toBe(block.header.number + 1n);
    expect(node.chain.blockByNumber(recovered.number)!.transactions).toHaveLength(1);
    await close();
    await open();
    expect(node.chain.head().hash).toBe(recovered.hash);
  });
});

function settlement(sequence: bigint, functionName: 'finish' | 'settleNative' = 'settleNative'): SystemTransaction {
  return {
    sourceHash: sourceHash(TEST_CHAIN_ID, 'settlement', sequence),
    from: PREDEPLOYS.system,
    to: PREDEPLOYS.settler,
    value: 0n,
    gasLimit: 1n << 25n,
    data:
      functionName === 'finish'
        ? encodeFunctionData({ abi: settlerAbi, functionName })
        : encodeFunctionData({ abi: settlerAbi, functionName, args: [[]] }),
  };
}
