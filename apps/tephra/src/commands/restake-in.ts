import type { Hash, Hex } from '@tephra/protocol';
import type { Command } from 'commander';
import { isHash, isHex } from 'viem';
import { addSettings, makeCommand } from '../cli/command.ts';
import { CliError } from '../cli/errors.ts';
import { amount as amountText, fields } from '../cli/format.ts';
import type { Runner } from '../cli/runner.ts';
import { type Approval, delegate, undelegate } from '../restake/delegate.ts';
import { deposit } from '../restake/deposit.ts';
import { addressArgument, openSigning, stakeSettings, strategyOf } from '../restake/open-restaking.ts';
import { readPosition } from '../restake/position.ts';
import { dueIn } from '../restake/withdraw.ts';
import { amountFlag } from './deposit.ts';

export function depositCommand(run: Runner): Command {
  const command = makeCommand(
    {
      usage: 'deposit',
      summary: 'Restake ETH or tokens of the L1',
      description:
        'Deposits into the strategy of a token, and approves the tokens before where that is needed. An account that delegates gives its operator the new stake at once.',
      examples: [
        ['restake deposit --token ETH --amount 2', '2 ETH of DEV ONLY account 0'],
        ['restake deposit --token dstETH --amount 100', 'a token, by symbol or address'],
      ],
    },
    { client: false },
  )
    .option('--token <token>', 'symbol or address of what to restake')
    .option('--amount <amount>', 'whole coins or tokens with an optional fraction');
  return addSettings(command, stakeSettings).action(
    run(async (flags, _, context) => {
      const restaking = await openSigning(flags, context);
      const strategy = strategyOf(restaking, flags.token);
      const amount = amountFlag(flags.amount, strategy.decimals);
      const done = await deposit(restaking, strategy, amount);
      const staker = restaking.sender.address;
      context.out.result({ staker, token: strategy.symbol, amount: String(amount), ...done }, () =>
        fields([
          ['Staker', staker],
          ['Deposited', amountText(amount, strategy.symbol, strategy.decimals)],
          ['Operator', done.operator ?? 'none yet: ./tephra restake delegate <operator>'],
          ['Transaction', done.deposit],
        ]),
      );
    }),
  );
}

export function delegateCommand(run: Runner): Command {
  const command = makeCommand(
    {
      usage: 'delegate <operator>',
      summary: 'Delegate everything to an operator',
      description:
        'Delegates all deposits of an account, present and future, to one operator. The operator can be slashed, and its stakers with it.',
      examples: [
        ['restake delegate 0x70997970C51812dc3A010C7d01b50e0d17dc79C8', 'operators are on the operators page'],
        ['restake delegate 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --move', 'leave another operator for it'],
      ],
    },
    { client: false },
  )
    .option('--move', 'leave the present operator; what was delegated to it waits in the queue')
    .option('--approval <signature>', "the operator's approval, where it asks for one")
    .option('--approval-salt <hash>', 'salt of the approval')
    .option('--approval-expiry <seconds>', 'second since 1970 until which the approval counts');
  return addSettings(command, stakeSettings).action(
    run(async (flags, [operator], context) => {
      const to = addressArgument(operator, 'the operator');
      const approval = approvalOf(flags);
      const restaking = await openSigning(flags, context);
      const done = await delegate(restaking, to, { approval, move: flags.move === true });
      const staker = restaking.sender.address;
      context.out.result({ staker, ...done }, () =>
        fields([
          ['Staker', staker],
          ['Operator', done.operator],
          ['Left', done.from],
          ['Transaction', done.transactionHash],
        ]),
      );
    }),
  );
}

export function undelegateCommand(run: Runner): Command {
  const command = makeCommand(
    {
      usage: 'undelegate',
      summary: 'Leave the operator, and queue everything',
      description:
        'Ends the delegation. Every deposit is queued for withdrawal, and can still be slashed until it is due.',
      examples: [['restake undelegate', 'then, after the delay: restake complete']],
    },
    { client: false },
  );
  return addSettings(command, stakeSettings).action(
    run(async (flags, _, context) => {
      const restaking = await openSigning(flags, context);
      const done = await undelegate(restaking);
      const { queue, block } = await readPosition(restaking, restaking.sender.address);
      const last = queue.at(-1);
      const due = last && (await dueIn(restaking, last.dueBlock, block));
      context.out.result(
        { staker: restaking.sender.address, left: done.operator, transactionHash: done.transactionHash },
        () =>
          fields([
            ['Left', done.operator],
            ['Can be completed', due],
            ['Transaction', done.transactionHash],
          ]),
      );
    }),
  );
}

function approvalOf(flags: Record<string, unknown>): Approval | undefined {
  const { approval, approvalSalt, approvalExpiry } = flags;
  if (approval === undefined && approvalSalt === undefined && approvalExpiry === undefined) return undefined;
  const expiry = String(approvalExpiry ?? '');
  if (!isHex(approval) || !isHash(String(approvalSalt)) || !/^\d+$/.test(expiry)) {
    throw new CliError('USAGE', '--approval, --approval-salt and --approval-expiry belong together', {
      hint: 'A signature and a salt as 0x and hex digits, and a number of seconds.',
    });
  }
  return { signature: approval as Hex, salt: approvalSalt as Hash, expiry: BigInt(expiry) };
}
