import { type Hex, parseGwei, zeroHash } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { beforeEach, describe, expect, it } from 'vitest';
import { bytesToHex, hexToBytes } from './bytes.ts';
import type { BlockContext, Engine, ExecutableTransaction, SealedState, StateStore } from './engine.ts';
import { InvalidTransactionError } from './errors.ts';
import { EthereumjsEngine } from './ethereumjs/engine.ts';
import { decodeTransaction } from './transaction/decode.ts';
import { WasmEngine } from './wasm/engine.ts';

const CHAIN_ID = 4242n;
const alice = privateKeyToAccount(`0x${'11'.repeat(32)}`);
const bob = privateKeyToAccount(`0x${'22'.repeat(32)}`);
const COINBASE = '0x00000000000000000000000000000000007e0007';
const VAULT = '0x00000000000000000000000000000000007e0006';

class MemoryStore implements StateStore {
  readonly nodes = new Map<string, Uint8Array>();
  get(key: Uint8Array) {
    return this.nodes.get(bytesToHex(key));
  }
  store(sealed: SealedState) {
    for (const [key, value] of sealed.writes) this.nodes.set(bytesToHex(key), value);
  }
}

const context = (number: bigint, baseFeePerGas = 1_000_000_000n): BlockContext => ({
  number,
  timestamp: 1_700_000_000n + number,
  gasLimit: 30_000_000n,
  baseFeePerGas,
  coinbase: COINBASE,
  baseFeeRecipient: VAULT,
  prevRandao: zeroHash,
  parentBeaconBlockRoot: `0x${'ab'.repeat(32)}`,
});

type TransactionFields = {
  nonce: number;
  to?: Hex;
  value?: bigint;
  data?: Hex;
  gas?: bigint;
  maxFeePerGas?: bigint;
  maxPriorityFeePerGas?: bigint;
};
async function signed(account: typeof alice, fields: TransactionFields): Promise<ExecutableTransaction> {
  const raw = await account.signTransaction({
    type: 'eip1559',
    chainId: Number(CHAIN_ID),
    gas: 1_000_000n,
    maxFeePerGas: parseGwei('3'),
    maxPriorityFeePerGas: parseGwei('1'),
    ...fields,
  });
  return { raw: hexToBytes(raw), sender: account.address };
}

/** Init code that returns `runtime`. */
const deploy = (runtime: Hex): Hex => {
  const size = (runtime.length - 2) / 2;
  return `0x60${size.toString(16).padStart(2, '0')}600c60003960${size.toString(16).padStart(2, '0')}6000f3${runtime.slice(2)}`;
};
// slot 0 += 1; log its new value; return it
const COUNTER = '0x5f54600101805f555f5260205fa060205ff3';

/** Input of MODEXP with three operands of this length, all ones. */
const modexp = (length: number) =>
  Buffer.concat([
    ...Array.from({ length: 3 }, () => hexToBytes(`0x${length.toString(16).padStart(64, '0')}`)),
    Buffer.alloc(3 * length, 0xff),
  ]);

describe.each([
  ['ethereumjs', EthereumjsEngine],
  ['wasm', WasmEngine],
] as const)('engine %s', (_engine, ImplementedEngine) => {
  let store: MemoryStore;
  let engine: Engine;
  let root: Hex;

  beforeEach(async () => {
    store = new MemoryStore();
    engine = new ImplementedEngine({ chainId: CHAIN_ID }, { store, blockHash: () => undefined });
    const sealed = await engine.genesis([{ address: alice.address, balance: 10n ** 20n }]);
    store.store(sealed);
    root = sealed.stateRoot;
  });

  const seal = async () => {
    const sealed = await engine.seal();
    store.store(sealed);
    root = sealed.stateRoot;
    return sealed;
  };
  const balanceOf = async (address: Hex) =>
    (await engine.getAccount(address, { stateRoot: root, context: context(1n) }))?.balance ?? 0n;

  it('moves value, pays tips and base fees, and conserves the supply', async () => {
    await engine.beginBlock(root, context(1n));
    const outcome = await engine.executeTransaction(await signed(alice, { nonce: 0, to: bob.address, value: 7n }));
    expect(outcome).toMatchObject({ status: 'success', gasUsed: 21_000n, effectiveGasPrice: parseGwei('2'), logs: [] });
    const sealed = await seal();
    expect(await balanceOf(bob.address)).toBe(7n);
    expect(await balanceOf(COINBASE)).toBe(21_000n * parseGwei('1'));
    expect(await balanceOf(VAULT)).toBe(21_000n * parseGwei('1'));
    const all = await Promise.all([alice.address, bob.address, COINBASE, VAULT].map((a) => balanceOf(a as Hex)));
    expect(all.reduce((a, b) => a + b)).toBe(10n ** 20n);
    expect(sealed.touchedAccounts.toSorted()).toEqual(
      [alice.address, bob.address, COINBASE, VAULT].map((a) => a.toLowerCase()).toSorted(),
    );
  });

  it('deploys, writes storage and logs; the state can be read at every root, sealed or open', async () => {
    await engine.beginBlock(root, context(1n));
    const created = await engine.executeTransaction(await signed(alice, { nonce: 0, data: deploy(COUNTER) }));
    const contract = created.contractAddress!;
    expect(created.createdContracts).toEqual([contract]);
    const first = await engine.executeTransaction(await signed(alice, { nonce: 1, to: contract }));
    expect(first.returnData).toBe(`0x${'1'.padStart(64, '0')}`);
    expect(first.logs).toEqual([{ address: contract, topics: [], data: first.returnData }]);
    await seal();
    const rootOne = root;
    await engine.beginBlock(root, context(2n));
    await engine.executeTransaction(await signed(alice, { nonce: 2, to: contract }));
    expect(await engine.getStorage(contract, zeroHash, 'open')).toBe(`0x${'2'.padStart(64, '0')}`);
    const request = { from: bob.address, to: contract, data: '0x' as Hex, value: 0n, gas: 100_000n, gasPrice: 0n };
    expect((await engine.call(request, 'open')).returnData).toBe(`0x${'3'.padStart(64, '0')}`);
    expect(await engine.getStorage(contract, zeroHash, 'open')).toBe(`0x${'2'.padStart(64, '0')}`);
    await seal();
    expect(await engine.getStorage(contract, zeroHash, { stateRoot: rootOne, context: context(1n) })).toBe(
      `0x${'1'.padStart(64, '0')}`,
    );
    expect((await engine.call(request, { stateRoot: rootOne, context: context(1n) })).returnData).toBe(
      `0x${'2'.padStart(64, '0')}`,
    );
    expect(await engine.getCode(contract, { stateRoot: root, context: context(2n) })).toBe(COUNTER);
    const overridden = await engine.call(
      request,
      { stateRoot: root, context: context(2n) },
      { [contract]: { stateDiff: { [zeroHash]: `0x${'9'.padStart(64, '0')}` } } },
    );
    expect(overridden.returnData).toBe(`0x${'a'.padStart(64, '0')}`);
    const traced = await engine.call({ ...request, traceAccess: true }, { stateRoot: root, context: context(2n) });
    expect(traced.accessList).toEqual([{ address: contract, storageKeys: [zeroHash] }]);
  });

  it('reverts with data, halts with a reason, and keeps the nonce and the fee', async () => {
    await engine.beginBlock(root, context(1n));
    // mstore(0, 42); revert(0, 32)
    const reverting = await engine.executeTransaction(await signed(alice, { nonce: 0, data: '0x602a5f5260205ffd' }));
    expect(reverting).toMatchObject({
      status: 'reverted',
      returnData: `0x${'2a'.padStart(64, '0')}`,
      createdContracts: [],
    });
    expect(reverting.haltReason).toBeUndefined();
    const halting = await engine.executeTransaction(await signed(alice, { nonce: 1, data: '0xfe' }));
    expect(halting).toMatchObject({
      status: 'reverted',
      gasUsed: 1_000_000n,
      returnData: '0x',
      haltReason: 'invalid opcode',
    });
    expect((await engine.getAccount(alice.address, 'open'))!.nonce).toBe(2n);
  });

  it.each([
    [{ nonce: 1 }, 'NONCE_TOO_HIGH'],
    [{ nonce: 0, value: 10n ** 21n }, 'INSUFFICIENT_FUNDS'],
    [{ nonce: 0, gas: 20_999n }, 'INTRINSIC_GAS'],
    [{ nonce: 0, gas: 30_000_001n }, 'GAS_LIMIT_EXCEEDED'],
    [{ nonce: 0, maxFeePerGas: 1n, maxPriorityFeePerGas: 0n }, 'FEE_CAP_TOO_LOW'],
    [{ nonce: 0, to: undefined, data: `0x${'00'.repeat(49_153)}` as Hex }, 'INIT_CODE_TOO_LARGE'],
  ])('refuses %o and leaves the block as it was', async (fields, code) => {
    await engine.beginBlock(root, context(1n));
    const transaction = await signed(alice, { to: bob.address, ...fields });
    await expect(engine.executeTransaction(transaction)).rejects.toMatchObject({ code });
    await expect(engine.executeTransaction(transaction)).rejects.toBeInstanceOf(InvalidTransactionError);
    const before = root;
    await seal();
    expect(root).toBe(before);
  });

  it('takes the data fee beside the gas, also of what reverts, and none from calls', async () => {
    const recipient = '0x00000000000000000000000000000000007e000a';
    const dataFeeWei = 12_345n;
    await engine.beginBlock(root, { ...context(1n), dataFeeRecipient: recipient });
    await engine.executeTransaction({ ...(await signed(alice, { nonce: 0, to: bob.address, value: 7n })), dataFeeWei });
    expect(await engine.getAccount(recipient, 'open')).toMatchObject({ balance: dataFeeWei });
    const reverting = await engine.executeTransaction({
      ...(await signed(alice, { nonce: 1, data: '0x5f5ffd' })),
      dataFeeWei,
    });
    expect(reverting.status).toBe('reverted');
    expect(await engine.getAccount(recipient, 'open')).toMatchObject({ balance: 2n * dataFeeWei });
    const spent = (21_000n + reverting.gasUsed) * parseGwei('2') + 7n + 2n * dataFeeWei;
    expect(await engine.getAccount(alice.address, 'open')).toMatchObject({ balance: 10n ** 20n - spent });

    // All but what the fee takes: one wei more can't be afforded.
    const rest = 10n ** 20n - spent - 21_000n * parseGwei('3') - dataFeeWei;
    const tooMuch = await signed(alice, { nonce: 2, to: bob.address, value: rest + 1n, gas: 21_000n });
    await expect(engine.executeTransaction({ ...tooMuch, dataFeeWei })).rejects.toMatchObject({
      code: 'INSUFFICIENT_FUNDS',
    });
    const request = { from: alice.address, to: bob.address, data: '0x' as Hex, gas: 21_000n, gasPrice: parseGwei('3') };
    expect((await engine.call({ ...request, value: rest + dataFeeWei }, 'open')).status).toBe('success');
    const all = await signed(alice, { nonce: 2, to: bob.address, value: rest, gas: 21_000n });
    expect((await engine.executeTransaction({ ...all, dataFeeWei })).status).toBe('success');
    await seal();
    const balances = await Promise.all(
      [alice.address, bob.address, COINBASE, VAULT, recipient].map((a) => balanceOf(a as Hex)),
    );
    expect(balances.reduce((a, b) => a + b)).toBe(10n ** 20n);
  });

  it('does not hold what came through the inbox to the gas that is left', async () => {
    await engine.beginBlock(root, { ...context(1n), gasLimit: 30_000n });
    await engine.executeTransaction(await signed(alice, { nonce: 0, to: bob.address, gas: 21_000n }));
    const next = await signed(alice, { nonce: 1, to: bob.address, gas: 40_000n });
    await expect(engine.executeTransaction(next)).rejects.toMatchObject({ code: 'GAS_LIMIT_EXCEEDED' });
    expect((await engine.executeTransaction({ ...next, fromInbox: true })).status).toBe('success');
    await seal();
  });

  it('executes system transactions for free, as reverted receipts at worst', async () => {
    const { encodeSystemTransaction } = await import('@tephra/protocol');
    await engine.beginBlock(root, context(1n));
    const system = (gasLimit: bigint, value: bigint) => {
      const raw = hexToBytes(
        encodeSystemTransaction({
          sourceHash: `0x${'01'.repeat(32)}`,
          from: '0x00000000000000000000000000000000007EfffF',
          to: bob.address,
          value,
          gasLimit,
          data: '0x',
        }),
      );
      return { raw, sender: decodeTransaction(raw, { chainId: CHAIN_ID }).sender };
    };
    expect(await engine.executeTransaction(system(50_000n, 0n))).toMatchObject({
      status: 'success',
      gasUsed: 21_000n,
      effectiveGasPrice: 0n,
    });
    expect(await engine.executeTransaction(system(20_000n, 0n))).toMatchObject({
      status: 'reverted',
      gasUsed: 20_000n,
    });
    expect(await engine.executeTransaction(system(50_000n, 5n))).toMatchObject({ status: 'reverted' });
    expect((await engine.getAccount('0x00000000000000000000000000000000007EfffF', 'open'))!.nonce).toBe(3n);
    expect(await engine.getAccount(bob.address, 'open')).toBeNull();
  });

  it.each([
    ['identity of 32 KiB', 4, new Uint8Array(32_768), 'success'],
    ['identity of more', 4, new Uint8Array(32_769), 'halted'],
    ['modexp of 32-byte fields', 5, modexp(32), 'success'],
    ['modexp of 256-byte fields', 5, modexp(256), 'halted'],
    [
      'blake2f of 4 million rounds and one',
      9,
      Buffer.concat([hexToBytes('0x003d0901'), new Uint8Array(209)]),
      'halted',
    ],
  ])('caps precompiles at what the L1 can replay: %s', async (_name, precompile, data, status) => {
    const to: Hex = `0x${precompile.toString(16).padStart(40, '0')}`;
    const request = { from: bob.address, to, data: bytesToHex(data), value: 0n, gas: 50_000_000n, gasPrice: 0n };
    expect((await engine.call(request, { stateRoot: root, context: context(1n) })).status).toBe(status);
  });

  it('proves accounts and slots', async () => {
    await engine.beginBlock(root, context(1n));
    const created = await engine.executeTransaction(await signed(alice, { nonce: 0, data: deploy(COUNTER) }));
    await engine.executeTransaction(await signed(alice, { nonce: 1, to: created.contractAddress! }));
    await seal();
    const proof = await engine.getProof(created.contractAddress!, [zeroHash], root);
    expect(proof.storageProof[0]).toMatchObject({ key: zeroHash, value: 1n });
    expect(proof.account.nonce).toBe(1n);
    expect(proof.accountProof.length).toBeGreaterThan(0);
  });

  it('names a state that it does not have', async () => {
    await expect(engine.getProof(alice.address, [], `0x${'77'.repeat(32)}`)).rejects.toMatchObject({
      code: 'STATE_NOT_FOUND',
    });
  });
});
