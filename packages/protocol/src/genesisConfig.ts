import { decodeAbiParameters, encodeAbiParameters, type Hex, zeroAddress } from 'viem';
import { CURRENCY_MODES } from './currencyMode.ts';
import { ProtocolError } from './errors.ts';
import { NATIVE_RESERVE } from './genesisAccounts.ts';
import { HARDFORKS, hardforkNumber, hardforkOf, NEWEST_HARDFORK } from './hardfork.ts';
import { decodePredeployBundle, encodePredeployBundle } from './predeployBundle.ts';
import type { GenesisConfig } from './types.ts';

/**
 * 4 is what is written now. 3 lacks the hardfork: such chains run by the rules of Cancun. 1 and 2 are of chains of the first
 * version, 2 with the predeploys' code and 1 without: they lack all fields of {@link GENESIS_DEFAULTS}. Decoders refuse others.
 */
const VERSIONS = { plain: 1, withCode: 2, withFees: 3, current: 4 } as const;

/** What a chain has whose creator says nothing about its currency, its fees and its rules. */
export const GENESIS_DEFAULTS = {
  currencyMode: 'issued',
  currencyToken: zeroAddress,
  dataFeePerByte: 0n,
  feeRecipients: { base: zeroAddress, data: zeroAddress, priority: zeroAddress },
  hardfork: NEWEST_HARDFORK,
} as const satisfies Partial<GenesisConfig>;

/** Least base fee of a chain that names none, wei. */
export function defaultMinBaseFee(gasless: boolean): bigint {
  return gasless ? 0n : 1n;
}

/**
 * Coin that exists in block 0 outside the native reserve, wei. In modes `eth` and `erc20` exactly this must be locked in
 * the bridge when the chain is created.
 */
export function genesisSupply(config: Pick<GenesisConfig, 'accounts' | 'faucetReserve'>): bigint {
  return config.accounts.reduce((sum, account) => sum + account.balance, config.faucetReserve);
}

/**
 * Bytes that the L1 records at a chain's creation: abi.encode(uint16 version, tuple config, bytes predeployBundle), with an
 * empty bundle when the code is not recorded. Everybody can recompute block 0 from them.
 * @throws ProtocolError GENESIS_CONFIG_INVALID when a field is out of range.
 */
export function encodeGenesisConfig(config: GenesisConfig): Hex {
  checkGenesisConfig(config);
  const { predeployCode, ...rest } = config;
  const tuple = {
    ...rest,
    currencyMode: CURRENCY_MODES.indexOf(config.currencyMode),
    hardfork: hardforkNumber(config.hardfork),
  };
  const bundle = predeployCode === undefined ? '0x' : encodePredeployBundle(predeployCode);
  return encodeAbiParameters([VERSION, CONFIG, BUNDLE], [VERSIONS.current, tuple, bundle]);
}

/** @throws ProtocolError GENESIS_CONFIG_MALFORMED, GENESIS_CONFIG_INVALID */
export function decodeGenesisConfig(encoded: Hex): GenesisConfig {
  let config: GenesisConfig;
  try {
    const [version] = decodeAbiParameters([VERSION], encoded);
    if (version === VERSIONS.current || version === VERSIONS.withFees) config = decodeCurrent(encoded, version);
    else if (version === VERSIONS.plain || version === VERSIONS.withCode) config = decodeFirst(encoded, version);
    else throw new Error(`version ${version} is not known`);
  } catch (cause) {
    if (cause instanceof ProtocolError) throw cause;
    throw new ProtocolError('GENESIS_CONFIG_MALFORMED', 'Genesis configuration cannot be decoded', {
      hint: 'Take it from the RollupCreated event of the factory, or update this software.',
      cause,
    });
  }
  checkGenesisConfig(config);
  return config;
}

function decodeCurrent(encoded: Hex, version: 3 | 4): GenesisConfig {
  const parameters = version === VERSIONS.current ? CONFIG : CONFIG_WITH_FEES;
  const [, tuple, bundle] = decodeAbiParameters([VERSION, parameters, BUNDLE], encoded);
  const fork = 'hardfork' in tuple ? Number(tuple.hardfork) : 0;
  const hardfork = hardforkOf(fork);
  if (hardfork === undefined) throw new Error(`hardfork ${fork} is not known`);
  const config: GenesisConfig = {
    ...tuple,
    hardfork,
    l1Origin: { ...tuple.l1Origin },
    feeRecipients: { ...tuple.feeRecipients },
    accounts: tuple.accounts.map((account) => ({ ...account })),
    currencyMode: currencyModeOf(tuple.currencyMode),
  };
  if (bundle !== '0x') config.predeployCode = decodePredeployBundle(bundle);
  return config;
}

function decodeFirst(encoded: Hex, version: 1 | 2): GenesisConfig {
  const [, tuple] = decodeAbiParameters([VERSION, FIRST_CONFIG], encoded);
  const currencyMode = currencyModeOf(tuple.currencyMode);
  // The first version knew nothing else, and these chains lock no funds.
  if (currencyMode !== 'issued') throw new Error(`currency mode ${currencyMode} needs version 3`);
  const config: GenesisConfig = {
    ...tuple,
    ...GENESIS_DEFAULTS,
    hardfork: 'cancun',
    minBaseFee: defaultMinBaseFee(tuple.gasless),
    l1Origin: { ...tuple.l1Origin },
    accounts: tuple.accounts.map((account) => ({ ...account })),
  };
  if (version === VERSIONS.withCode) {
    const [, , bundle] = decodeAbiParameters([VERSION, FIRST_CONFIG, BUNDLE], encoded);
    config.predeployCode = decodePredeployBundle(bundle);
  }
  return config;
}

function currencyModeOf(index: number): GenesisConfig['currencyMode'] {
  const mode = CURRENCY_MODES[index];
  if (mode === undefined) throw new Error(`currency mode ${index} is not known`);
  return mode;
}

/** @throws ProtocolError GENESIS_CONFIG_INVALID naming every violated rule. */
export function checkGenesisConfig(config: GenesisConfig): void {
  const problems: string[] = [];
  if (config.chainId < 1n || config.chainId > MAX_CHAIN_ID) problems.push('chainId must be 1 to 2^53 - 1');
  if (config.blockGasLimit < 1_000_000n || config.blockGasLimit >= 1n << 63n) {
    problems.push('blockGasLimit must be at least 1,000,000');
  }
  if (config.timestamp < config.l1Origin.timestamp)
    problems.push('timestamp must not lie before that of the L1 origin');
  const addresses = config.accounts.map((account) => account.address.toLowerCase());
  if (new Set(addresses).size !== addresses.length) problems.push('an account is listed twice');
  if (addresses.some((address) => /^0x0{34}7e/.test(address))) problems.push('an account is a predeploy');
  if (config.accounts.some((account) => account.balance < 0n)) problems.push('a balance is negative');
  if (config.faucetReserve < 0n || genesisSupply(config) >= 1n << 128n) {
    problems.push('balances must sum to less than 2^128 wei');
  }
  if (!HARDFORKS.includes(config.hardfork)) problems.push(`hardfork must be one of ${HARDFORKS.join(', ')}`);
  problems.push(...currencyProblems(config), ...feeProblems(config));
  if (problems.length > 0) {
    throw new ProtocolError('GENESIS_CONFIG_INVALID', `Genesis configuration: ${problems.join('; ')}`, {
      details: { problems },
      hint: 'Correct the named fields.',
    });
  }
}

function currencyProblems(config: GenesisConfig): string[] {
  const problems: string[] = [];
  const hasToken = config.currencyToken !== zeroAddress;
  if (hasToken !== (config.currencyMode === 'erc20')) {
    problems.push('currencyToken belongs to currency mode erc20, which needs it');
  }
  if (config.currencyMode === 'issued') return problems;
  if (config.tokenDecimals !== 18) problems.push('a currency of the L1 has 18 decimals');
  if (genesisSupply(config) > NATIVE_RESERVE) problems.push('balances must sum to 2^127 wei at most');
  return problems;
}

function feeProblems(config: GenesisConfig): string[] {
  const problems: string[] = [];
  for (const field of ['dataFeePerByte', 'minBaseFee'] as const) {
    if (config[field] < 0n || config[field] > MAX_FEE) problems.push(`${field} must be 0 to 10^18 wei`);
    if (config.gasless && config[field] !== 0n) problems.push(`${field} must be 0 on a chain without fees`);
  }
  return problems;
}

/** Wallets hold chain ids in a JavaScript number. */
const MAX_CHAIN_ID = BigInt(Number.MAX_SAFE_INTEGER);

/** Wei for a byte or for a unit of gas: more is a mistake, and far from overflowing sums of fees. */
const MAX_FEE = 10n ** 18n;

const VERSION = { type: 'uint16', name: 'version' } as const;
const BUNDLE = { type: 'bytes', name: 'predeployBundle' } as const;
const FIRST_CONFIG = {
  type: 'tuple',
  name: 'config',
  components: [
    { name: 'chainId', type: 'uint256' },
    { name: 'timestamp', type: 'uint256' },
    { name: 'blockGasLimit', type: 'uint256' },
    { name: 'gasless', type: 'bool' },
    { name: 'currencyMode', type: 'uint8' },
    { name: 'tokenName', type: 'string' },
    { name: 'tokenSymbol', type: 'string' },
    { name: 'tokenDecimals', type: 'uint8' },
    { name: 'owner', type: 'address' },
    { name: 'faucetOperator', type: 'address' },
    { name: 'faucetReserve', type: 'uint256' },
    {
      name: 'l1Origin',
      type: 'tuple',
      components: [
        { name: 'number', type: 'uint256' },
        { name: 'hash', type: 'bytes32' },
        { name: 'timestamp', type: 'uint256' },
      ],
    },
    {
      name: 'accounts',
      type: 'tuple[]',
      components: [
        { name: 'address', type: 'address' },
        { name: 'balance', type: 'uint256' },
      ],
    },
  ],
} as const;
const CONFIG_WITH_FEES = {
  ...FIRST_CONFIG,
  components: [
    ...FIRST_CONFIG.components,
    { name: 'currencyToken', type: 'address' },
    { name: 'dataFeePerByte', type: 'uint256' },
    { name: 'minBaseFee', type: 'uint256' },
    {
      name: 'feeRecipients',
      type: 'tuple',
      components: [
        { name: 'base', type: 'address' },
        { name: 'data', type: 'address' },
        { name: 'priority', type: 'address' },
      ],
    },
  ],
} as const;
const CONFIG = {
  ...CONFIG_WITH_FEES,
  components: [...CONFIG_WITH_FEES.components, { name: 'hardfork', type: 'uint8' }],
} as const;
