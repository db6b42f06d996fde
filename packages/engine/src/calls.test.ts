import type { Address, Hash, Hex } from '@tephra/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bytesToHex } from './bytes.ts';
import { createEngine, type NodeEngine } from './createEngine.ts';
import type { BlockContext, CallRequest } from './engine.ts';
import type { DecodedTransaction } from './transaction/decode.ts';

const ZERO: Hash = `0x${'00'.repeat(32)}`;
const word = (value: bigint): Hash => `0x${value.toString(16).padStart(64, '0')}`;
const SENDER: Address = `0x${'5e'.repeat(20)}`;
/** Stores its calldata in slot 0; without calldata it counts down from 800,000 and then returns what is there. */
const SLOW: Address = `0x${'c1'.repeat(20)}`;
const SLOW_CODE: Hex = '0x36601a5762 0c3500 5b60019003806008575 05f545f5260205ff3 5b5f355f5500'.replaceAll(
  ' ',
  '',
) as Hex;
const ENDLESS: Address = `0x${'c2'.repeat(20)}`;
/** Asks the identity precompile again and again, without any other work. */
const COPIER: Address = `0x${'c3'.repeat(20)}`;
/** Creates a contract that stores 7 and returns its address. */
const MAKER: Address = `0x${'c4'.repeat(20)}`;

const context: BlockContext = {
  number: 1n,
  timestamp: 1_700_000_000n,
  gasLimit: 1_000_000_000n,
  baseFeePerGas: 0n,
  coinbase: `0x${'c0'.repeat(20)}`,
  baseFeeRecipient: `0x${'fe'.repeat(20)}`,
  prevRandao: ZERO,
  parentBeaconBlockRoot: ZERO,
};
const call = (to: Address, fields: Partial<CallRequest> = {}): CallRequest => ({
  from: SENDER,
  to,
  data: '0x',
  value: 0n,
  gas: 1_000_000_000n,
  gasPrice: 0n,
  ...fields,
});

describe.each(['wasm', 'ethereumjs'] as const)('calls on %s', (name) => {
  const nodes = new Map<string, Uint8Array>();
  let engine: NodeEngine;
  let stateRoot: Hash;

  beforeEach(async () => {
    nodes.clear();
    const store = { get: (key: Uint8Array) => nodes.get(bytesToHex(key)) };
    engine = createEngine(name, { chainId: 1n }, { store, blockHash: () => undefined });
    const sealed = await engine.genesis([
      { address: SENDER, balance: 10n ** 20n },
      { address: SLOW, balance: 0n, nonce: 1n, code: SLOW_CODE, storage: { [ZERO]: word(5n) } },
      { address: ENDLESS, balance: 0n, nonce: 1n, code: '0x5b5f56' },
      { address: COPIER, balance: 0n, nonce: 1n, code: '0x5b5f5f6180005f60045afa505f56' },
      {
        address: MAKER,
        balance: 0n,
        nonce: 1n,
        code: '0x6460075f555f5f52600560 1b5ff05f5260205ff3'.replace(' ', '') as Hex,
      },
    ]);
    for (const [key, value] of sealed.writes) nodes.set(bytesToHex(key), value);
    ({ stateRoot } = sealed);
    await engine.beginBlock(stateRoot, context);
  });
  afterEach(() => engine.close());

  let nonce = 0n;
  beforeEach(() => {
    nonce = 0n;
  });
  const send = (to: Address, data: Hex) => {
    const decoded: DecodedTransaction = {
      raw: new Uint8Array(),
      hash: ZERO,
      type: 2,
      sender: SENDER,
      nonce: nonce++,
      to,
      value: 0n,
      gasLimit: 1_000_000n,
      data: Buffer.from(data.slice(2), 'hex'),
      maxFeePerGas: 0n,
      maxPriorityFeePerGas: 0n,
      accessList: [],
      signature: null,
      sourceHash: null,
    };
    return engine.executeTransaction({ raw: decoded.raw, sender: SENDER, decoded });
  };

  it.each([
    ['an endless loop', ENDLESS],
    ['a loop over a precompile', COPIER],
  ])('gives up %s at its deadline, and goes on as if nothing had been', async (_name, to) => {
    for (const at of ['open', { stateRoot, context }] as const) {
      const given = engine.call(call(to, { deadline: performance.now() + 30 }), at);
      await expect(given).rejects.toMatchObject({ code: 'EXECUTION_TIMEOUT' });
      expect((await engine.call(call(SLOW), at)).returnData).toBe(word(5n));
    }
    expect((await send(SLOW, word(6n))).status).toBe('success');
  });

  it('lets the block go on during a long call, which sees the block as it was when it began', async () => {
    const slow = engine.call(call(SLOW), 'open');
    const stored = engine.call(call(SLOW), { stateRoot, context });
    let wasAnswered = false;
    void slow.then(() => {
      wasAnswered = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect((await send(SLOW, word(6n))).status).toBe('success');
    expect(await engine.getStorage(SLOW, ZERO, 'open')).toBe(word(6n));
    expect(wasAnswered).toBe(false);
    expect((await slow).returnData).toBe(word(5n));
    expect((await stored).returnData).toBe(word(5n));
    expect((await engine.call(call(SLOW), 'open')).returnData).toBe(word(6n));
  });

  it('sees what the open block created, stored and paid', async () => {
    const made = (await engine.call(call(MAKER), 'open')).returnData;
    await send(MAKER, '0x');
    const created: Address = `0x${made.slice(-40)}`;
    expect(await engine.getStorage(created, ZERO, 'open')).toBe(word(7n));
    expect(await engine.getAccount(created, 'open')).toMatchObject({ nonce: 1n });
    expect(await engine.getAccount(created, { stateRoot, context })).toBeNull();
    // Each creation has another address, by the nonce that the block left.
    expect((await engine.call(call(MAKER), 'open')).returnData).not.toBe(made);
    expect((await engine.call(call(MAKER), { stateRoot, context })).returnData).toBe(made);
  });

  it('reads the open block without keeping what it reads', async () => {
    await send(SLOW, word(9n));
    expect(await engine.getCode(ENDLESS, 'open')).toBe('0x5b5f56');
    expect(await engine.getCode(`0x${'99'.repeat(20)}`, 'open')).toBe('0x');
    expect(await engine.getAccount(`0x${'99'.repeat(20)}`, 'open')).toBeNull();
    expect(await engine.getStorage(SLOW, word(1n), 'open')).toBe(ZERO);
    const { touchedAccounts } = await engine.seal();
    expect(touchedAccounts.toSorted()).toEqual([SENDER, SLOW].toSorted());
  });
});
