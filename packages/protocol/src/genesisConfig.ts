import { decodeAbiParameters, encodeAbiParameters, type Hex } from 'viem';
import { ProtocolError } from './errors.ts';
import { decodePredeployBundle, encodePredeployBundle } from './predeployBundle.ts';
import type { GenesisConfig } from './types.ts';

/** 2 carries the predeploys' code, 1 does not; decoders refuse others. */
const VERSIONS = { plain: 1, withCode: 2 } as const;

/**
 * Bytes that the L1 records at a chain's creation: abi.encode(uint16 version, tuple config, bytes predeployBundle), where
 * version 1 ends with the tuple. Everybody can recompute block 0 from them.
 * @throws ProtocolError GENESIS_CONFIG_INVALID when a field is out of range.
 */
export function encodeGenesisConfig(config: GenesisConfig): Hex {
  checkGenesisConfig(config);
  const { predeployCode, ...rest } = config;
  const tuple = { ...rest, currencyMode: CURRENCY_MODES.indexOf(config.currencyMode) };
  if (predeployCode === undefined) return encodeAbiParameters([VERSION, CONFIG], [VERSIONS.plain, tuple]);
  return encodeAbiParameters(
    [VERSION, CONFIG, BUNDLE],
    [VERSIONS.withCode, tuple, encodePredeployBundle(predeployCode)],
  );
}

/** @throws ProtocolError GENESIS_CONFIG_MALFORMED, GENESIS_CONFIG_INVALID */
export function decodeGenesisConfig(encoded: Hex): GenesisConfig {
  let config: GenesisConfig;
  try {
    const [version] = decodeAbiParameters([VERSION], encoded);
    if (version !== VERSIONS.plain && version !== VERSIONS.withCode) throw new Error(`version ${version} is not known`);
    const [, tuple] = decodeAbiParameters([VERSION, CONFIG], encoded);
    const currencyMode = CURRENCY_MODES[tuple.currencyMode];
    if (!currencyMode) throw new Error(`currency mode ${tuple.currencyMode} is not known`);
    config = {
      ...tuple,
      l1Origin: { ...tuple.l1Origin },
      accounts: tuple.accounts.map((a) => ({ ...a })),
      currencyMode,
    };
    if (version === VERSIONS.withCode) {
      const [, , bundle] = decodeAbiParameters([VERSION, CONFIG, BUNDLE], encoded);
      config.predeployCode = decodePredeployBundle(bundle);
    }
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
  const supply = config.accounts.reduce((sum, account) => sum + account.balance, config.faucetReserve);
  if (config.faucetReserve < 0n || supply >= 1n << 128n) problems.push('balances must sum to less than 2^128 wei');
  if (problems.length > 0) {
    throw new ProtocolError('GENESIS_CONFIG_INVALID', `Genesis configuration: ${problems.join('; ')}`, {
      details: { problems },
      hint: 'Correct the named fields.',
    });
  }
}

/** Wallets hold chain ids in a JavaScript number. */
const MAX_CHAIN_ID = BigInt(Number.MAX_SAFE_INTEGER);

const CURRENCY_MODES = ['issued'] as const satisfies GenesisConfig['currencyMode'][];

const VERSION = { type: 'uint16', name: 'version' } as const;
const BUNDLE = { type: 'bytes', name: 'predeployBundle' } as const;
const CONFIG = {
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
