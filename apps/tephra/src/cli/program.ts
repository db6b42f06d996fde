import { Command, CommanderError } from 'commander';
import { demoCommand } from '../commands/demo.ts';
import { depositCommand } from '../commands/deposit.ts';
import { destroyCommand } from '../commands/destroy.ts';
import { devCommand } from '../commands/dev.ts';
import { doctorCommand } from '../commands/doctor.ts';
import { drillCommand } from '../commands/drill.ts';
import { faucetCommand } from '../commands/faucet.ts';
import { finalityCommand } from '../commands/finality.ts';
import { forceCommand } from '../commands/force.ts';
import { infoCommand } from '../commands/info.ts';
import { launchCommand } from '../commands/launch.ts';
import { logsCommand } from '../commands/logs.ts';
import { lsCommand } from '../commands/ls.ts';
import { operatorCommand } from '../commands/operator.ts';
import { osptestCommand } from '../commands/osptest.ts';
import { rebuildCommand } from '../commands/rebuild.ts';
import { redeployCommand } from '../commands/redeploy.ts';
import { restakeCommand } from '../commands/restake.ts';
import { serveCommand } from '../commands/serve.ts';
import { settleCommand } from '../commands/settle.ts';
import { statetestCommand } from '../commands/statetest.ts';
import { timeCommand } from '../commands/time.ts';
import { tokenCommand } from '../commands/token.ts';
import { upCommand } from '../commands/up.ts';
import { vectorsCommand } from '../commands/vectors.ts';
import { verifyCommand } from '../commands/verify.ts';
import { withdrawCommand } from '../commands/withdraw.ts';
import { EXIT_CODES } from './exit-codes.ts';
import type { Runner } from './runner.ts';

/** The whole command line. Commander's own errors are thrown as CommanderError. */
export function createProgram(run: Runner, version: string): Command {
  const program = new Command('tephra');
  program
    .description('Launch rollups in seconds, and settle every asset on the L1 when they end.')
    .version(version, '-v, --version')
    .helpCommand('help [command]', 'show the help of a command')
    .showHelpAfterError('(add --help for usage)')
    .exitOverride()
    .addHelpText('after', LAUNCHER_HELP)
    .addHelpText('after', exitCodeHelp());
  for (const command of [
    upCommand(run),
    launchCommand(run),
    lsCommand(run),
    infoCommand(run),
    logsCommand(run),
    destroyCommand(run),
    redeployCommand(run),
    faucetCommand(run),
    finalityCommand(run),
    verifyCommand(run),
    depositCommand(run),
    withdrawCommand(run),
    forceCommand(run),
    timeCommand(run),
    tokenCommand(run),
    operatorCommand(run),
    restakeCommand(run),
    rebuildCommand(run),
    settleCommand(run),
    demoCommand(run),
    doctorCommand(run),
    drillCommand(run),
    statetestCommand(run),
    osptestCommand(run),
    vectorsCommand(run),
    serveCommand(run),
  ]) {
    program.addCommand(command);
  }
  program.addCommand(
    devCommand(run, () => program),
    { hidden: true },
  );
  for (const command of allCommands(program)) command.exitOverride().showHelpAfterError('(add --help for usage)');
  return program;
}

/** Every command below `command`, depth first. */
export function allCommands(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...allCommands(child as Command)]) as Command[];
}

/** Exit code of an error of the argument parser; help and version are no errors. */
export function parserExitCode(error: unknown): number {
  if (!(error instanceof CommanderError)) throw error;
  return error.exitCode === 0 || error.code === 'commander.help' || error.code === 'commander.helpDisplayed'
    ? EXIT_CODES.OK.code
    : EXIT_CODES.USAGE.code;
}

/** What the launcher itself does. */
const LAUNCHER_HELP = `\nAlso: ./tephra test (the whole suite), ./tephra bench (figures beside a peer); both with --help.`;

function exitCodeHelp(): string {
  const lines = Object.values(EXIT_CODES).map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`);
  return `\nExit codes:\n${lines.join('\n')}`;
}
