import type { Hex } from '@tephra/protocol';
import { preconfirmationDigest } from '@tephra/protocol';
import { encodeErrorResult, keccak256, numberToHex, parseEther, parseGwei, recoverAddress, zeroAddress } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BURNER, COUNTER, deployCode, EMITTER, NESTED, reverter } from './testing/contracts.ts';
import { ADMIN_TOKEN, alice, bob, producer, TestNode } from './testing/test-node.ts';

const soldOut = encodeErrorResult({
  abi: [{ type: 'error', name: 'Error', inputs: [{ type: 'string' }] }],
  errorName: 'Error',
  args: ['sold out'],
});

let node: TestNode;
const deployed: Record<'counter' | 'emitter' | 'reverter' | 'burner' | 'nested', Hex> = {
  counter: '0x',
  emitter: '0x',
  reverter: '0x',
  burner: '0x',
  nested: '0x',
};

type Fields = { to?: Hex; data?: Hex; value?: bigint; nonce?: number; gas?: bigint };
async function sign(fields: Fields): Promise<Hex> {
  return alice.signTransaction({
    type: 'eip1559',
    chainId: 4242,
    nonce: Number(await node.call<Hex>('eth_getTransactionCount', alice.address, 'pending')),
    gas: 1_000_000n,
    maxFeePerGas: parseGwei('10'),
    maxPriorityFeePerGas: parseGwei('1'),
    ...fields,
  });
}
async function send(fields: Fields): Promise<Hex> {
  return node.call<Hex>('eth_sendRawTransaction', await sign(fields));
}
async function deploy(runtime: Hex): Promise<Hex> {
  const hash = await send({ data: deployCode(runtime) });
  await node.chain.seal();
  return (await node.call<{ contractAddress: Hex }>('eth_getTransactionReceipt', hash)).contractAddress;
}

/** Resolves when the transaction is on the open block and whoever sent it over HTTP is waiting for it. */
async function executed(raw: Hex): Promise<void> {
  await expect.poll(() => node.chain.transactionByHash(keccak256(raw))).toBeDefined();
  await node.call('eth_chainId');
}

beforeAll(async () => {
  node = await TestNode.start();
  deployed.counter = await deploy(COUNTER);
  deployed.emitter = await deploy(EMITTER);
  deployed.reverter = await deploy(reverter(soldOut));
  deployed.burner = await deploy(BURNER);
  deployed.nested = await deploy(NESTED);
});
afterAll(() => node.stop());

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
    const hash = await send({ to: bob.address, value: 5n });
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
    const raw = await sign({ to: bob.address });
    await node.call('eth_sendRawTransaction', raw);
    const error = async (tx: unknown) => (await node.ask('eth_sendRawTransaction', [tx])).error;
    expect(await error(raw)).toMatchObject({ code: -32000, message: 'already known' });
    expect(await error(await sign({ to: bob.address, nonce: 0 }))).toMatchObject({
      code: -32000,
      message: expect.stringContaining('nonce too low'),
      data: { code: 'NONCE_TOO_LOW' },
    });
    expect(await error(await sign({ to: bob.address, value: parseEther('99999999') }))).toMatchObject({
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
    const raw = await sign({ to: bob.address });
    const answer = node.call<Record<string, unknown>>('eth_sendRawTransactionSync', raw);
    await executed(raw);
    const block = await node.chain.seal();
    expect(await answer).toMatchObject({ blockHash: block.header.hash, status: '0x1' });
  });

  test('eth_sendRawTransactionSync gives up with code 4 and the hash', async () => {
    const raw = await sign({ to: bob.address });
    const answer = node.ask('eth_sendRawTransactionSync', [raw, 1_500]);
    await executed(raw);
    await node.clock.advance(1_499);
    await node.clock.advance(1);
    expect((await answer).error).toMatchObject({ code: 4, data: keccak256(raw) });
    await node.chain.seal();
  });

  test('tephra_sendRawTransactionSync brings a promise that the producer signed', async () => {
    type Answer = { preconfirmation: Record<string, Hex>; outcome: Record<string, unknown> };
    const raw = await sign({ to: deployed.counter });
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
    const later = await sign({ to: bob.address, nonce: nonce + 1 });
    const answer = node.call<{ outcome: unknown }>('tephra_sendRawTransactionSync', later);
    await node.call('eth_sendRawTransaction', await sign({ to: bob.address, nonce }));
    expect((await answer).outcome).toMatchObject({ transactionHash: keccak256(later), status: '0x1' });
    await node.chain.seal();
  });
});

describe('state', () => {
  test('at every block, by every kind of reference', async () => {
    const before = node.chain.head();
    await send({ to: deployed.counter });
    await node.chain.seal();
    const slot = async (ref: unknown) => BigInt(await node.call<Hex>('eth_getStorageAt', deployed.counter, '0x0', ref));
    const now = await slot('latest');
    expect(await slot(numberToHex(before.number))).toBe(now - 1n);
    expect(await slot(before.hash)).toBe(now - 1n);
    expect(await slot({ blockHash: before.hash, requireCanonical: true })).toBe(now - 1n);
    expect(await slot({ blockNumber: 'latest' })).toBe(now);
    expect((await node.ask('eth_getStorageAt', [deployed.counter, '0x0', '0xffffff'])).error).toEqual({
      code: -32000,
      message: 'header not found',
    });
    expect(await node.call('eth_getCode', deployed.counter)).toBe(COUNTER);
    expect(await node.call('eth_getCode', deployed.counter, 'earliest')).toBe('0x');
    expect(await node.call('eth_getBalance', zeroAddress)).toBe('0x0');
  });

  test('proofs: EIP-1186 with keys as they were asked', async () => {
    const proof = await node.call<Record<string, unknown>>(
      'eth_getProof',
      deployed.counter,
      ['0x0', `0x${'00'.repeat(32)}`],
      'latest',
    );
    expect(proof).toMatchObject({
      address: deployed.counter,
      nonce: '0x1',
      balance: '0x0',
      codeHash: keccak256(COUNTER),
      storageProof: [{ key: '0x0' }, { key: `0x${'00'.repeat(32)}` }],
    });
    const nodes = proof.accountProof as Hex[];
    expect(keccak256(nodes[0]!)).toBe(node.chain.head().stateRoot);
  });
});

describe('calls', () => {
  test('eth_call returns data and changes nothing', async () => {
    const call = () => node.call<Hex>('eth_call', { to: deployed.counter }, 'latest');
    expect(await call()).toBe(await call());
    expect(BigInt(await node.call<Hex>('eth_call', { to: deployed.counter }, 'pending'))).toBeGreaterThan(0n);
  });

  test('reverts have code 3, the reason and the data', async () => {
    expect((await node.ask('eth_call', [{ to: deployed.reverter }, 'latest'])).error).toEqual({
      code: 3,
      message: 'execution reverted: sold out',
      data: soldOut,
    });
    expect((await node.ask('eth_estimateGas', [{ to: deployed.reverter }])).error).toMatchObject({
      code: 3,
      data: soldOut,
    });
  });

  test('other failures have the words of the machine', async () => {
    const { error } = await node.ask('eth_call', [{ to: deployed.burner, gas: '0x10000' }, 'latest']);
    expect(error).toMatchObject({ code: -32000, message: expect.stringContaining('invalid opcode') });
    expect((await node.ask('eth_call', [{ to: deployed.nested, gas: '0x6000' }, 'latest'])).error?.message).toMatch(
      /out of gas|execution reverted/,
    );
  });

  test('state overrides', async () => {
    const value = `0x${'00'.repeat(31)}29`;
    const slot = `0x${'00'.repeat(32)}`;
    for (const part of [{ state: { [slot]: value } }, { stateDiff: { [slot]: value } }]) {
      const result = await node.call<Hex>('eth_call', { to: deployed.counter }, 'latest', { [deployed.counter]: part });
      expect(BigInt(result)).toBe(42n);
    }
    const elsewhere = await node.call<Hex>('eth_call', { to: zeroAddress }, 'latest', {
      [zeroAddress]: { code: COUNTER },
    });
    expect(BigInt(elsewhere)).toBe(1n);
    expect(
      await node.call('eth_call', { from: bob.address, to: zeroAddress, value: numberToHex(10n ** 30n) }, 'latest', {
        [bob.address]: { balance: numberToHex(10n ** 30n) },
      }),
    ).toBe('0x');
  });

  test('gas estimates suffice and are tight', async () => {
    expect(await node.call('eth_estimateGas', { from: alice.address, to: bob.address, value: '0x1' })).toBe('0x5208');
    for (const call of [
      { to: deployed.counter },
      { to: deployed.nested },
      { to: deployed.emitter, data: `0x${'01'.repeat(32)}` as Hex },
      { data: deployCode(COUNTER) },
    ]) {
      const estimate = BigInt(await node.call<Hex>('eth_estimateGas', { from: alice.address, ...call }));
      const tooLow = await node.ask('eth_call', [
        { from: alice.address, ...call, gas: numberToHex((estimate * 98n) / 100n) },
        'pending',
      ]);
      expect(tooLow.error).toBeDefined();
      const hash = await send({ ...call, gas: estimate });
      await node.chain.seal();
      expect(await node.call('eth_getTransactionReceipt', hash)).toMatchObject({ status: '0x1' });
    }
  });

  test('an estimate within a limit or a balance that is too small says so', async () => {
    const { error } = await node.ask('eth_estimateGas', [{ to: deployed.nested, gas: '0x7530' }]);
    expect(error?.message).toMatch(/gas required exceeds allowance|execution reverted/);
    const poor = await node.ask('eth_estimateGas', [
      { from: bob.address, to: alice.address, value: numberToHex(10n ** 25n), maxFeePerGas: '0x3b9aca00' },
    ]);
    expect(poor.error).toMatchObject({ code: -32000, message: 'insufficient funds for transfer' });
  });

  test('access lists', async () => {
    const result = await node.call<{ accessList: unknown; gasUsed: Hex }>('eth_createAccessList', {
      from: alice.address,
      to: deployed.counter,
    });
    expect(result.accessList).toEqual([{ address: deployed.counter, storageKeys: [`0x${'00'.repeat(32)}`] }]);
    const failed = await node.call<{ error: string }>('eth_createAccessList', { to: deployed.reverter });
    expect(failed.error).toBe('execution reverted: sold out');
  });

  test('fees', async () => {
    const baseFee = node.chain.open()!.context.baseFeePerGas;
    expect(await node.call('eth_gasPrice')).toBe(numberToHex(baseFee + baseFee / 4n));
    expect(await node.call('eth_maxPriorityFeePerGas')).toBe('0x0');
    const history = await node.call<Record<string, unknown[]>>('eth_feeHistory', '0x4', 'latest', [10, 50]);
    expect(history.baseFeePerGas).toHaveLength(5);
    expect(history.gasUsedRatio).toHaveLength(4);
    expect(history.reward).toHaveLength(4);
    expect(history.baseFeePerGas!.at(-1)).toBe(numberToHex(baseFee));
    expect((await node.ask('eth_feeHistory', ['0x4', 'latest', [50, 10]])).error?.message).toContain(
      'invalid reward percentile',
    );
    const { error } = await node.ask('eth_call', [{ to: bob.address, maxFeePerGas: '0x1' }, 'latest']);
    expect(error?.message).toContain('max fee per gas less than block base fee');
  });
});

describe('logs', () => {
  const word = (n: number) => numberToHex(n, { size: 32 });
  let first: bigint;
  beforeAll(async () => {
    first = node.chain.head().number + 1n;
    for (let i = 1; i <= 3; i++) {
      await send({ to: deployed.emitter, data: word(i) });
      await send({ to: deployed.counter });
      await node.chain.seal();
    }
  });

  test('by range, address and topics', async () => {
    const range = { fromBlock: numberToHex(first), toBlock: 'latest' };
    const all = await node.call<Record<string, unknown>[]>('eth_getLogs', range);
    expect(all).toHaveLength(6);
    expect(all.map(({ logIndex }) => logIndex)).toEqual(['0x0', '0x1', '0x0', '0x1', '0x0', '0x1']);
    const mine = await node.call<{ data: Hex; topics: Hex[] }[]>('eth_getLogs', {
      ...range,
      address: deployed.emitter,
      topics: [word(7), [`0x${'0'.repeat(24)}${alice.address.slice(2)}`]],
    });
    expect(mine.map(({ data }) => data)).toEqual([word(1), word(2), word(3)]);
    expect(await node.call('eth_getLogs', { ...range, topics: [word(8)] })).toEqual([]);
    const { hash } = node.chain.headerByNumber(first + 1n)!;
    expect(await node.call('eth_getLogs', { blockHash: hash })).toHaveLength(2);
    expect((await node.ask('eth_getLogs', [{ blockHash: word(1) }])).error?.message).toBe('unknown block');
    expect((await node.ask('eth_getLogs', [{ fromBlock: '0x5', toBlock: '0x1' }])).error?.message).toBe(
      'invalid block range params',
    );
  });

  test('filters tell what is new, and what was rolled back', async () => {
    const logs = await node.call<Hex>('eth_newFilter', { address: deployed.emitter });
    const blocks = await node.call<Hex>('eth_newBlockFilter');
    const pending = await node.call<Hex>('eth_newPendingTransactionFilter');
    expect(await node.call('eth_getFilterChanges', logs)).toEqual([]);

    const hash = await send({ to: deployed.emitter, data: word(9) });
    const sealed = await node.chain.seal();
    expect(await node.call('eth_getFilterChanges', pending)).toEqual([hash]);
    expect(await node.call('eth_getFilterChanges', blocks)).toEqual([sealed.header.hash]);
    expect(await node.call('eth_getFilterChanges', logs)).toMatchObject([{ data: word(9), removed: false }]);
    expect(await node.call('eth_getFilterChanges', logs)).toEqual([]);

    await node.chain.rollback(sealed.header.number - 1n);
    const replaced = await node.chain.seal();
    expect(await node.call('eth_getFilterChanges', logs)).toMatchObject([{ data: word(9), removed: true }]);
    expect(await node.call('eth_getFilterChanges', blocks)).toEqual([replaced.header.hash]);
    expect(await node.call('eth_getTransactionReceipt', hash)).toBeNull();

    expect(await node.call('eth_uninstallFilter', blocks)).toBe(true);
    expect(await node.call('eth_uninstallFilter', blocks)).toBe(false);
    expect((await node.ask('eth_getFilterChanges', [blocks])).error).toEqual({
      code: -32000,
      message: 'filter not found',
    });
    await node.clock.advance(10 * 60_000);
    expect((await node.ask('eth_getFilterChanges', [logs])).error?.message).toBe('filter not found');
  });
});

describe('tephra and admin', () => {
  test('finality climbs with its evidence', async () => {
    const block = numberToHex(2);
    expect(await node.call('tephra_getFinality', block)).toMatchObject({ tier: 1, name: 'sealed', finalAt: null });
    node.packs = [
      {
        index: 1n,
        firstBlock: 1n,
        lastBlock: 3n,
        packHash: `0x${'01'.repeat(32)}`,
        l1TransactionHash: `0x${'02'.repeat(32)}`,
        l1BlockNumber: 8n,
        windowEnd: 1_760_000_100n,
      },
    ];
    node.chain.marks = { safe: 3n, finalized: 3n };
    expect(await node.call('tephra_getFinality', block)).toMatchObject({
      tier: 3,
      name: 'final',
      finalAt: numberToHex(1_760_000_100n),
      evidence: [
        { kind: 'producer-signature', producer },
        { kind: 'l1-inclusion', packIndex: '0x1' },
        { kind: 'window-over' },
      ],
    });
    const { hash } = node.chain.headerByNumber(4n)!;
    expect(await node.call('tephra_getFinality', hash)).toMatchObject({ tier: 1 });
    const transaction = node.chain.blockByNumber(1n)!.transactions[0]!.hash;
    expect(await node.call('tephra_getFinality', transaction)).toMatchObject({ tier: 3, blockNumber: '0x1' });
    expect(await node.call('tephra_getFinality', `0x${'09'.repeat(32)}`)).toBeNull();
    expect(await node.call('tephra_status')).toMatchObject({
      mode: 'active',
      chainId: '0x1092',
      safe: { number: '0x3' },
      packs: { posted: '0x1' },
      l1: { head: '0x9', origin: { number: '0x5' } },
    });
  });

  test('admin methods open with the token only', async () => {
    for (const headers of [{ authorization: '' }, { authorization: 'Bearer wrong' }, { authorization: ADMIN_TOKEN }]) {
      expect((await node.ask('admin_status', [], headers)).error?.code).toBe(-32601);
    }
    const { result } = await node.ask('admin_status', [], { authorization: `Bearer ${ADMIN_TOKEN}` });
    expect(result).toMatchObject({ process: { pid: process.pid } });
  });
});

test('HTTP: routes, preflight, sizes, methods', async () => {
  expect(await (await fetch(`${node.url}/healthz`)).text()).toBe('ok');
  const preflight = await fetch(node.url, { method: 'OPTIONS' });
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
  expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type');
  expect((await fetch(node.url)).status).toBe(405);
  const huge = await fetch(node.url, { method: 'POST', body: 'x'.repeat(5 * 1024 * 1024 + 1) });
  expect(huge.status).toBe(413);
  const batch = await fetch(node.url, {
    method: 'POST',
    body: JSON.stringify(Array.from({ length: 1_001 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'eth_chainId' }))),
  });
  expect(await batch.json()).toMatchObject({ error: { message: 'batch of 1001 calls, the limit is 1000' } });
  const notification = await fetch(node.url, { method: 'POST', body: '{"jsonrpc":"2.0","method":"eth_chainId"}' });
  expect(notification.status).toBe(204);
});
