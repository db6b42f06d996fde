import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type ApiClient,
  ApiError,
  CURRENCY_MODES,
  type CurrencyMode,
  ENGINES,
  type Flashlayer,
  type LayerDetail,
  type LayerSettingsInput,
  VERIFICATIONS,
} from '@tephra/api';
import { type Command, Option } from 'commander';
import { parseUnits } from 'viem';
import { makeCommand } from '../cli/command.ts';
import { type CliContext, findPlatform } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';
import { duration, fields, table } from '../cli/format.ts';
import type { Output } from '../cli/output.ts';
import type { Runner } from '../cli/runner.ts';

type LaunchFlags = {
  blockTime?: string;
  gasLimit?: string;
  symbol?: string;
  decimals?: string;
  /** commander: false when --no-gasless was given. */
  gasless: boolean;
  trial: boolean;
  genesis?: string[];
  settings?: string;
  challengePeriod?: string;
  checkpointBlocks?: string;
  auction?: boolean;
  minBaseFee?: string;
  dataFee?: string;
  feeRecipient?: string[];
  currency?: string;
  currencyToken?: string;
  faucetReserve?: string;
  history?: string;
  engine?: string;
  verification?: string;
  import?: string;
  wait: boolean;
  idempotencyKey?: string;
};

export function launchCommand(run: Runner): Command {
  return makeCommand({
    usage: 'launch <name>',
    summary: 'Launch a flash layer and wait until it is active',
    description:
      'Launches a flash layer and follows its steps until it is active. A name is 2 to 12 characters of a-z and 0-9, starting with a letter.',
    examples: [
      ['launch mint', 'gasless layer with 1 s blocks'],
      ['launch game --block-time 0.5 --symbol GAME', 'faster blocks, own coin symbol'],
      [
        'launch fees --no-gasless --genesis 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266=1000',
        'gas costs coin; one account starts with 1000',
      ],
      [
        'launch arena --currency eth --no-gasless --min-base-fee 1000000 --data-fee 10000000',
        'ETH of the L1 as native coin, fees for gas and data',
      ],
      ['launch season2 --import season1', 'with the tokens of a settled layer'],
      ['launch mint --settings layer.json --json', 'settings of the API from a file, result as JSON'],
    ],
  })
    .option('--block-time <seconds>', 'time between blocks, 0.5 to 60 (default: 1)')
    .option('--gas-limit <gas>', 'gas of a block, 30000000 to 70000000 (default: 70000000)')
    .option('--symbol <symbol>', 'symbol of the native coin, 2 to 6 characters (default: ETH)')
    .option('--decimals <count>', 'decimals of the native coin (default: 18)')
    .option('--no-gasless', 'make transactions pay for gas')
    .option('--genesis <address=amount...>', 'accounts that start with native coin, in whole coins')
    .option('--challenge-period <seconds>', 'how long a pack can be challenged on the L1')
    .option('--checkpoint-blocks <blocks>', 'blocks after which a pack is posted at the latest')
    .option('--auction', 'order by price (priority gas auction) instead of first come, first served')
    .option('--min-base-fee <wei>', 'base fee that a unit of gas never goes below; needs --no-gasless (default: 1)')
    .option('--data-fee <wei>', 'fee for each byte of a transaction; needs --no-gasless (default: 0)')
    .option('--fee-recipient <kind=address...>', 'who gets base, data or priority fees (default: the owner)')
    .addOption(
      new Option(
        '--currency <mode>',
        'native coin: issued by the layer, or ETH or a token of the L1 (default: issued)',
      ).choices(CURRENCY_MODES),
    )
    .option('--currency-token <address>', 'the L1 token of --currency erc20; it needs 18 decimals')
    .option('--faucet-reserve <coins>', 'coins in the faucet at the start; locked on the L1 unless issued')
    .option('--history <blocks>', 'blocks of past state that the node keeps, or "archive" (default: archive)')
    .addOption(new Option('--engine <name>', 'implementation of the EVM').choices(ENGINES))
    .addOption(
      new Option(
        '--verification <kind>',
        'what tier 2 means: a pack on the L1, or operators of VITAL (default: vital where the platform runs operators)',
      ).choices(VERIFICATIONS),
    )
    .option('--import <layer>', 'make the tokens of a settled layer known here: id, name or Rollup address')
    .option('--no-trial', 'basic tier: the layer does not end by itself after 2 hours')
    .option('--settings <file>', 'JSON file with the "settings" object of the API; flags win over it')
    .option('--idempotency-key <key>', 'the same key and settings never launch a second layer')
    .option('--no-wait', 'return at once, while the layer comes up')
    .action(
      run(async (raw, [name], context) => {
        const flags = raw as LaunchFlags;
        const { api } = await findPlatform(raw, context);
        const settings = await readSettings(flags, context.cwd);
        const started = Date.now();
        const { flashlayer } = await api.createFlashlayer(
          {
            body: {
              flashlayer: { name: name!, settings },
              freeTrial: flags.trial,
              ...(flags.import === undefined ? {} : { import: flags.import }),
            },
          },
          { idempotencyKey: flags.idempotencyKey ?? randomUUID(), signal: context.signal },
        );
        await reportLaunch(api, flashlayer, { wait: flags.wait, started }, context);
      }),
    );
}

/** Prints the new layer, at once or when it is active. @throws those of {@link followLaunch} */
export async function reportLaunch(
  api: ApiClient,
  layer: Flashlayer,
  { wait, started }: { wait: boolean; started: number },
  { out, signal }: CliContext,
): Promise<void> {
  if (!wait) {
    out.result(layer, () => `${layer.name} (id ${layer.id}) is coming up: ./tephra info ${layer.name}`);
    return;
  }
  const detail = await followLaunch(api, layer, out, signal);
  const launchMs = Date.now() - started;
  out.result({ ...detail, launchMs }, () => launched(detail, launchMs));
}

/** Polls of a platform that does not answer before a launch is given up on, and the pause between them. */
const UNREACHABLE_LIMIT = 10;
const POLL_MS = 1_000;

/**
 * Prints steps as they finish and resolves when the layer is active.
 * @throws CliError LAUNCH_FAILED naming the step and its cause; ApiError UNREACHABLE when the platform is gone.
 */
export async function followLaunch(
  api: ApiClient,
  layer: Flashlayer,
  out: Output,
  signal: AbortSignal,
): Promise<LayerDetail> {
  const ended = new AbortController();
  const end = AbortSignal.any([signal, ended.signal]);
  try {
    // The stream reconnects for ever and may miss an event between two connections, so the status is asked for as well.
    await Promise.race([showSteps(api, layer, out, end), untilStatus(api, layer, end)]);
  } finally {
    ended.abort();
  }
  signal.throwIfAborted();
  const detail = await api.getFlashlayer({ params: { id: layer.id } });
  const { status } = detail.flashlayer;
  if (status !== 'STATUS_FAILED' && status !== 'STATUS_TERMINATED') return detail;
  const failed = detail.steps.find((step) => step.status === 'failed');
  throw new CliError('LAUNCH_FAILED', `${layer.name} did not come up: ${failed?.error?.message ?? status}`, {
    details: { id: layer.id, step: failed?.name },
    hint: failed?.error?.hint ?? `See ./tephra logs ${layer.name}.`,
  });
}

const COMING_UP = new Set(['STATUS_INITIALIZING', 'STATUS_DEPLOYING']);

async function showSteps(api: ApiClient, layer: Flashlayer, out: Output, signal: AbortSignal): Promise<void> {
  for await (const event of api.watchFlashlayer(layer.id, { signal })) {
    if (event.event === 'status' && !COMING_UP.has(event.data.status)) return;
    if (event.event !== 'step' || event.data.phase !== 'launch') continue;
    const { title, status, durationMs, error } = event.data;
    if (status === 'running') out.status(`  ${title} …`);
    if (status === 'done') {
      out.progress(`  ${out.style('green', '✓')} ${title}  ${out.style('dim', duration(durationMs ?? 0))}`);
    }
    if (status === 'failed') out.progress(`  ${out.style('red', '✗')} ${title}: ${error?.message ?? 'failed'}`);
  }
}

async function untilStatus(api: ApiClient, layer: Flashlayer, signal: AbortSignal): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    try {
      const { flashlayer } = await api.getFlashlayerInfo({ params: { id: layer.id } });
      if (!COMING_UP.has(flashlayer.status)) return;
      failures = 0;
    } catch (error) {
      if (++failures >= UNREACHABLE_LIMIT || !(error instanceof ApiError && error.retryable)) throw error;
    }
  }
}

async function readSettings(flags: LaunchFlags, cwd: string): Promise<LayerSettingsInput> {
  let settings: LayerSettingsInput = {};
  if (flags.settings) {
    const file = path.resolve(cwd, flags.settings);
    try {
      settings = JSON.parse(await readFile(file, 'utf8')) as LayerSettingsInput;
    } catch (cause) {
      throw new CliError('USAGE', `${file} cannot be read as JSON`, { cause });
    }
  }
  if (flags.blockTime !== undefined) settings.blockTime = flags.blockTime;
  if (flags.gasLimit !== undefined) settings.blockGasLimit = flags.gasLimit;
  if (flags.symbol !== undefined) settings.tokenSymbol = flags.symbol;
  if (flags.decimals !== undefined) settings.tokenDecimals = flags.decimals;
  if (!flags.gasless) settings.gasless = false;
  if (flags.challengePeriod !== undefined) settings.challengePeriod = flags.challengePeriod;
  if (flags.checkpointBlocks !== undefined) settings.checkpointBlocks = flags.checkpointBlocks;
  if (flags.auction) settings.fcfs = false;
  if (flags.minBaseFee !== undefined) settings.minBaseFee = flags.minBaseFee;
  if (flags.dataFee !== undefined) settings.dataFeePerByte = flags.dataFee;
  if (flags.feeRecipient !== undefined) settings.feeRecipients = feeRecipients(flags.feeRecipient);
  if (flags.currency !== undefined) settings.currencyMode = flags.currency as CurrencyMode;
  if (flags.currencyToken !== undefined) settings.currencyToken = flags.currencyToken;
  if (flags.faucetReserve !== undefined) {
    settings.faucetReserve = coins('--faucet-reserve', flags.faucetReserve, Number(flags.decimals ?? 18));
  }
  if (flags.history !== undefined) settings.history = flags.history;
  if (flags.engine !== undefined) settings.engine = flags.engine as (typeof ENGINES)[number];
  if (flags.verification !== undefined) settings.verification = flags.verification as (typeof VERIFICATIONS)[number];
  if (flags.genesis)
    settings.genesisAccounts = flags.genesis.map((text) => genesisAccount(text, Number(flags.decimals ?? 18)));
  return settings;
}

function coins(flag: string, text: string, decimals: number): string {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new CliError('USAGE', `${flag} ${text} is not an amount of coins`);
  return parseUnits(text, decimals).toString();
}

function feeRecipients(texts: string[]): NonNullable<LayerSettingsInput['feeRecipients']> {
  const recipients: Record<string, string> = {};
  for (const text of texts) {
    const [, kind, address] = /^(base|data|priority)=(0x[0-9a-fA-F]{40})$/.exec(text) ?? [];
    if (!kind || !address) {
      throw new CliError('USAGE', `--fee-recipient ${text} is not base, data or priority=address`, {
        hint: 'Example: --fee-recipient base=0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
      });
    }
    recipients[kind] = address;
  }
  return recipients;
}

function genesisAccount(text: string, decimals: number): { account: string; balance: string } {
  const [account, coins, rest] = text.split('=');
  if (!account || !coins || rest !== undefined || !/^\d+(\.\d+)?$/.test(coins)) {
    throw new CliError('USAGE', `--genesis ${text} is not address=amount`, {
      hint: 'Example: --genesis 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266=1000',
    });
  }
  return { account, balance: parseUnits(coins, decimals).toString() };
}

function launched({ flashlayer, expiresAt, imports }: LayerDetail, ms: number): string {
  const { resources } = flashlayer;
  return [
    `${flashlayer.name} is active after ${duration(ms)}`,
    '',
    fields([
      ['RPC', resources.rpc],
      ['WebSocket', resources.rpcWs],
      ['Chain id', resources.chainId],
      ['Explorer', resources.explorer],
      ['Faucet', resources.faucet],
      ['Ends by itself', expiresAt],
    ]),
    '',
    ...(imports ? [importTable(imports), ''] : []),
    `Next: cast block-number --rpc-url ${resources.rpc}`,
  ].join('\n');
}

/** The tokens that a layer brought along. */
export function importTable({ tokens }: NonNullable<LayerDetail['imports']>): string {
  const rows = tokens.map(({ standard, oldToken, l1Twin, l2Token }) => [
    standard,
    oldToken ?? 'native',
    l1Twin,
    l2Token,
  ]);
  return table(['IMPORTED', 'ON THE OLD LAYER', 'L1 TWIN', 'HERE'], rows);
}
