import fc from 'fast-check';
import { bytesToHex, getAddress, type Hash, type Hex, keccak256, numberToHex } from 'viem';
import { describe, expect, test } from 'vitest';
import { BEACON_ROOTS, CREATE2_DEPLOYER, genesisAccounts } from './genesisAccounts.ts';
import { decodeGenesisConfig, encodeGenesisConfig } from './genesisConfig.ts';
import { EMPTY_OUTBOX_ROOT } from './outboxTree.ts';
import { decodePredeployBundle, encodePredeployBundle } from './predeployBundle.ts';
import { PREDEPLOY_NAMES, PREDEPLOYS } from './predeploys.ts';
import type { GenesisConfig } from './types.ts';

const OWNER = '0x1111111111111111111111111111111111111111';
const OPERATOR = '0x2222222222222222222222222222222222222222';
const config: GenesisConfig = {
  chainId: 77n,
  timestamp: 1_800_000_001n,
  blockGasLimit: 70_000_000n,
  gasless: true,
  currencyMode: 'issued',
  tokenName: 'Schörl',
  tokenSymbol: 'SCH',
  tokenDecimals: 18,
  owner: OWNER,
  faucetOperator: OPERATOR,
  faucetReserve: 10n ** 27n,
  l1Origin: { number: 0x1234n, hash: keccak256('0x01'), timestamp: 1_800_000_000n },
  accounts: [{ address: OWNER, balance: 5n }],
};

describe('configuration', () => {
  const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => getAddress(bytesToHex(bytes)));
  const amount = fc.bigInt({ min: 0n, max: 1n << 100n });
  const any: fc.Arbitrary<GenesisConfig> = fc.record({
    chainId: fc.bigInt({ min: 1n, max: 2n ** 53n - 1n }),
    timestamp: fc.bigInt({ min: 1n << 40n, max: 1n << 41n }),
    blockGasLimit: fc.bigInt({ min: 1_000_000n, max: (1n << 63n) - 1n }),
    gasless: fc.boolean(),
    currencyMode: fc.constant('issued' as const),
    tokenName: fc.string(),
    tokenSymbol: fc.string(),
    tokenDecimals: fc.nat(255),
    owner: address,
    faucetOperator: address,
    faucetReserve: amount,
    l1Origin: fc.record({
      number: fc.bigInt({ min: 0n, max: 1n << 63n }),
      hash: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => bytesToHex(bytes)),
      timestamp: fc.bigInt({ min: 0n, max: 1n << 40n }),
    }),
    accounts: fc.uniqueArray(fc.record({ address, balance: amount }), {
      selector: (account) => account.address,
      maxLength: 5,
    }),
  });

  test('survives encoding', () => {
    fc.assert(
      fc.property(any, (value) => {
        expect(decodeGenesisConfig(encodeGenesisConfig(value))).toEqual(value);
      }),
    );
  });

  test('survives encoding with the predeploys’ code, which then decides block 0', () => {
    const predeployCode = {
      chainState: `0x60${'00'.repeat(3_000)}`,
      settler: '0x6001',
      priorityFeeVault: '0x',
    } as const;
    const own = { ...config, predeployCode };
    const encoded = encodeGenesisConfig(own);
    expect(encoded.length).toBeLessThan(2_600);
    expect(decodeGenesisConfig(encoded)).toEqual(own);
    const found = genesisAccounts(own, { outbox: '0x6002', settler: '0x6003' });
    const codeAt = (address: string) => found.find((account) => account.address === address)?.code;
    expect(codeAt(PREDEPLOYS.settler)).toBe('0x6001');
    expect(codeAt(PREDEPLOYS.outbox)).toBeUndefined();
  });

  test('with code that is no bundle is refused', () => {
    const bundle = encodePredeployBundle({ settler: '0x6001' });
    expect(decodePredeployBundle(bundle)).toEqual({ settler: '0x6001' });
    for (const bad of [
      '0x',
      '0x01',
      `${bundle}00`,
      bundle.slice(0, -2),
      '0x0330ff0100',
      '0x064004010004010000',
    ] as Hex[]) {
      expect(() => decodePredeployBundle(bad)).toThrow(expect.objectContaining({ code: 'GENESIS_CONFIG_MALFORMED' }));
    }
  });

  test.each([
    ['chain id 0', { chainId: 0n }],
    ['a chain id that no wallet can hold', { chainId: 1n << 53n }],
    ['a tiny gas limit', { blockGasLimit: 999_999n }],
    ['a time before its origin', { timestamp: 1_799_999_999n }],
    ['an account twice', { accounts: [...config.accounts, { address: OWNER, balance: 1n }] }],
    ['a predeploy as account', { accounts: [{ address: PREDEPLOYS.faucet, balance: 1n }] }],
    ['more coins than fit', { faucetReserve: 1n << 128n }],
  ] as [string, Partial<GenesisConfig>][])('with %s is refused', (_, overrides) => {
    expect(() => encodeGenesisConfig({ ...config, ...overrides } as GenesisConfig)).toThrow(
      expect.objectContaining({ code: 'GENESIS_CONFIG_INVALID' }),
    );
  });

  test('of another version, or no configuration at all, is refused', () => {
    const encoded = encodeGenesisConfig(config);
    const newer = `0x${numberToHex(3, { size: 32 }).slice(2)}${encoded.slice(66)}` as const;
    for (const bad of [newer, '0x', encoded.slice(0, 200)] as const) {
      expect(() => decodeGenesisConfig(bad as `0x${string}`)).toThrow(
        expect.objectContaining({ code: 'GENESIS_CONFIG_MALFORMED' }),
      );
    }
  });
});

describe('accounts of block 0', () => {
  const code = Object.fromEntries(PREDEPLOY_NAMES.map((name, i) => [name, numberToHex(0x6000 + i)] as const));
  const accounts = genesisAccounts(config, code);
  const at = (address: string) => accounts.find((account) => account.address.toLowerCase() === address.toLowerCase());
  const slot = (n: number): Hash => numberToHex(n, { size: 32 });

  test('are the predeploys with code, the users and the tools, each once and in order', () => {
    for (const name of PREDEPLOY_NAMES) expect(at(PREDEPLOYS[name])).toMatchObject({ nonce: 1n, code: code[name] });
    expect(at(OWNER)).toEqual({ address: OWNER, balance: 5n });
    expect(at(PREDEPLOYS.faucet)?.balance).toBe(config.faucetReserve);
    expect(at(PREDEPLOYS.system)).toBeUndefined();
    expect(at(BEACON_ROOTS.address)?.code).toBe(BEACON_ROOTS.code);
    expect(at(CREATE2_DEPLOYER.address)?.code).toBe(CREATE2_DEPLOYER.code);
    const order = accounts.map(({ address }) => address.toLowerCase());
    expect(order).toEqual([...new Set(order)].sort());
    // INVARIANT: the supply is what the configuration says.
    expect(accounts.reduce((sum, { balance }) => sum + balance, 0n)).toBe(config.faucetReserve + 5n);
  });

  test('hold the chain state by its fixed layout', () => {
    expect(at(PREDEPLOYS.chainState)?.storage).toEqual({
      [slot(0)]: numberToHex(0x1234n | (1_800_000_000n << 64n), { size: 32 }),
      [slot(1)]: keccak256('0x01'),
      [slot(3)]: `0x${'00'.repeat(12)}${OWNER.slice(2)}`,
      [slot(4)]: `0x${'00'.repeat(12)}${OPERATOR.slice(2)}`,
    });
    expect(at(PREDEPLOYS.outbox)?.storage).toEqual({ [slot(0)]: EMPTY_OUTBOX_ROOT });
  });

  test('give a tool’s address its code and the coins it was promised', () => {
    const rich = genesisAccounts({ ...config, accounts: [{ address: CREATE2_DEPLOYER.address, balance: 9n }] }, code);
    const found = rich.filter(({ address }) => address === CREATE2_DEPLOYER.address);
    expect(found).toEqual([{ address: CREATE2_DEPLOYER.address, balance: 9n, nonce: 1n, code: CREATE2_DEPLOYER.code }]);
  });
});
