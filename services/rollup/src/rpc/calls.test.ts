import type { Hex } from '@tephra/protocol';
import { encodeErrorResult, keccak256, numberToHex, zeroAddress } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BURNER, COUNTER, deployCode, EMITTER, LOOPER, NESTED, reverter } from './testing/contracts.ts';
import { alice, bob, TestNode } from './testing/test-node.ts';

const soldOut = encodeErrorResult({
  abi: [{ type: 'error', name: 'Error', inputs: [{ type: 'string' }] }],
  errorName: 'Error',
  args: ['sold out'],
});

let node: TestNode;
const deployed = {
  counter: '0x' as Hex,
  emitter: '0x' as Hex,
  reverter: '0x' as Hex,
  burner: '0x' as Hex,
  nested: '0x' as Hex,
};

beforeAll(async () => {
  node = await TestNode.start();
  deployed.counter = await node.deploy(COUNTER);
  deployed.emitter = await node.deploy(EMITTER);
  deployed.reverter = await node.deploy(reverter(soldOut));
  deployed.burner = await node.deploy(BURNER);
  deployed.nested = await node.deploy(NESTED);
});
afterAll(() => node.stop());

describe('state', () => {
  test('at every block, by every kind of reference', async () => {
    const before = node.chain.head();
    await node.send({ to: deployed.counter });
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

  test('a call that takes too long is given up, and the next one finds everything in order', async () => {
    const strict = await TestNode.start({ limits: { callTimeoutMs: 1, callGas: 1_000_000_000_000n } });
    try {
      const looper = await strict.deploy(LOOPER);
      const counter = await strict.deploy(COUNTER);
      for (const block of ['latest', 'pending']) {
        expect((await strict.ask('eth_call', [{ to: looper }, block])).error).toEqual({
          code: -32000,
          message: 'execution aborted (timeout = 1ms)',
        });
      }
      expect((await strict.ask('eth_createAccessList', [{ to: looper }])).error?.message).toMatch('execution aborted');
      expect(BigInt(await strict.call<Hex>('eth_call', { to: counter }))).toBe(1n);
    } finally {
      await strict.stop();
    }
  });

  test('long calls on pending let transactions and other calls pass', async () => {
    const looper = await node.deploy(LOOPER);
    let running = 2;
    const long = Array.from({ length: running }, () =>
      node.ask('eth_call', [{ to: looper, gas: '0x2faf080' }, 'pending']).finally(() => running--),
    );
    const hash = await node.send({ to: deployed.counter });
    const count = await node.call<Hex>('eth_call', { to: deployed.counter }, 'pending');
    await node.chain.seal();
    expect(await node.call('eth_getTransactionReceipt', hash)).toMatchObject({ status: '0x1' });
    expect(BigInt(await node.call<Hex>('eth_call', { to: deployed.counter }))).toBe(BigInt(count));
    expect(running).toBeGreaterThan(0);
    for (const answer of await Promise.all(long)) expect(answer.error?.message).toBe('out of gas');
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
      const hash = await node.send({ ...call, gas: estimate });
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
