import { Command } from 'commander';
import type { Runner } from '../cli/runner.ts';
import { allocateCommand, optInCommand, optOutCommand } from './operator-avs.ts';
import { configCommand } from './operator-config.ts';
import { hostsCommand, startHostCommand, stopHostCommand } from './operator-hosts.ts';
import { keysCommand } from './operator-keys.ts';
import { registerCommand, statusCommand, updateCommand } from './operator-register.ts';
import { runCommand } from './operator-run.ts';
import { slashCommand } from './operator-slash.ts';

/** What somebody does who runs an operator, in the order in which it is done. */
export function operatorCommand(run: Runner): Command {
  return new Command('operator')
    .summary('Run an operator: keys, registration, AVSs')
    .description('Keys, registration and the process of a restaking operator. Guide: docs/guides/operate.md.')
    .addCommand(keysCommand(run))
    .addCommand(configCommand(run))
    .addCommand(registerCommand(run))
    .addCommand(updateCommand(run))
    .addCommand(statusCommand(run))
    .addCommand(optInCommand(run))
    .addCommand(optOutCommand(run))
    .addCommand(allocateCommand(run))
    .addCommand(runCommand(run))
    .addCommand(slashCommand(run))
    .addCommand(hostsCommand(run))
    .addCommand(stopHostCommand(run))
    .addCommand(startHostCommand(run));
}
