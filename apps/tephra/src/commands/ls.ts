import type { Command } from 'commander';
import { makeCommand } from '../cli/command.ts';
import { findPlatform } from '../cli/context.ts';
import { statusWord, table } from '../cli/format.ts';
import { allLayers } from '../cli/layers.ts';
import type { Runner } from '../cli/runner.ts';

export function lsCommand(run: Runner): Command {
  return makeCommand({
    usage: 'ls',
    summary: 'List flash layers, newest first',
    examples: [
      ['ls', 'living layers'],
      ['ls --all --json', 'the ended ones too, as JSON'],
    ],
  })
    .option('-a, --all', 'also terminated and failed layers')
    .action(
      run(async (flags, _, context) => {
        const { api } = await findPlatform(flags, context);
        const shown = await allLayers(api, { living: flags.all !== true }, context.signal);
        context.out.result(shown, () => {
          if (shown.length === 0) return 'No flash layers. Launch one with ./tephra launch <name>.';
          const rows = shown.map((layer) => [
            layer.id,
            layer.name,
            statusWord(layer.status),
            layer.resources.chainId,
            layer.createdAt.slice(0, 19).replace('T', ' '),
            layer.resources.rpc,
          ]);
          return table(['ID', 'NAME', 'STATUS', 'CHAIN ID', 'CREATED (UTC)', 'RPC'], rows);
        });
      }),
    );
}
