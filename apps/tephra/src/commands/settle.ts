import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Address, Hex } from '@tephra/protocol';
import type { AddendumRequest } from '@tephra/rollup';
import type { Command } from 'commander';
import { isAddress } from 'viem';
import { readHolders, readIds } from '../cli/candidate-files.ts';
import { addSettings, makeCommand } from '../cli/command.ts';
import { CliError } from '../cli/errors.ts';
import { count, fields } from '../cli/format.ts';
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
  const command = makeCommand(
    {
      usage: 'settle',
      summary: 'Finish an interrupted settlement from L1 data alone, or add to one what it left out',
      description:
        "Rebuilds a closed chain from the L1, writes what of its settlement is missing, posts the last pack if nobody has (as its proposer, or with a bond after a while without packs), and pays every asset out. Anybody can do this; gas is refunded from the chain's escrow while it lasts.\n\nWith --addendum it settles a token that the settlement left out (it names no holders in its logs, or too many, or refused to answer): more blocks, a pack of your own with a bond that comes back after the challenge window, and the payouts, all at your cost. Holders and ids come from the token's logs, or from files where you know better.",
      examples: [
        [
          'settle --rollup 0x4918e6c128e7DE6A6273c3B3bb80d4434406459B --l1-rpc http://localhost:8545',
          'with a funded key in TEPHRA_PRIVATE_KEY',
        ],
        [
          'settle --rollup 0x4918e6c128e7DE6A6273c3B3bb80d4434406459B --l1-rpc http://localhost:8545 --addendum --token 0x5FbDB2315678afecb367f032d93F642f64180aa3 --holders holders.txt',
          'an ERC-20 without logs',
        ],
      ],
    },
    { client: false },
  )
    .option('--to <dir>', 'folder for the rebuilt chain (default: a temporary one)')
    .option('--addendum', 'settle a token that the settlement left out')
    .option('--token <address>', 'token on the layer, for --addendum')
    .option('--holders <file>', 'accounts that may hold it, one a line; with --ids, of each of these ids (ERC-1155)')
    .option('--ids <file>', 'token ids that may exist, one or a range such as 1-500 a line')
    .option('--json', 'print the result as one JSON line');
  return addSettings(command, settleSettings).action(
    run(async (flags, _, context) => {
      const { rollup, l1Rpc, l1Depth, privateKey } = settleSettings.resolve({ flags, env: context.env });
      const addendum = await addendumOf(flags, context.cwd);
      const { settleFromL1 } = await import('@tephra/rollup');
      const dataDir =
        flags.to === undefined
          ? await mkdtemp(path.join(tmpdir(), 'tephra-settle-'))
          : path.resolve(context.cwd, String(flags.to));
      await mkdir(dataDir, { recursive: true });
      let phase = '';
      const { rebuilt, settlement } = await settleFromL1(
        {
          l1RpcUrl: l1Rpc,
          rollup: rollup as Address,
          dataDir,
          privateKey: privateKey as Hex,
          version: VERSION,
          ...(l1Depth === undefined ? {} : { l1Depth }),
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
