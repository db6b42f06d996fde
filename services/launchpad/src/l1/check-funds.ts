import type { FieldViolation, LayerSettings } from '@tephra/api';
import { errorMessage } from '@tephra/core';
import type { Address } from '@tephra/protocol';
import { BaseError, ContractFunctionExecutionError, erc20Abi, formatEther, HttpRequestError, TimeoutError } from 'viem';
import { LaunchpadError } from '../errors.ts';
import { genesisAmounts } from '../layers/genesis-amounts.ts';
import type { LifecycleContext } from '../lifecycle/context.ts';

/**
 * Whether the platform's account can pay for a layer, asked before anything is made: bond, escrow and gas money of the
 * proposer, and what the layer's currency locks.
 * @throws LaunchpadError INVALID_ARGUMENT (a token that cannot be a currency, more locked than the platform allows),
 *   FAILED_PRECONDITION (the account holds too little), UNAVAILABLE (the L1 does not answer a question that must be asked)
 */
export async function checkFunds(settings: LayerSettings, context: LifecycleContext): Promise<void> {
  const mode = settings.currencyMode ?? 'issued';
  const { lockedFunds } = genesisAmounts(settings, context.options);
  const most = context.options.maxLockedWei;
  if (lockedFunds > most) {
    const message = `and faucet lock ${formatEther(lockedFunds)} coins on the L1, this platform allows ${formatEther(most)}`;
    throw refusal(
      [{ path: 'flashlayer.settings.genesisAccounts', message }],
      'Ask for less, or deposit after the launch.',
    );
  }
  try {
    if (mode === 'erc20') await checkToken(settings.currencyToken!, lockedFunds, context);
    await checkEther(mode === 'eth' ? lockedFunds : 0n, context);
  } catch (error) {
    if (error instanceof LaunchpadError) throw error;
    // An ordinary launch waits for an L1 that is away: its steps are tried again.
    if (mode === 'issued' && isSilence(error)) return;
    throw new LaunchpadError('UNAVAILABLE', `The L1 cannot be asked about the funds: ${errorMessage(error)}`, {
      hint: 'Try again when the L1 answers.',
      retryable: true,
      cause: error,
    });
  }
}

async function checkEther(lockedWei: bigint, { client, funder, options }: LifecycleContext): Promise<void> {
  const needed = options.bondWei + options.settlementEscrowWei + options.proposerFundsWei + lockedWei;
  const balance = await client.getBalance({ address: funder.address });
  if (balance > needed) return;
  throw new LaunchpadError(
    'FAILED_PRECONDITION',
    `The platform's account ${funder.address} holds ${formatEther(balance)} ETH on the L1; this layer needs ${formatEther(needed)} and gas.`,
    { hint: 'Send it ETH, or let the platform use smaller amounts per layer (./tephra up --help).' },
  );
}

async function checkToken(token: Address, lockedFunds: bigint, { client, funder }: LifecycleContext): Promise<void> {
  const path = 'flashlayer.settings.currencyToken';
  const code = await client.getCode({ address: token });
  if (code === undefined || code === '0x')
    throw refusal([{ path, message: `there is no contract at ${token} on the L1` }]);
  const read = { address: token, abi: erc20Abi } as const;
  let decimals: number;
  let balance: bigint;
  try {
    [decimals, balance] = await Promise.all([
      client.readContract({ ...read, functionName: 'decimals' }),
      client.readContract({ ...read, functionName: 'balanceOf', args: [funder.address] }),
    ]);
  } catch (error) {
    if (isSilence(error) || !(error instanceof ContractFunctionExecutionError)) throw error;
    throw refusal([{ path, message: `the contract at ${token} is not an ERC-20` }]);
  }
  if (decimals !== 18) throw refusal([{ path, message: `has ${decimals} decimals, a native coin needs 18` }]);
  if (balance >= lockedFunds) return;
  throw refusal(
    [
      {
        path,
        message: `the platform's account holds ${formatEther(balance)} of it, the genesis locks ${formatEther(lockedFunds)}`,
      },
    ],
    `Transfer what is missing to ${funder.address} on the L1, or launch without genesis balances and deposit afterwards.`,
  );
}

function refusal(fields: FieldViolation[], hint = 'Correct the named fields.'): LaunchpadError {
  return new LaunchpadError('INVALID_ARGUMENT', fields.map(({ path, message }) => `${path} ${message}`).join('; '), {
    fields,
    hint,
  });
}

function isSilence(error: unknown): boolean {
  return (
    error instanceof BaseError &&
    error.walk((cause) => cause instanceof HttpRequestError || cause instanceof TimeoutError) !== null
  );
}
