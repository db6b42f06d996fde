import { type Hex, preconfirmationDigest } from '@tephra/protocol';
import { keccak256, numberToHex, parseEther, parseGwei, recoverAddress } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COUNTER } from './testing/contracts.ts';
import { alice, bob, producer, TestNode } from './testing/test-node.ts';

let node: TestNode;
const deployed = { counter: '0x' as Hex };

beforeAll(async () => {
  node = await TestNode.start();
  deployed.counter = await node.deploy(COUNTER);
  for (let i = 0; i < 3; i++) await node.chain.seal();
});
afterAll(() => node.stop());

/** Resolves when the transaction is on the open block and whoever sent it over HTTP is waiting for it. */
async function executed(raw: Hex): Promise<void> {
  await expect.poll(() => node.chain.transactionByHash(keccak256(raw))).toBeDefined();
  await node.call('eth_chainId');
}

describe('the chain', () => {
  test('identity', async () => {
    expect(await node.call('eth_chainId')).toBe('0x1092');
    expect(await node.call('net_version')).toBe('4242');
    expect(await node.call('web3_clientVersion')).toBe('tephra/v0.0.0-test');
    expect(await node.call('eth_syncing')).toBe(false);
    expect(await node.call('eth_accounts')).toEqual([]);
    expect(await node.call('web3_sha3', '0x')).toBe(keccak256('0x'));
  });

  test('tags name their blocks', async () => {
    node.chain.marks = { safe: 3n, finalized: 1n };
    const numberOf = async (tag: string) =>
      (await node.call<{ number: Hex }>('eth_getBlockByNumber', tag, false)).number;
    const head = node.chain.head().number;
    expect(await numberOf('earliest')).toBe('0x0');
    expect(await numberOf('finalized')).toBe('0x1');
    expect(await numberOf('safe')).toBe('0x3');
    expect(await numberOf('latest')).toBe(numberToHex(head));
    expect(await numberOf('pending')).toBe(numberToHex(head + 1n));
    expect(await node.call('eth_getBlockByNumber', '0xffff', false)).toBeNull();
    node.chain.marks = { safe: 0n, finalized: 0n };
  });

  test('a block with its transactions, by number and by hash', async () => {
    const block = await node.call<Record<string, unknown>>('eth_getBlockByNumber', '0x1', true);
    expect(block).toMatchObject({
      number: '0x1',
      parentHash: node.chain.headerByNumber(0n)?.hash,
      difficulty: '0x0',
      nonce: '0x0000000000000000',
      uncles: [],
      withdrawals: [],
      transactions: [
        {
          from: alice.address.toLowerCase(),
          to: null,
          nonce: '0x0',
          type: '0x2',
          blockNumber: '0x1',
          transactionIndex: '0x0',
          chainId: '0x1092',
        },
      ],
    });
    expect(await node.call('eth_getBlockByHash', block.hash, true)).toEqual(block);
    const hashes = await node.call<{ transactions: Hex[] }>('eth_getBlockByHash', block.hash, false);
    expect(hashes.transactions).toEqual([(block.transactions as { hash: Hex }[])[0]?.hash]);
    expect(await node.call('eth_getBlockTransactionCountByNumber', '0x1')).toBe('0x1');
    expect(await node.call('eth_getUncleCountByBlockHash', block.hash)).toBe('0x0');
  });
});

describe('transactions', () => {
  test('are pending at once, have a receipt when sealed', async () => {
    const hash = await node.send({ to: bob.address, value: 5n });
    const before = numberToHex(node.chain.head().number + 1n);
    expect(await node.call('eth_getTransactionByHash', hash)).toMatchObject({ blockHash: null, blockNumber: null });
    expect(await node.call('eth_getTransactionReceipt', hash)).toBeNull();
    const pending = await node.call<{ hash: null; transactions: Hex[] }>('eth_getBlockByNumber', 'pending', false);
    expect(pending.hash).toBeNull();
    expect(pending.transactions).toContain(hash);
    expect(await node.call('eth_getBalance', bob.address, 'pending')).not.toBe(
      await node.call('eth_getBalance', bob.address, 'latest'),
    );

    const block = await node.chain.seal();
    const receipt = await node.call<Record<string, unknown>>('eth_getTransactionReceipt', hash);
    expect(receipt).toMatchObject({
      blockHash: block.header.hash,
      blockNumber: before,
      status: '0x1',
      gasUsed: '0x5208',
      type: '0x2',
      from: alice.address.toLowerCase(),
      to: bob.address.toLowerCase(),
      contractAddress: null,
      logs: [],
    });
    expect(await node.call('eth_getBlockReceipts', before)).toEqual([receipt]);
    expect(await node.call('eth_getTransactionByBlockNumberAndIndex', before, '0x0')).toMatchObject({ hash });
    expect(await node.call('eth_getTransactionByBlockHashAndIndex', block.header.hash, '0x0')).toMatchObject({ hash });
    expect(await node.call('eth_getTransactionByBlockHashAndIndex', block.header.hash, '0x1')).toBeNull();
    const raw = await node.call<Hex>('eth_getRawTransactionByHash', hash);
    expect(keccak256(raw)).toBe(hash);
  });

  test('legacy and access-list forms', async () => {
    const common = { chainId: 4242, gas: 100_000n, to: bob.address, gasPrice: parseGwei('5') } as const;
    const accessList = [{ address: bob.address.toLowerCase() as Hex, storageKeys: [`0x${'01'.repeat(32)}` as Hex] }];
    for (const [type, expected] of [
      ['legacy', { type: '0x0', v: expect.stringMatching(/^0x21[45][0-9a-f]$/), chainId: '0x1092' }],
      ['eip2930', { type: '0x1', accessList, yParity: expect.stringMatching(/^0x[01]$/) }],
    ] as const) {
      const nonce = Number(await node.call<Hex>('eth_getTransactionCount', alice.address, 'pending'));
      const raw =
        type === 'legacy'
          ? await alice.signTransaction({ ...common, type, nonce })
          : await alice.signTransaction({ ...common, type, nonce, accessList });
      const hash = await node.call('eth_sendRawTransaction', raw);
      await node.chain.seal();
      expect(await node.call('eth_getTransactionByHash', hash)).toMatchObject({
        ...expected,
        gasPrice: numberToHex(parseGwei('5')),
        nonce: numberToHex(nonce),
      });
    }
  });

  test('refusals carry the words of go-ethereum', async () => {
    const raw = await node.sign({ to: bob.address });
    await node.call('eth_sendRawTransaction', raw);
    const error = async (tx: unknown) => (await node.ask('eth_sendRawTransaction', [tx])).error;
    expect(await error(raw)).toMatchObject({ code: -32000, message: 'already known' });
    expect(await error(await node.sign({ to: bob.address, nonce: 0 }))).toMatchObject({
      code: -32000,
      message: expect.stringContaining('nonce too low'),
      data: { code: 'NONCE_TOO_LOW' },
    });
    expect(await error(await node.sign({ to: bob.address, value: parseEther('99999999') }))).toMatchObject({
      message: expect.stringContaining('insufficient funds for gas * price + value'),
    });
    expect(await error('0x')).toMatchObject({ code: -32000 });
    expect(await error('zz')).toMatchObject({ code: -32602 });
    expect(await error(`0x${'00'.repeat(98_305)}`)).toMatchObject({
      message: 'oversized data: transaction size 98305, limit 98304',
    });
    await node.chain.seal();
  });

  test('eth_sendRawTransactionSync answers with the sealed receipt', async () => {
    const raw = await node.sign({ to: bob.address });
    const answer = node.call<Record<string, unknown>>('eth_sendRawTransactionSync', raw);
    await executed(raw);
    const block = await node.chain.seal();
    expect(await answer).toMatchObject({ blockHash: block.header.hash, status: '0x1' });
  });

  test('eth_sendRawTransactionSync gives up with code 4 and the hash', async () => {
    const raw = await node.sign({ to: bob.address });
    const answer = node.ask('eth_sendRawTransactionSync', [raw, 1_500]);
    await executed(raw);
    await node.clock.advance(1_499);
    await node.clock.advance(1);
    expect((await answer).error).toMatchObject({ code: 4, data: keccak256(raw) });
    await node.chain.seal();
  });

  test('tephra_sendRawTransactionSync brings a promise that the producer signed', async () => {
    type Answer = { preconfirmation: Record<string, Hex>; outcome: Record<string, unknown> };
    const raw = await node.sign({ to: deployed.counter });
    const { preconfirmation, outcome } = await node.call<Answer>('tephra_sendRawTransactionSync', raw);
    expect(outcome).toMatchObject({ transactionHash: keccak256(raw), status: '0x1', to: deployed.counter });
    const digest = preconfirmationDigest({
      chainId: 4242n,
      transactionHash: keccak256(raw),
      blockNumber: node.chain.head().number + 1n,
      transactionIndex: Number(preconfirmation.transactionIndex),
      parentHash: node.chain.head().hash,
      status: 'success',
      gasUsed: BigInt(preconfirmation.gasUsed!),
    });
    expect(await recoverAddress({ hash: digest, signature: preconfirmation.signature! })).toBe(producer);
    expect(await node.call('tephra_getPreconfirmation', keccak256(raw))).toEqual(preconfirmation);
    expect(await node.call('tephra_getFinality', keccak256(raw))).toMatchObject({
      tier: 0,
      name: 'promised',
      evidence: [{ kind: 'promise', preconfirmation }],
    });
    await node.chain.seal();
    expect(await node.call('tephra_getPreconfirmation', keccak256(raw))).toEqual(preconfirmation);
    expect(await node.call('tephra_getPreconfirmation', `0x${'00'.repeat(32)}`)).toBeNull();
  });

  test('a transaction ahead of its nonce waits for the one before it', async () => {
    const nonce = Number(await node.call<Hex>('eth_getTransactionCount', alice.address, 'pending'));
    const later = await node.sign({ to: bob.address, nonce: nonce + 1 });
    const answer = node.call<{ outcome: unknown }>('tephra_sendRawTransactionSync', later);
    await node.call('eth_sendRawTransaction', await node.sign({ to: bob.address, nonce }));
    expect((await answer).outcome).toMatchObject({ transactionHash: keccak256(later), status: '0x1' });
    await node.chain.seal();
  });
});
