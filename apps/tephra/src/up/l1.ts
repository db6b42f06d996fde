import { errorMessage, isTephraError, type Logger, type Service } from '@tephra/core';
import { Devnet } from '@tephra/devnet';
import { createL1Client, rpcAnswer } from '@tephra/l1';
import type { Address, Hex } from '@tephra/protocol';
import { formatEther, parseEther } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { CliError } from '../cli/errors.ts';
import { portTaken } from './ports.ts';

/** The L1 that the platform stands on, whoever runs it. */
export type PlatformL1 = Service & {
  readonly rpcUrl: string;
  readonly chainId: number;
  readonly embedded: boolean;
  /** Pays for contracts, bonds and escrows, and owns the layers. */
  readonly funderKey: Hex;
  readonly readDepth: number;
  /** Seconds. */
  readonly challengePeriod: number;
  /** DEV ONLY, to be shown; empty on a foreign L1. */
  readonly accounts: { address: Address; privateKey: Hex }[];
  travel?(seconds: number): Promise<void>;
};

/** Dev account that the platform itself uses; the ones before it belong to the user. */
const FUNDER_INDEX = 9;

export type EmbeddedL1Options = {
  port: number;
  dataDir: string;
  host: string;
  readDepth: number;
  challengePeriod: number;
};

export async function embeddedL1(
  options: EmbeddedL1Options,
  deps: { logger: Logger; onFatal: (error: unknown) => void },
): Promise<PlatformL1> {
  const devnet = await Devnet.create(
    { port: options.port, dataDir: options.dataDir, host: options.host },
    { logger: deps.logger, onFatal: deps.onFatal },
  );
  const accounts = devnet.accounts;
  return {
    embedded: true,
    chainId: devnet.chainId,
    readDepth: options.readDepth,
    challengePeriod: options.challengePeriod,
    funderKey: accounts[FUNDER_INDEX]!.privateKey,
    accounts: accounts.slice(0, FUNDER_INDEX),
    get rpcUrl() {
      return devnet.rpcUrl;
    },
    travel: async (seconds) => {
      await devnet.travel(seconds);
    },
    start: async () => {
      try {
        await devnet.start();
      } catch (error) {
        if (isTephraError(error, 'L1_PORT_IN_USE')) throw portTaken(options.port, '--l1-port', error);
        throw new CliError('L1_UNAVAILABLE', `the embedded L1 does not start: ${errorMessage(error)}`, {
          hint: isTephraError(error) && error.hint ? error.hint : 'See ./tephra doctor; --l1-rpc uses another L1.',
          cause: error,
        });
      }
    },
    stop: () => devnet.stop(),
  };
}

export type ForeignL1Options = {
  rpcUrl: string;
  privateKey: Hex;
  readDepth: number;
  challengePeriod: number;
};

/** Less than this cannot even deploy the contracts on a cheap test network. */
const LEAST_FUNDS = parseEther('0.01');

/** @throws CliError L1_UNAVAILABLE when it does not answer or the key holds nothing. */
export async function foreignL1(options: ForeignL1Options): Promise<PlatformL1> {
  const client = createL1Client({ rpcUrl: options.rpcUrl, timeoutMs: 10_000, retryCount: 1 });
  const { address } = privateKeyToAccount(options.privateKey);
  let chainId: number;
  let balance: bigint;
  try {
    [chainId, balance] = await Promise.all([client.getChainId(), client.getBalance({ address })]);
  } catch (error) {
    const words = rpcAnswer(error)?.message ?? errorMessage(error).split('\n')[0];
    throw new CliError('L1_UNAVAILABLE', `${options.rpcUrl} does not answer as an L1: ${words}`, {
      hint: 'Check --l1-rpc.',
      cause: error,
    });
  }
  if (balance < LEAST_FUNDS) {
    throw new CliError('L1_UNAVAILABLE', `${address} holds ${formatEther(balance)} ETH on chain ${chainId}`, {
      hint: `Send it at least ${formatEther(LEAST_FUNDS)} ETH, or give a funded key in TEPHRA_L1_KEY.`,
    });
  }
  return {
    rpcUrl: options.rpcUrl,
    chainId,
    embedded: false,
    readDepth: options.readDepth,
    challengePeriod: options.challengePeriod,
    funderKey: options.privateKey,
    accounts: [],
    start: async () => {},
    stop: async () => {},
  };
}
