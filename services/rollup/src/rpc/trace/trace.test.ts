import { bytesToHex, encodeReceipt } from '@tephra/engine';
import { type Hex, PREDEPLOYS } from '@tephra/protocol';
import { ANVIL_KEYS, type Anvil, startAnvil } from '@tephra/testing';
import { concat, encodeErrorResult, fromRlp, keccak256, numberToHex, parseGwei, toRlp } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COUNTER, deployCode, EMITTER, LOOPER, reverter } from '../testing/contracts.ts';
import { alice, genesisConfig, TestNode } from '../testing/test-node.ts';

const user = privateKeyToAccount(ANVIL_KEYS[0]!);
const soldOut = encodeErrorResult({
  abi: [{ type: 'error', name: 'Error', inputs: [{ type: 'string' }] }],
  errorName: 'Error',
  args: ['sold out'],
});

describe.each(['wasm', 'ethereumjs'] as const)('on %s', (engine) => {
  let node: TestNode;
  let anvil: Anvil;
  let nonce = 0;

  /** The same transaction in a block of its own on both sides. */
  async function both(fields: { to?: Hex; data?: Hex; value?: bigint }): Promise<{ hash: [Hex, Hex]; created: Hex }> {
    const common = {
      type: 'eip1559',
      nonce: nonce++,
      gas: 1_000_000n,
      maxFeePerGas: parseGwei('10'),
      ...fields,
    } as const;
    const ours = await node.call<Hex>(
      'eth_sendRawTransaction',
      await user.signTransaction({ ...common, chainId: Number(genesisConfig.chainId) }),
    );
    await node.chain.seal();
    const theirs = (await anvil.rpc('eth_sendRawTransaction', [
      await user.signTransaction({ ...common, chainId: anvil.chainId }),
    ])) as Hex;
    const { contractAddress } = await node.call<{ contractAddress: Hex }>('eth_getTransactionReceipt', ours);
    return { hash: [ours, theirs], created: contractAddress };
  }

  const genesisCoinbase = PREDEPLOYS.priorityFeeVault.toLowerCase();
  const sender = alice.address.toLowerCase();
  let driven: [Hex, Hex];
  let driver: Hex;
  let looper: Hex;

  beforeAll(async () => {
    node = await TestNode.start({
      engine,
      genesis: { accounts: [...genesisConfig.accounts, { address: user.address, balance: 10n ** 22n }] },
    });
    anvil = await startAnvil({ stepsTracing: true });
    const { created: counter } = await both({ data: deployCode(COUNTER) });
    const { created: emitter } = await both({ data: deployCode(EMITTER) });
    const { created: reverting } = await both({ data: deployCode(reverter(soldOut)) });
    ({ created: looper } = await both({ data: deployCode(LOOPER) }));
    // Calls of all kinds, a precompile, a creation with value, storage, a log.
    const code = concat([
      concat(['0x5f5f5f5f5f73', counter, '0x5af150']),
      concat(['0x602a5f525f5f60205f5f73', emitter, '0x5af150']),
      concat(['0x5f5f5f5f73', reverting, '0x5afa50']),
      concat(['0x5f5f5f5f73', counter, '0x5af450']),
      concat(['0x5f5f5f5f5f73', counter, '0x5af250']),
      '0x5f5f60205f60045afa50',
      '0x625f5ff35f526003601d6001f050',
      '0x600760055560055450',
      '0x60205fa000',
    ]);
    ({ created: driver } = await both({ data: deployCode(code) }));
    driven = (await both({ to: driver, data: '0x0123456789', value: 5n })).hash;
  });
  afterAll(async () => {
    await node.stop();
    await anvil.stop();
  });

  const ours = <T = unknown>(config?: object): Promise<T> => node.call<T>('debug_traceTransaction', driven[0], config);
  const theirs = <T = unknown>(config: object = {}): Promise<T> =>
    anvil.rpc('debug_traceTransaction', [driven[1], config]) as Promise<T>;

  type Logs = { structLogs: Record<string, unknown>[] };

  /** anvil shows what is empty, go-ethereum and we leave it out; and it counts the callee's gas as a creation's own cost. */
  function asAnvil<T extends Logs>(trace: T): T {
    const structLogs = trace.structLogs.map(({ memory = [], refund = 0, returnData = '0x', gasCost, ...rest }) => ({
      ...rest,
      memory,
      refund,
      returnData,
      gasCost: rest.op === 'CREATE' ? 'differs' : gasCost,
    }));
    return { ...trace, structLogs };
  }

  /** Base fees and their recipient are other ones there. */
  function withoutFees(accounts: object): unknown {
    const recipients = [genesisCoinbase, `0x${'00'.repeat(20)}`];
    return Object.fromEntries(
      Object.entries(accounts)
        .filter(([address]) => !recipients.includes(address))
        .map(([name, value]: [string, object]) => {
          if (name === 'pre' || name === 'post') return [name, withoutFees(value)];
          return [name, name === user.address.toLowerCase() ? { ...value, balance: 'differs' } : value];
        }),
    );
  }

  describe('as anvil traces the same transaction', () => {
    test.each([
      ['struct logs', { enableMemory: true, enableReturnData: true }],
      ['without stack and storage', { disableStack: true, disableStorage: true }],
    ])('%s', async (_name, config) => {
      expect(asAnvil(await ours<Logs>(config))).toEqual(asAnvil(await theirs<Logs>(config)));
    });

    test.each([
      ['calls', {}],
      ['calls with logs', { withLog: true }],
      ['the top call', { onlyTopCall: true }],
    ])('%s', async (_name, tracerConfig) => {
      const config = { tracer: 'callTracer', tracerConfig };
      // go-ethereum and we begin with the transaction's gas limit, anvil with what the intrinsic gas leaves of it.
      expect(await ours(config)).toEqual({ ...(await theirs<object>(config)), gas: numberToHex(1_000_000) });
    });

    test.each([
      ['before', {}],
      ['difference', { diffMode: true }],
    ])('prestate: %s', async (_name, tracerConfig) => {
      const config = { tracer: 'prestateTracer', tracerConfig };
      expect(withoutFees(await ours<object>(config))).toEqual(withoutFees(await theirs<object>(config)));
    });

    test('a call on top of a block', async () => {
      const call = { from: user.address, to: driver, gas: numberToHex(500_000) };
      const config = { tracer: 'callTracer' };
      const expected = (await anvil.rpc('debug_traceCall', [call, 'latest', config])) as object;
      expect(await node.call('debug_traceCall', call, 'latest', config)).toEqual({ ...expected, gas: call.gas });
      const moved = { ...config, stateOverrides: { [driver]: { code: '0x' } } };
      expect(await node.call('debug_traceCall', call, 'latest', moved)).not.toHaveProperty('calls');
    });
  });

  test('selectors without those of precompiles', async () => {
    expect(await ours({ tracer: '4byteTracer' })).toEqual({
      '0x01234567-1': 1,
      '0x00000000-28': 1,
    });
    expect(await ours({ tracer: 'noopTracer' })).toEqual({});
  });

  test('limits', async () => {
    expect((await ours<Logs>({ limit: 3 })).structLogs).toHaveLength(3);
    const endless = await node.ask('debug_traceCall', [{ to: looper }, 'latest', {}]);
    expect(endless.error).toMatchObject({ code: -32003, message: expect.stringContaining('the trace is longer than') });
    const config = { tracer: 'callTracer', timeout: '1ms' };
    expect((await node.ask('debug_traceCall', [{ to: looper }, 'latest', config])).error).toEqual({
      code: -32000,
      message: 'execution aborted (timeout = 1ms)',
    });
    // Everything is in order afterwards.
    expect(await ours({ tracer: 'callTracer' })).toMatchObject({ type: 'CALL', to: driver });
    for (const [params, message] of [
      [[driven[0], { tracer: 'jsTracer' }], 'tracer not found: jsTracer; there are callTracer'],
      [[driven[0], { timeout: 'soon' }], 'invalid argument 1: timeout: time: invalid duration "soon"'],
      [[`0x${'01'.repeat(32)}`], 'transaction not found'],
    ] as const) {
      expect((await node.ask('debug_traceTransaction', [...params])).error?.message).toContain(message);
    }
  });

  test('whole blocks, in whose middle a transaction finds what those before it left', async () => {
    const counter = { to: driver, value: 1n };
    const hashes = [await node.send(counter), await node.send(counter)];
    const { header } = await node.chain.seal();
    const config = { tracer: 'prestateTracer', tracerConfig: { diffMode: true } };
    const byNumber = await node.call<{ txHash: Hex; result: unknown }[]>(
      'debug_traceBlockByNumber',
      numberToHex(header.number),
      config,
    );
    expect(byNumber.map(({ txHash }) => txHash)).toEqual(hashes);
    expect(await node.call('debug_traceBlockByHash', header.hash, config)).toEqual(byNumber);
    expect(byNumber[1]!.result).toEqual(await node.call('debug_traceTransaction', hashes[1], config));
    const nonces = byNumber.map(
      ({ result }) => (result as { post: Record<string, { nonce?: number }> }).post[sender]?.nonce,
    );
    expect(nonces).toEqual([1, 2]);
    expect((await node.ask('debug_traceBlockByNumber', ['0x0'])).error?.message).toBe('genesis is not traceable');
    expect((await node.ask('debug_traceBlockByNumber', ['0xffff'])).error?.message).toBe('block not found');
  });

  test('a creation: what was not there before is no part of the state before', async () => {
    const sent = await node.send({ data: deployCode(COUNTER), value: 3n });
    await node.chain.seal();
    const { contractAddress } = await node.call<{ contractAddress: Hex }>('eth_getTransactionReceipt', sent);
    const trace = (tracerConfig: object) =>
      node.call<Record<string, Record<string, object>>>('debug_traceTransaction', sent, {
        tracer: 'prestateTracer',
        tracerConfig,
      });
    const { pre, post } = await trace({ diffMode: true });
    expect(pre![contractAddress]).toBeUndefined();
    expect(post![contractAddress]).toEqual({ balance: '0x3', nonce: 1, code: COUNTER });
    expect((await trace({}))[contractAddress]).toEqual({ balance: '0x0' });
  });

  test('raw forms hash to what the chain commits to', async () => {
    const { header, transactions, receipts } = node.chain.blockByNumber(1n)!;
    const raw = await node.call<Hex>('debug_getRawHeader', '0x1');
    expect(keccak256(raw)).toBe(header.hash);
    const block = fromRlp(await node.call<Hex>('debug_getRawBlock', header.hash), 'hex') as unknown as [
      Hex[],
      Hex[],
      [],
      [],
    ];
    expect(keccak256(toRlp(block[0]))).toBe(header.hash);
    expect(block.slice(1)).toEqual([transactions.map((each) => each.raw), [], []]);
    expect(await node.call('debug_getRawTransaction', transactions[0]!.hash)).toBe(transactions[0]!.raw);
    expect(await node.call<Hex[]>('debug_getRawReceipts', '0x1')).toEqual(
      receipts.map((receipt) => bytesToHex(encodeReceipt(receipt))),
    );
  });
});
