import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Address, Hex } from '@tephra/protocol';
import type { AddendumRequest } from '@tephra/rollup';
import type { Command } from 'commander';
import { isAddress } from 'viem';
import { readHolders, readIds } from '../cli/candidate-files.ts';
import { addSettings, type CommandText, makeCommand } from '../cli/command.ts';
import { type CliContext, findPlatform } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';
import { count, fields } from '../cli/format.ts';
import { findLayerDetail } from '../cli/layers.ts';
import type { Runner } from '../cli/runner.ts';
import { settleSettings } from '../cli/settings.ts';
import { VERSION } from '../cli/version.ts';

const PHASES = {
  open: 'reading the inbox up to the end of the chain',
  writing: 'writing who owns what',
  posting: 'posting the last pack',
  window: 'waiting for the challenge window',
  paying: 'paying out on the L1',
  done: 'settled',
} as const;

export function settleCommand(run: Runner): Command {
  const text: CommandText = {
    usage: 'settle [layer]',
    summary: 'Finish an interrupted settlement from L1 data alone, or add to one what it left out',
    description:
      "Takes a layer of the platform that runs, or the address of any chain's Rollup contract. Rebuilds a closed chain from the L1, writes what of its settlement is missing, posts the last pack if nobody has (as its proposer, or with a bond after a while without packs), and pays every asset out. Anybody can do this; gas is refunded from the chain's escrow while it lasts.\n\nWith --addendum it settles a token that the settlement left out (it names no holders in its logs, or too many, or refused to answer): more blocks, a pack of your own with a bond that comes back after the challenge window, and the payouts, all at your cost. Holders and ids come from the token's logs, or from files where you know better.",
    examples: [
      ['settle mint', 'a layer of this platform, with a funded key in TEPHRA_PRIVATE_KEY'],
      [
        'settle --rollup 0x4918e6c128e7DE6A6273c3B3bb80d4434406459B --l1-rpc http://localhost:8545',
        'any chain on any L1, without a platform',
      ],
      [
        'settle --rollup 0x4918e6c128e7DE6A6273c3B3bb80d4434406459B --l1-rpc http://localhost:8545 --addendum --token 0x5FbDB2315678afecb367f032d93F642f64180aa3 --holders holders.txt',
        'an ERC-20 without logs',
      ],
    ],
  };
  const command = makeCommand(text, { client: false })
    .option('--to <dir>', 'folder for the rebuilt chain, which stays (default: a temporary one)')
    .option('--addendum', 'settle a token that the settlement left out')
    .option('--token <address>', 'token on the layer, for --addendum')
    .option('--holders <file>', 'accounts that may hold it, one a line; with --ids, of each of these ids (ERC-1155)')
    .option('--ids <file>', 'token ids that may exist, one or a range such as 1-500 a line');
  return addSettings(command, settleSettings).action(
    run(async (flags, [layer], context) => {
      const settings = settleSettings.resolve({ flags, env: context.env });
      const addendum = await addendumOf(flags, context.cwd);
      const { rollup, l1RpcUrl } = await chainOf(layer, settings, flags, context);
      const { settleFromL1 } = await import('@tephra/rollup');
      await using folder = await chainFolder(flags.to, context.cwd);
      let phase = '';
      const { rebuilt, settlement } = await settleFromL1(
        {
          l1RpcUrl,
          rollup,
          dataDir: folder.path,
          privateKey: settings.privateKey as Hex,
          version: VERSION,
          ...(settings.l1Depth === undefined ? {} : { l1Depth: settings.l1Depth }),
          ...(addendum === undefined ? {} : { addendum }),
        },
        {
          logger: context.logger,
          signal: context.signal,
          onRebuild: ({ packs, packsDone }) => context.out.status(`  rebuilding, pack ${packsDone} of ${packs}`),
          onStatus: (status) => {
            if (status.phase !== phase) context.out.progress(`  ${PHASES[status.phase]}`);
            if (status.error) context.out.status(`  ${status.error}; will be tried again`);
            phase = status.phase;
          },
        },
      );
      const { entries, ...summary } = settlement;
      context.out.result({ chainId: rebuilt.record.chainId, rollup, ...summary, entries }, () =>
        fields([
          ['Chain id', rebuilt.record.chainId],
          ['Rebuilt', `${count(rebuilt.blocks)} blocks`],
          ['Paid', count(settlement.counts.paid)],
          ['Claimable', count(settlement.counts.claimable)],
          // Where nobody can dispute, a stranger's addendum mints on twins of its own, which nobody would find otherwise.
          ...(addendum ? twinsOf(entries).map((twin): [string, string] => ['L1 twin', twin]) : []),
          ...settlement.unsettled.map(({ token, reason }): [string, string] => ['Left out', `${token}, ${reason}`]),
          ['L1 gas', count(settlement.gasUsed)],
        ]),
      );
    }),
  );
}

/** The chain that a name or an address means. @throws CliError USAGE, NOT_FOUND, FAILED_PRECONDITION, NOT_RUNNING */
async function chainOf(
  layer: string | undefined,
  { rollup, l1Rpc }: ReturnType<typeof settleSettings.resolve>,
  flags: Record<string, unknown>,
  context: CliContext,
): Promise<{ rollup: Address; l1RpcUrl: string }> {
  if ((layer === undefined) === (rollup === undefined)) {
    throw new CliError('USAGE', 'name a layer, or give --rollup', {
      hint: './tephra ls --all lists the layers of this platform.',
    });
  }
  if (rollup !== undefined) {
    if (l1Rpc === undefined) throw new CliError('USAGE', '--rollup needs --l1-rpc');
    return { rollup: rollup as Address, l1RpcUrl: l1Rpc };
  }
  // Here --token is a token on the layer; that of the platform is in its data folder or the environment.
  const { api } = await findPlatform({ ...flags, token: undefined }, context);
  const [{ contracts }, platform] = await Promise.all([findLayerDetail(api, layer ?? ''), api.getPlatform()]);
  if (!contracts) throw new CliError('FAILED_PRECONDITION', `layer ${layer} has no contracts on the L1 yet`);
  return { rollup: contracts.rollup, l1RpcUrl: l1Rpc ?? platform.l1.rpcUrl };
}

/** Where the chain is rebuilt; a temporary folder goes when it is not used any more, also after a failure. */
async function chainFolder(given: unknown, cwd: string): Promise<AsyncDisposable & { path: string }> {
  if (given !== undefined) {
    const folder = path.resolve(cwd, String(given));
    await mkdir(folder, { recursive: true });
    return { path: folder, [Symbol.asyncDispose]: async () => {} };
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'tephra-settle-'));
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }) };
}

function twinsOf(entries: { twin: Address | null }[]): Address[] {
  return [...new Set(entries.flatMap(({ twin }) => (twin ? [twin] : [])))];
}

/** @throws CliError USAGE */
async function addendumOf(flags: Record<string, unknown>, cwd: string): Promise<AddendumRequest | undefined> {
  const { token, holders, ids } = flags;
  if (flags.addendum !== true) {
    if (token === undefined && holders === undefined && ids === undefined) return undefined;
    throw new CliError('USAGE', '--token, --holders and --ids belong to --addendum');
  }
  if (!isAddress(String(token), { strict: false })) {
    throw new CliError('USAGE', '--addendum needs the --token that it settles', {
      hint: 'The address on the layer; ./tephra settle --json lists what was left out under unsettled.',
    });
  }
  return {
    token: String(token) as Address,
    holders: holders === undefined ? [] : await readHolders(path.resolve(cwd, String(holders))),
    ids: ids === undefined ? [] : await readIds(path.resolve(cwd, String(ids))),
  };
}
