import { type Address, type Hash, type Hex, numberToHex, padHex, zeroAddress } from 'viem';
import { CURRENCY_MODES } from './currencyMode.ts';
import { includesFork } from './hardfork.ts';
import { EMPTY_OUTBOX_ROOT } from './outboxTree.ts';
import type { PredeployCode } from './predeployBundle.ts';
import { PREDEPLOY_NAMES, PREDEPLOYS, type PredeployName } from './predeploys.ts';
import type { GenesisConfig } from './types.ts';

/** An account of block 0; the shape of the engine's GenesisAccount. */
export type GenesisAllocation = {
  address: Address;
  balance: bigint;
  nonce?: bigint;
  code?: Hex;
  storage?: Record<Hash, Hash>;
};

/** Beacon roots contract of EIP-4788, which keeps the L1 origin's hash of recent timestamps. */
export const BEACON_ROOTS = {
  address: '0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02',
  code: '0x3373fffffffffffffffffffffffffffffffffffffffe14604d57602036146024575f5ffd5b5f35801560495762001fff810690815414603c575f5ffd5b62001fff01545f5260205ff35b5f5ffd5b62001fff42064281555f359062001fff015500',
} as const satisfies { address: Address; code: Hex };

/** History contract of EIP-2935, which keeps the hashes of the last 8,191 blocks; on chains from Prague on. */
export const HISTORY_STORAGE = {
  address: '0x0000F90827F1C53a10cb7A02335B175320002935',
  code: '0x3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff81430311604257611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500',
} as const satisfies { address: Address; code: Hex };

/** The keyless CREATE2 deployer that development tools expect on every chain (Arachnid/deterministic-deployment-proxy). */
export const CREATE2_DEPLOYER = {
  address: '0x4e59b44847b379578588920cA78FbF26c0B4956C',
  code: '0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3',
} as const satisfies { address: Address; code: Hex };

/**
 * Every account of block 0, in ascending order of address. The chain's state root follows from the configuration and the
 * predeploys' code alone.
 * @param fallback runtime bytecode by predeploy, for a configuration that does not bring it. A name that is left out has
 *   none (vaults need none to hold a balance).
 */
export function genesisAccounts(config: GenesisConfig, fallback: PredeployCode): GenesisAllocation[] {
  const code = config.predeployCode ?? fallback;
  const accounts = new Map<string, GenesisAllocation>();
  for (const { address, balance } of config.accounts) accounts.set(address.toLowerCase(), { address, balance });
  const history = includesFork(config.hardfork, 'prague') ? [HISTORY_STORAGE] : [];
  for (const contract of [BEACON_ROOTS, ...history, CREATE2_DEPLOYER]) {
    const balance = accounts.get(contract.address.toLowerCase())?.balance ?? 0n;
    accounts.set(contract.address.toLowerCase(), {
      address: contract.address,
      balance,
      nonce: 1n,
      code: contract.code,
    });
  }
  for (const name of PREDEPLOY_NAMES) {
    const runtime = code[name];
    const storage = genesisStorage(config, name);
    const balance = predeployBalance(config, name);
    if (runtime === undefined && storage === undefined && balance === 0n) continue;
    accounts.set(PREDEPLOYS[name].toLowerCase(), {
      address: PREDEPLOYS[name],
      balance,
      nonce: 1n,
      ...(runtime === undefined ? {} : { code: runtime }),
      ...(storage === undefined ? {} : { storage }),
    });
  }
  return [...accounts.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, account]) => account);
}

/**
 * Coin of the L2 bridge in block 0 of a chain whose currency is an L1 asset, wei: what deposits are paid from. It is no
 * supply, and no more than this may ever be locked on the L1 (docs/decisions/0013-native-reserve.md).
 */
export const NATIVE_RESERVE = 1n << 127n;

function predeployBalance(config: GenesisConfig, name: PredeployName): bigint {
  if (name === 'faucet') return config.faucetReserve;
  return name === 'l2Bridge' && config.currencyMode !== 'issued' ? NATIVE_RESERVE : 0n;
}

/** Storage of block 0 by the layouts in contracts/src/predeploys/IPredeploys.sol. */
function genesisStorage(config: GenesisConfig, name: PredeployName): Record<Hash, Hash> | undefined {
  if (name === 'outbox') return { [word(0n)]: EMPTY_OUTBOX_ROOT };
  const recipient = feeRecipient(config, name);
  if (recipient !== undefined) return recipient === zeroAddress ? undefined : { [word(0n)]: addressWord(recipient) };
  if (name !== 'chainState') return undefined;
  const currency = BigInt(CURRENCY_MODES.indexOf(config.currencyMode)) | (BigInt(config.currencyToken) << 8n);
  return {
    [word(0n)]: word(config.l1Origin.number | (config.l1Origin.timestamp << 64n)),
    [word(1n)]: config.l1Origin.hash,
    [word(3n)]: addressWord(config.owner),
    [word(4n)]: addressWord(config.faucetOperator),
    // A zero is no entry of the trie; it is also what chains of the first version have here.
    ...(currency === 0n ? {} : { [word(5n)]: word(currency) }),
  };
}

function feeRecipient({ feeRecipients }: GenesisConfig, name: PredeployName): Address | undefined {
  if (name === 'baseFeeVault') return feeRecipients.base;
  if (name === 'dataFeeVault') return feeRecipients.data;
  return name === 'priorityFeeVault' ? feeRecipients.priority : undefined;
}

function addressWord(address: Address): Hash {
  return padHex(address.toLowerCase() as Address, { size: 32 });
}

function word(value: bigint): Hash {
  return numberToHex(value, { size: 32 });
}
