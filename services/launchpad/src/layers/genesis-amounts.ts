import { FAUCET_RESERVE_MAX, type LayerSettings } from '@tephra/api';
import type { LaunchpadOptions } from '../options.ts';

/** What the faucet's operator begins with where drips cost gas: enough for some hundred thousand of them. */
const OPERATOR_GAS_WEI = 100n * 10n ** 18n;
/** The same where each coin is locked on the L1. */
const LOCKED_OPERATOR_GAS_WEI = 10n ** 17n;

export type GenesisAmounts = {
  /** Native coin in the faucet, smallest units. */
  faucetReserve: bigint;
  /** Native coin of the faucet's operator. */
  operatorGas: bigint;
  /** What is locked on the L1 for all native coin of block 0; 0 where it is issued. */
  lockedFunds: bigint;
};

/** Native coin that the platform adds to the genesis accounts of a layer, and what all of it locks. */
export function genesisAmounts(
  settings: LayerSettings,
  options: Pick<LaunchpadOptions, 'faucetReserveCoins' | 'lockedFaucetWei'>,
): GenesisAmounts {
  const mode = settings.currencyMode ?? 'issued';
  if (mode === 'issued') {
    const usual = options.faucetReserveCoins * 10n ** BigInt(settings.tokenDecimals);
    const usualReserve = usual > FAUCET_RESERVE_MAX ? FAUCET_RESERVE_MAX : usual;
    const faucetReserve = settings.faucetReserve === undefined ? usualReserve : BigInt(settings.faucetReserve);
    return { faucetReserve, operatorGas: settings.gasless ? 0n : OPERATOR_GAS_WEI, lockedFunds: 0n };
  }
  // A token that the platform happens to hold is given away by nobody but who asked for it.
  const usualReserve = mode === 'eth' ? options.lockedFaucetWei : 0n;
  const faucetReserve = settings.faucetReserve === undefined ? usualReserve : BigInt(settings.faucetReserve);
  const operatorGas = settings.gasless || faucetReserve === 0n ? 0n : LOCKED_OPERATOR_GAS_WEI;
  const accounts = settings.genesisAccounts.reduce((sum, { balance }) => sum + BigInt(balance), 0n);
  return { faucetReserve, operatorGas, lockedFunds: accounts + faucetReserve + operatorGas };
}
