import type { Command } from 'commander';
import { makeCommand } from '../cli/command.ts';
import { findPlatform, resolveDataDir } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';
import type { Runner } from '../cli/runner.ts';
import { clientSettings } from '../cli/settings.ts';
import { type Finding, machineFindings } from '../doctor/machine.ts';
import { platformFindings } from '../doctor/platform.ts';

const MARKS = { ok: '✓', warn: '!', fail: '✗' } as const;
const STYLES = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

export function doctorCommand(run: Runner): Command {
  return makeCommand({
    usage: 'doctor',
    summary: 'Check this machine and the running platform',
    description:
      'Checks runtime, native parts, folder, disk and ports, and when a platform runs its L1, nodes and clocks. Ends with exit code 13 when a check fails.',
    examples: [
      ['doctor', 'all checks, with what to do about each'],
      ['doctor --json', 'for scripts'],
    ],
  }).action(
    run(async (flags, _, context) => {
      const { dataDir } = clientSettings.resolve({ flags, env: context.env });
      const platform = await findPlatform(flags, context).catch((error: unknown) => {
        if (error instanceof CliError && error.code === 'NOT_RUNNING') return undefined;
        throw error;
      });
      const findings: Finding[] = await machineFindings(resolveDataDir(dataDir, context.cwd), platform !== undefined);
      if (platform) findings.push(...(await platformFindings(platform)));
      else findings.push({ check: 'platform', level: 'ok', message: 'not running (start it with ./tephra up)' });
      const failed = findings.filter((finding) => finding.level === 'fail');
      context.out.result({ healthy: failed.length === 0, findings }, () => {
        const width = Math.max(...findings.map((finding) => finding.check.length));
        return findings
          .map(({ check, level, message, hint }) => {
            const line = `${context.out.style(STYLES[level], MARKS[level])} ${check.padEnd(width)}  ${message}`;
            return hint ? `${line}\n  ${' '.repeat(width)}  ${context.out.style('dim', hint)}` : line;
          })
          .join('\n');
      });
      if (failed.length > 0) {
        throw new CliError('VERIFICATION_FAILED', `${failed.length} of ${findings.length} checks failed`);
      }
    }),
  );
}
