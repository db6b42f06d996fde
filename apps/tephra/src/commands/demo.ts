import { randomInt } from 'node:crypto';
import { createApiClient } from '@tephra/api';
import { createLogger } from '@tephra/core';
import type { Hex } from '@tephra/protocol';
import { Command } from 'commander';
import { makeCommand } from '../cli/command.ts';
import { type CliContext, findPlatform } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';
import { amount, count, duration, fields, table } from '../cli/format.ts';
import type { Output } from '../cli/output.ts';
import type { Runner } from '../cli/runner.ts';
import { upSettings } from '../cli/settings.ts';
import type { NftMintReport } from '../demo/nft-mint/run.ts';

const MAX_MINTERS = 20_000;

export function demoCommand(run: Runner): Command {
  const nftMint = makeCommand({
    usage: 'nft-mint',
    summary: 'Launch, mint, destroy, and check every token on the L1',
    description:
      'The whole life of a flash layer on real input: launches a gasless layer, deploys an OpenZeppelin ERC-721 with an allowlist, lets N minters who never held a coin mint through plain JSON-RPC, transfers some tokens, takes one out early, destroys the layer, then reads the L1 and checks that every token and balance belongs to its last owner.',
    examples: [
      ['demo nft-mint', '2000 minters on the running platform'],
      ['demo nft-mint --minters 200 --ephemeral', 'on a platform of its own, gone afterwards'],
      ['demo nft-mint --ephemeral --json', 'as JSON; the L1 stays until stdin closes, so anybody can check'],
    ],
  })
    .option('--minters <count>', `how many accounts mint, 1 to ${MAX_MINTERS}`, '2000')
    .option('--ephemeral', 'start a platform of its own on free ports and delete it afterwards')
    .option('--seed <text>', 'the minters follow from it (default: random)')
    .option('--name <name>', 'name of the layer (default: otters and a number)')
    .action(
      run(async (flags, _, context) => {
        const minters = Number(flags.minters);
        if (!Number.isInteger(minters) || minters < 1 || minters > MAX_MINTERS) {
          throw new CliError('USAGE', `--minters takes a number from 1 to ${MAX_MINTERS}`);
        }
        const options = {
          minters,
          seed: String(flags.seed ?? randomInt(2 ** 47)),
          name: String(flags.name ?? `otters${randomInt(1_000, 10_000)}`),
        };
        if (flags.ephemeral === true) await onOwnPlatform(options, context);
        else await onRunningPlatform(options, flags, context);
      }),
    );
  return new Command('demo')
    .summary('Try the platform on real input')
    .description('Demonstrations.')
    .addCommand(nftMint);
}

type Options = { minters: number; seed: string; name: string };

async function onRunningPlatform(options: Options, flags: Record<string, unknown>, context: CliContext): Promise<void> {
  const { api } = await findPlatform(flags, context);
  report(await play(options, api, context), context.out);
}

/** In machine mode the L1 lives on until stdin closes, for others to look at what is on it. */
async function onOwnPlatform(options: Options, context: CliContext): Promise<void> {
  const { startEphemeralPlatform } = await import('../up/ephemeral.ts');
  const started = performance.now();
  context.out.progress('Starting a platform of its own');
  const { challengePeriod } = upSettings.resolve({ flags: {}, env: context.env });
  const platform = await startEphemeralPlatform({ signal: context.signal, challengePeriod });
  try {
    context.out.progress(`  ready after ${duration(performance.now() - started)}, L1 at ${platform.facts.l1Url}`);
    const api = createApiClient({ baseUrl: platform.facts.url, token: platform.facts.token });
    const result = await play(options, api, context);
    report(result, context.out);
    if (context.out.json) await stdinClosed(context);
  } finally {
    await platform.stop();
  }
}

async function play(
  options: Options,
  api: ReturnType<typeof createApiClient>,
  context: CliContext,
): Promise<NftMintReport> {
  const { runNftMint } = await import('../demo/nft-mint/run.ts');
  const info = await api.getPlatform();
  const l1Key = (context.env.TEPHRA_PRIVATE_KEY ?? info.accounts?.[0]?.privateKey) as Hex | undefined;
  if (!l1Key) throw new CliError('USAGE', 'the demo needs a funded L1 key', { hint: 'Set TEPHRA_PRIVATE_KEY.' });
  return runNftMint(options, {
    api,
    info,
    l1Key,
    out: context.out,
    logger: createLogger({ name: 'demo', level: 'silent' }),
    signal: context.signal,
  });
}

/** @throws CliError VERIFICATION_FAILED after the report when a check failed. */
function report(result: NftMintReport, out: Output): void {
  out.result(result, () => render(result, out));
  if (result.passed) return;
  const failed = result.checks.filter((check) => !check.passed);
  throw new CliError('VERIFICATION_FAILED', `not as it must be: ${failed.map((check) => check.name).join('; ')}`);
}

function render({ checks, figures, ...result }: NftMintReport, out: Output): string {
  const checkRows = checks.map((check) => [
    check.passed ? 'yes' : 'NO',
    check.name,
    count(check.checked),
    check.failures[0] ?? '',
  ]);
  return [
    '',
    table(['OK', 'ON THE L1', 'CHECKED', ''], checkRows),
    '',
    table(
      ['FIGURE', 'VALUE'],
      [
        ['minters', count(figures.minters)],
        ['launch to first block', duration(figures.launchToFirstBlockMs)],
        ['launch to active', duration(figures.launchToActiveMs)],
        ['mints/s, sealed', figures.mintsPerSecond.toLocaleString('en-US')],
        ['mints/s, promised', figures.mintsPerSecondPromised.toLocaleString('en-US')],
        ['blocks with mints', count(figures.mintBlocks)],
        ['gas per mint on the layer', count(BigInt(figures.l2GasPerMint))],
        ['transfers', count(figures.transfers)],
        ['destroy to settled', duration(figures.settlementMs)],
        ['items settled', count(figures.settledItems)],
        ['settlement gas on the L1', count(BigInt(figures.settlementL1Gas))],
        ['settlement gas per token', count(BigInt(figures.settlementL1GasPerToken))],
      ],
    ),
    '',
    fields([
      ['L1', `${result.l1RpcUrl} (chain ${result.l1ChainId})`],
      ['Twin', result.twin],
      ['Native twin', result.nativeTwin],
      ['Left early', `token ${result.earlyWithdrawal.tokenId} in ${result.earlyWithdrawal.l1TransactionHash}`],
      ['Native coin', amount(sum(Object.values(result.expectedNativeBalances)), 'ASH')],
    ]),
    '',
    checks.every((check) => check.passed)
      ? out.style('green', 'Every token and every balance is where it belongs.')
      : out.style('red', 'Something is not where it belongs.'),
  ].join('\n');
}

function sum(amounts: string[]): bigint {
  return amounts.reduce((total, value) => total + BigInt(value), 0n);
}

async function stdinClosed({ stdin, signal }: CliContext): Promise<void> {
  if (stdin.readableEnded || stdin.destroyed) return;
  await new Promise<void>((resolve) => {
    stdin.once('end', resolve);
    stdin.once('close', resolve);
    stdin.once('error', () => resolve());
    signal.addEventListener('abort', () => resolve(), { once: true });
    stdin.resume();
  });
  // A pipe that is still open would keep the process alive after an abort.
  stdin.destroy();
}
