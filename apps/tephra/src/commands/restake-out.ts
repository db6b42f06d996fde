import type { Command } from 'commander';
import { addSettings, makeCommand } from '../cli/command.ts';
import { CliError } from '../cli/errors.ts';
import { amount as amountText, fields, table } from '../cli/format.ts';
import type { Runner } from '../cli/runner.ts';
import { openSigning, stakeSettings, strategyOf } from '../restake/open-restaking.ts';
import type { QueuedWithdrawal } from '../restake/position.ts';
import { completeWithdrawals, dueIn, queueWithdrawal } from '../restake/withdraw.ts';
import { amountFlag } from './deposit.ts';

export function withdrawCommand(run: Runner): Command {
  const command = makeCommand(
    {
      usage: 'withdraw',
      summary: 'Queue a withdrawal of a deposit',
      description:
        'Takes an amount out of a strategy and queues it. It leaves the operator at once, can still be slashed until it is due, and is paid by restake complete.',
      examples: [
        ['restake withdraw --token ETH --amount 1', 'then, after the delay: restake complete'],
        ['restake withdraw --token dstETH --all', 'everything of a token'],
      ],
    },
    { client: false },
  )
    .option('--token <token>', 'symbol or address of what was restaked')
    .option('--amount <amount>', 'whole coins or tokens with an optional fraction')
    .option('--all', 'everything of this token');
  return addSettings(command, stakeSettings).action(
    run(async (flags, _, context) => {
      if ((flags.amount === undefined) === (flags.all !== true)) {
        throw new CliError('USAGE', 'give either --amount or --all');
      }
      const restaking = await openSigning(flags, context);
      const strategy = strategyOf(restaking, flags.token);
      const wanted = flags.all === true ? undefined : amountFlag(flags.amount, strategy.decimals);
      const { queued, transactionHash, block } = await queueWithdrawal(restaking, strategy, wanted);
      const due = await dueIn(restaking, queued.dueBlock, block);
      context.out.result({ ...withdrawalJson(queued), transactionHash, block: Number(block) }, () =>
        fields([
          ['Queued', amountsText(queued)],
          ['Can be completed', `${due}, in block ${queued.dueBlock}`],
          ['Withdrawal', queued.root],
          ['Transaction', transactionHash],
        ]),
      );
    }),
  );
}

export function completeCommand(run: Runner): Command {
  const command = makeCommand(
    {
      usage: 'complete',
      summary: 'Complete all withdrawals that are due',
      description: 'Pays out every queued withdrawal whose delay is over, or gives the shares back.',
      examples: [
        ['restake complete', 'tokens and ETH arrive in the account'],
        ['restake complete --as-shares', 'back into the strategies, for the present operator if there is one'],
      ],
    },
    { client: false },
  ).option('--as-shares', 'give shares back in place of tokens');
  return addSettings(command, stakeSettings).action(
    run(async (flags, _, context) => {
      const restaking = await openSigning(flags, context);
      const asShares = flags.asShares === true;
      const { completed, waiting } = await completeWithdrawals(restaking, { asShares });
      context.out.result(
        {
          staker: restaking.sender.address,
          completed: completed.map(({ queued, transactionHash }) => ({ ...withdrawalJson(queued), transactionHash })),
          waiting: waiting.map(withdrawalJson),
        },
        () =>
          table(
            [asShares ? 'GIVEN BACK' : 'PAID', 'TRANSACTION'],
            completed.map(({ queued, transactionHash }) => [amountsText(queued), transactionHash]),
          ),
      );
    }),
  );
}

/** "1.5 ETH, 3 ALT". */
export function amountsText({ amounts }: QueuedWithdrawal): string {
  return amounts
    .map(({ strategy, underlying }) => amountText(underlying, strategy.symbol, strategy.decimals))
    .join(', ');
}

export function withdrawalJson({ root, amounts, dueBlock, withdrawal }: QueuedWithdrawal) {
  return {
    root,
    queuedAtBlock: withdrawal.startBlock,
    dueBlock: Number(dueBlock),
    amounts: amounts.map(({ strategy, shares, underlying }) => ({
      token: strategy.symbol,
      amount: String(underlying),
      shares: String(shares),
    })),
  };
}
