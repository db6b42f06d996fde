import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Address, Hex } from '@tephra/protocol';
import type { Command } from 'commander';
import { addSettings, makeCommand } from '../cli/command.ts';
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
      summary: 'Finish an interrupted settlement from L1 data alone',
      description:
        "Rebuilds a closed chain from the L1, writes what of its settlement is missing, posts the last pack if nobody has (as its proposer, or with a bond after a while without packs), and pays every asset out. Anybody can do this; gas is refunded from the chain's escrow while it lasts.",
      examples: [
        [
          'settle --rollup 0x4918e6c128e7DE6A6273c3B3bb80d4434406459B --l1-rpc http://localhost:8545',
          'with a funded key in TEPHRA_PRIVATE_KEY',
        ],
      ],
    },
    { client: false },
  )
    .option('--to <dir>', 'folder for the rebuilt chain (default: a temporary one)')
    .option('--json', 'print the result as one JSON line');
  return addSettings(command, settleSettings).action(
    run(async (flags, _, context) => {
      const { rollup, l1Rpc, l1Depth, privateKey } = settleSettings.resolve({ flags, env: context.env });
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
          ['L1 gas', count(settlement.gasUsed)],
        ]),
      );
    }),
  );
}
