import type { Command } from 'commander';
import { makeCommand } from '../cli/command.ts';
import { findPlatform } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';
import { findLayer } from '../cli/layers.ts';
import { renderLogLine } from '../cli/log-line.ts';
import type { Runner } from '../cli/runner.ts';

export function logsCommand(run: Runner): Command {
  return makeCommand({
    usage: 'logs <layer>',
    summary: "Show the log of a layer's node",
    examples: [
      ['logs mint -n 50', 'the last 50 lines'],
      ['logs mint --follow', 'and what comes, until Ctrl-C'],
    ],
  })
    .option('-n, --tail <lines>', 'how many of the last lines, at most 5000', '200')
    .option('-f, --follow', 'keep printing new lines')
    .action(
      run(async (flags, [ref], context) => {
        const tail = String(flags.tail);
        if (!/^\d{1,6}$/.test(tail)) throw new CliError('USAGE', `--tail ${tail} is not a number of lines`);
        const { api } = await findPlatform(flags, context);
        const layer = await findLayer(api, ref!);
        const { lines } = await api.getFlashlayerLogs({ params: { id: layer.id }, query: { tail } });
        for (const line of lines) context.out.result({ line }, () => renderLogLine(line, context.out));
        if (flags.follow !== true) return;
        for await (const event of api.watchFlashlayer(layer.id, { signal: context.signal })) {
          // Lines of the launchpad are replayed with ids; those of the node are live.
          if (event.event !== 'log' || event.data.source !== 'node') continue;
          const { at, level, message } = event.data;
          const line = JSON.stringify({ level, time: at, msg: message });
          context.out.result({ line }, () => renderLogLine(line, context.out));
        }
      }),
    );
}
