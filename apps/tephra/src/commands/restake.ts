import { Command } from 'commander';
import type { Runner } from '../cli/runner.ts';
import { delegateCommand, depositCommand, undelegateCommand } from './restake-in.ts';
import { completeCommand, withdrawCommand } from './restake-out.ts';
import { rewardsCommand, statusCommand } from './restake-show.ts';

/** What somebody does who restakes and delegates, in the order in which it is done. */
export function restakeCommand(run: Runner): Command {
  return new Command('restake')
    .summary('Restake: deposit, delegate, withdraw, rewards')
    .description('Deposits, delegation, withdrawals and rewards of a staker. Guide: docs/guides/delegate.md.')
    .addCommand(depositCommand(run))
    .addCommand(delegateCommand(run))
    .addCommand(statusCommand(run))
    .addCommand(withdrawCommand(run))
    .addCommand(undelegateCommand(run))
    .addCommand(completeCommand(run))
    .addCommand(rewardsCommand(run));
}
