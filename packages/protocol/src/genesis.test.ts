import fc from 'fast-check';
import {
  bytesToHex,
  encodeAbiParameters,
  getAddress,
  type Hash,
  type Hex,
  keccak256,
  numberToHex,
  parseAbiParameters,
  zeroAddress,
} from 'viem';
import { describe, expect, test } from 'vitest';
import { BEACON_ROOTS, CREATE2_DEPLOYER, genesisAccounts, HISTORY_STORAGE, NATIVE_RESERVE } from './genesisAccounts.ts';
import { decodeGenesisConfig, encodeGenesisConfig, GENESIS_DEFAULTS, genesisSupply } from './genesisConfig.ts';
import { HARDFORKS } from './hardfork.ts';
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
  currencyToken: zeroAddress,
  dataFeePerByte: 0n,
  minBaseFee: 0n,
  feeRecipients: { base: zeroAddress, data: OPERATOR, priority: zeroAddress },
  hardfork: 'prague',
  l1Origin: { number: 0x1234n, hash: keccak256('0x01'), timestamp: 1_800_000_000n },
  accounts: [{ address: OWNER, balance: 5n }],
};

describe('configuration', () => {
  const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => getAddress(bytesToHex(bytes)));
  const amount = fc.bigInt({ min: 0n, max: 1n << 100n });
  const fees = fc.bigInt({ min: 0n, max: 10n ** 18n });
  const currency = fc.oneof(
    fc.record({ currencyMode: fc.constant('issued' as const), tokenDecimals: fc.nat(255) }),
    fc.record({ currencyMode: fc.constant('eth' as const), tokenDecimals: fc.constant(18) }),
    fc.record({
      currencyMode: fc.constant('erc20' as const),
      tokenDecimals: fc.constant(18),
      currencyToken: address.filter((token) => token !== zeroAddress),
    }),
  );
  const rest = fc.record({
    chainId: fc.bigInt({ min: 1n, max: 2n ** 53n - 1n }),
    timestamp: fc.bigInt({ min: 1n << 40n, max: 1n << 41n }),
    blockGasLimit: fc.bigInt({ min: 1_000_000n, max: (1n << 63n) - 1n }),
    gasless: fc.boolean(),
    dataFeePerByte: fees,
    minBaseFee: fees,
    feeRecipients: fc.record({ base: address, data: address, priority: address }),
    hardfork: fc.constantFrom(...HARDFORKS),
    tokenName: fc.string(),
    tokenSymbol: fc.string(),
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
  const any: fc.Arbitrary<GenesisConfig> = fc
    .tuple(rest, currency)
    .map(([some, more]) => ({ currencyToken: zeroAddress, ...some, ...more }))
    .map((one) => (one.gasless ? { ...one, dataFeePerByte: 0n, minBaseFee: 0n } : one));

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

  test('of chains before Prague is read as one by the rules of Cancun', () => {
    const encoded = encodeGenesisConfig({ ...config, hardfork: 'cancun' });
    const parameters = parseAbiParameters(
      'uint16, (uint256 chainId, uint256 timestamp, uint256 blockGasLimit, bool gasless, uint8 currencyMode, string tokenName, string tokenSymbol, uint8 tokenDecimals, address owner, address faucetOperator, uint256 faucetReserve, (uint256 number, bytes32 hash, uint256 timestamp) l1Origin, (address account, uint256 balance)[] accounts, address currencyToken, uint256 dataFeePerByte, uint256 minBaseFee, (address base, address data, address priority) feeRecipients), bytes',
    );
    const { hardfork: _, ...rest } = config;
    const old = { ...rest, currencyMode: 0, accounts: [{ account: OWNER, balance: 5n }] as const };
    const third = encodeAbiParameters(parameters, [3, old, '0x']);
    expect(decodeGenesisConfig(third)).toEqual({ ...config, hardfork: 'cancun' });
    expect(decodeGenesisConfig(encoded)).toEqual(decodeGenesisConfig(third));
    expect(() => decodeGenesisConfig(encodeGenesisConfig({ ...config, hardfork: 'osaka' as never }))).toThrow(
      expect.objectContaining({ code: 'GENESIS_CONFIG_INVALID' }),
    );
    const history = HISTORY_STORAGE.address;
    expect(genesisAccounts(config, {}).map(({ address }) => address)).toContain(history);
    expect(genesisAccounts({ ...config, hardfork: 'cancun' }, {}).map(({ address }) => address)).not.toContain(history);
  });

  test('of chains of the first version is read with what those chains do', () => {
    // `address` is no name for abitype; names are not encoded.
    const first = parseAbiParameters(
      'uint16, (uint256 chainId, uint256 timestamp, uint256 blockGasLimit, bool gasless, uint8 currencyMode, string tokenName, string tokenSymbol, uint8 tokenDecimals, address owner, address faucetOperator, uint256 faucetReserve, (uint256 number, bytes32 hash, uint256 timestamp) l1Origin, (address account, uint256 balance)[] accounts)',
    );
    const old = { ...config, currencyMode: 0, gasless: false, accounts: [{ account: OWNER, balance: 5n }] as const };
    const plain = encodeAbiParameters(first, [1, old]);
    const expected = { ...config, gasless: false, ...GENESIS_DEFAULTS, hardfork: 'cancun', minBaseFee: 1n } as const;
    expect(decodeGenesisConfig(plain)).toEqual(expected);
    const bundle = encodePredeployBundle({ settler: '0x6001' });
    const withCode = encodeAbiParameters([...first, { type: 'bytes' }], [2, old, bundle]);
    expect(decodeGenesisConfig(withCode)).toEqual({ ...expected, predeployCode: { settler: '0x6001' } });
    for (const bad of [
      encodeAbiParameters(first, [1, { ...old, currencyMode: 1 }]),
      encodeAbiParameters(first, [0, old]),
    ]) {
      expect(() => decodeGenesisConfig(bad)).toThrow(expect.objectContaining({ code: 'GENESIS_CONFIG_MALFORMED' }));
    }
    // Block 0 of such a chain stays what it was.
    const state = genesisAccounts(expected, { chainState: '0x01' }).find(
      (account) => account.address === PREDEPLOYS.chainState,
    );
    expect(Object.keys(state?.storage ?? {})).toHaveLength(4);
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
    ['more coins than the bridge can lock', { currencyMode: 'eth', faucetReserve: 1n << 127n }],
    ['a currency without its token', { currencyMode: 'erc20' }],
    ['a token that is not its currency', { currencyToken: OPERATOR }],
    ['a currency of six decimals', { currencyMode: 'eth', tokenDecimals: 6 }],
    ['fees on a chain without fees', { dataFeePerByte: 1n }],
    ['a negative fee', { gasless: false, minBaseFee: -1n }],
    ['a fee beyond reason', { gasless: false, dataFeePerByte: 10n ** 18n + 1n }],
  ] as [string, Partial<GenesisConfig>][])('with %s is refused', (_, overrides) => {
    expect(() => encodeGenesisConfig({ ...config, ...overrides } as GenesisConfig)).toThrow(
      expect.objectContaining({ code: 'GENESIS_CONFIG_INVALID' }),
    );
  });

  test('of another version, or no configuration at all, is refused', () => {
    const encoded = encodeGenesisConfig(config);
    const newer = `0x${numberToHex(5, { size: 32 }).slice(2)}${encoded.slice(66)}` as const;
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
    expect(at(PREDEPLOYS.dataFeeVault)?.storage).toEqual({ [slot(0)]: `0x${'00'.repeat(12)}${OPERATOR.slice(2)}` });
    expect(at(PREDEPLOYS.baseFeeVault)?.storage).toBeUndefined();
  });

  test('give the bridge the reserve of a currency of the L1, and name it', () => {
    const token = '0x00000000000000000000000000000000000000aB';
    const backed = genesisAccounts({ ...config, currencyMode: 'erc20', currencyToken: token }, code);
    const find = (address: string) => backed.find((account) => account.address === address);
    expect(find(PREDEPLOYS.l2Bridge)?.balance).toBe(NATIVE_RESERVE);
    expect(find(PREDEPLOYS.chainState)?.storage?.[slot(5)]).toBe(numberToHex(0xab02n, { size: 32 }));
    // INVARIANT: what is outside the reserve is what creation locks.
    expect(backed.reduce((sum, { balance }) => sum + balance, 0n) - NATIVE_RESERVE).toBe(genesisSupply(config));
    const eth = genesisAccounts({ ...config, currencyMode: 'eth' }, code);
    expect(eth.find(({ address }) => address === PREDEPLOYS.chainState)?.storage?.[slot(5)]).toBe(
      numberToHex(1n, { size: 32 }),
    );
  });

  test('give a tool’s address its code and the coins it was promised', () => {
    const rich = genesisAccounts({ ...config, accounts: [{ address: CREATE2_DEPLOYER.address, balance: 9n }] }, code);
    const found = rich.filter(({ address }) => address === CREATE2_DEPLOYER.address);
    expect(found).toEqual([{ address: CREATE2_DEPLOYER.address, balance: 9n, nonce: 1n, code: CREATE2_DEPLOYER.code }]);
  });
});
