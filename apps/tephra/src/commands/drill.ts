import { Command, Option } from 'commander';
import { makeCommand } from '../cli/command.ts';
import { CliError } from '../cli/errors.ts';
import type { Output } from '../cli/output.ts';
import type { Runner } from '../cli/runner.ts';
import type { DrillResult } from '../drill/fraudDrill.ts';

const KINDS = ['wrong-sstore', 'wrong-balance', 'wrong-gas', 'forged-deposit', 'dropped-forced-tx', 'wrong-frame'];

export function drillCommand(run: Runner): Command {
  const drill = new Command('drill')
    .summary('Practise what must never happen')
    .description('Practise what must never happen.');
  drill.addCommand(fraudCommand(run));
  return drill;
}

function fraudCommand(run: Runner): Command {
  return makeCommand(
    {
      usage: 'fraud',
      summary: 'Let a proposer lie once, and watch an honest node prove it on the L1',
      description:
        'Starts an L1 and a layer of their own, which go when it is over. The layer’s proposer posts a pack that is wrong in one thing and defends it; an honest node objects, plays the game down to one step of the machine, which the L1 checks itself, and the pack falls with the proposer’s bond. Takes about two minutes. Ends with exit code 13 when the lie stands.',
      examples: [
        ['drill fraud', 'another value than the one that was stored'],
        ['drill fraud --kind forged-deposit', 'another amount than was deposited'],
        ['drill fraud --kind wrong-frame --json', 'frames that hold something else; for scripts'],
      ],
    },
    { client: false },
  )
    .addOption(new Option('--kind <lie>', 'what the proposer lies about').choices(KINDS).default('wrong-sstore'))
    .action(
      run(async (flags, _, { out, logger, signal }) => {
        const { DRILL_KINDS, fraudDrill } = await import('../drill/fraudDrill.ts');
        const kind = DRILL_KINDS.find((one) => one === flags.kind);
        if (kind === undefined) throw new CliError('USAGE', `there is no lie ${String(flags.kind)}`);
        const onEvent = ({ seconds, text }: { seconds: number; text: string }) =>
          out.progress(`${seconds.toFixed(1).padStart(6)} s  ${text}`);
        const result = await fraudDrill(kind, { logger, signal, onEvent });
        out.result(result, () => summary(result, out));
        if (!result.reverted) throw new CliError('VERIFICATION_FAILED', 'the lie stands');
      }),
    );
}

function summary(result: DrillResult, out: Output): string {
  const { kind, block, detectedSeconds, fellSeconds, moves, gasOfMoves, slashedWei, step } = result;
  const { label, instruction } = (step ?? {}) as { label?: string; instruction?: { name: string; pc: number } | null };
  const place = instruction ? `${instruction.name} at ${instruction.pc}` : (label ?? 'none');
  return [
    `${out.style(result.reverted ? 'green' : 'red', result.reverted ? '✓' : '✗')} ${kind} in block ${block}`,
    `  seen after     ${detectedSeconds} s`,
    `  over after     ${fellSeconds} s, ${moves} moves, ${gasOfMoves} gas`,
    `  disputed step  ${place}`,
    `  slashed        ${slashedWei} wei`,
  ].join('\n');
}
