import type { Command } from 'commander';
import { makeCommand } from '../cli/command.ts';
import { findPlatform } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';
import { duration } from '../cli/format.ts';
import type { Runner } from '../cli/runner.ts';

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };

/** "+7d" -> 604800; undefined when it is no duration. */
export function parseSpan(text: string): number | undefined {
  const match = /^\+?(\d+)(s|m|h|d|w)?$/.exec(text);
  return match ? Number(match[1]) * UNITS[match[2] ?? 's']! : undefined;
}

export function timeCommand(run: Runner): Command {
  return makeCommand({
    usage: 'time [span]',
    summary: "Show the embedded L1's clock, or move it forward",
    description:
      'Without a span: the clock of the embedded L1. With one (+90s, +15m, +2h, +7d, +4w): jumps forward, so that windows and cooldowns can be tried at once. Trials and rate limits go by wall time and do not jump.',
    examples: [
      ['time', 'what time it is on the L1'],
      ['time +7d', 'a week later'],
    ],
  }).action(
    run(async (flags, [span], context) => {
      const seconds = span === undefined ? undefined : parseSpan(span);
      if (span !== undefined && !seconds) throw new CliError('USAGE', `${span} is not a span like +90s, +2h or +7d`);
      const { api } = await findPlatform(flags, context);
      const time = seconds === undefined ? await api.getDevnetTime() : await api.travel({ body: { seconds } });
      context.out.result(time, () => {
        const at = new Date(time.l1Timestamp * 1_000).toISOString().replace('.000Z', ' UTC').replace('T', ' ');
        const ahead = time.aheadSeconds > 1 ? `, ${duration(time.aheadSeconds * 1_000)} ahead of the wall clock` : '';
        return `L1 block ${time.l1BlockNumber} at ${at}${ahead}`;
      });
    }),
  );
}
