import type { StakerAnswer } from '@tephra/api';
import type { Address } from '@tephra/protocol';
import type { Command } from 'commander';
import { addSettings, makeCommand } from '../cli/command.ts';
import type { CliContext } from '../cli/context.ts';
import { amount as amountText, fields, table } from '../cli/format.ts';
import type { Runner } from '../cli/runner.ts';
import {
  addressArgument,
  openRestaking,
  openSigning,
  stakerPlatform,
  stakeSettings,
} from '../restake/open-restaking.ts';
import { type Position, readPosition } from '../restake/position.ts';
import { claimRewards } from '../restake/rewards.ts';
import { dueIn } from '../restake/withdraw.ts';
import { amountsText, withdrawalJson } from './restake-out.ts';

export function statusCommand(run: Runner): Command {
  const command = makeCommand(
    {
      usage: 'status [staker]',
      summary: 'Show deposits, operator and queued withdrawals',
      description: 'Reads from the L1 what an account has restaked. Without an address: the account that would sign.',
      examples: [
        ['restake status', 'of DEV ONLY account 0'],
        ['restake status 0x70997970C51812dc3A010C7d01b50e0d17dc79C8', 'of any account'],
      ],
    },
    { client: false },
  );
  return addSettings(command, stakeSettings).action(
    run(async (flags, [staker], context) => {
      const signing = staker === undefined ? await openSigning(flags, context) : undefined;
      const address = signing?.sender.address ?? addressArgument(staker, 'the staker');
      const restaking = signing ?? (await openRestaking(flags, context));
      const position = await readPosition(restaking, address);
      const due = await Promise.all(position.queue.map((each) => dueIn(restaking, each.dueBlock, position.block)));
      context.out.result(positionJson(position), () => positionText(position, due));
    }),
  );
}

export function rewardsCommand(run: Runner): Command {
  const command = makeCommand(
    {
      usage: 'rewards',
      summary: 'Show rewards, and claim them',
      description:
        'Shows what an account earned by staking or as an operator; with --claim it is paid out. The proofs come from the platform.',
      examples: [
        ['restake rewards', 'earned, claimed and claimable, by token'],
        ['restake rewards --claim', 'everything that can be claimed, to the account itself'],
      ],
    },
    { client: false },
  )
    .option('--claim', 'claim everything')
    .option('--to <address>', 'with --claim: who gets it (default: the account itself)');
  return addSettings(command, stakeSettings).action(
    run(async (flags, _, context) => {
      const restaking = await openSigning(flags, context);
      const { address } = restaking.sender;
      const answer = await readRewards(flags, context, address);
      if (flags.claim !== true) {
        context.out.result({ earner: address, rewards: answer.rewards }, () => rewardsText(answer));
        return;
      }
      const recipient = flags.to === undefined ? address : addressArgument(flags.to, '--to');
      const claimed = answer.rewards.filter(({ claimable }) => claimable !== '0');
      const transactionHash = await claimRewards(restaking, answer, recipient);
      context.out.result({ earner: address, recipient, claimed, transactionHash }, () =>
        fields([
          ['Claimed', claimed.map(({ claimable, symbol }) => amountText(claimable, symbol)).join(', ')],
          ['To', recipient],
          ['Transaction', transactionHash],
        ]),
      );
    }),
  );
}

async function readRewards(
  flags: Record<string, unknown>,
  context: CliContext,
  address: Address,
): Promise<Pick<StakerAnswer, 'rewards' | 'rewardsClaim'>> {
  const { api } = await stakerPlatform(flags, context);
  return api.getStaker({ params: { address } });
}

function rewardsText({ rewards }: Pick<StakerAnswer, 'rewards'>): string {
  if (rewards.length === 0) return 'Nothing was earned yet.';
  return table(
    ['EARNED', 'CLAIMED', 'CLAIMABLE'],
    rewards.map(({ earned, claimed, claimable, symbol }) =>
      [earned, claimed, claimable].map((value) => amountText(value, symbol)),
    ),
  );
}

function positionJson({ staker, operator, holdings, queue, block }: Position) {
  return {
    staker,
    operator,
    block: Number(block),
    deposits: holdings.map(({ strategy, depositShares, withdrawableShares, underlying }) => ({
      token: strategy.symbol,
      strategy: strategy.strategy,
      depositShares: String(depositShares),
      withdrawableShares: String(withdrawableShares),
      amount: String(underlying),
    })),
    queue: queue.map(withdrawalJson),
  };
}

function positionText({ staker, operator, holdings, queue }: Position, due: string[]): string {
  const parts = [
    fields([
      ['Staker', staker],
      ['Operator', operator ?? 'none'],
    ]),
  ];
  if (holdings.length === 0) parts.push('Nothing is deposited.');
  else {
    parts.push(
      table(
        ['DEPOSITED', 'LOST TO SLASHES'],
        holdings.map(({ strategy, depositShares, withdrawableShares, underlying }) => [
          amountText(underlying, strategy.symbol, strategy.decimals),
          lostText(depositShares, withdrawableShares),
        ]),
      ),
    );
  }
  if (queue.length > 0) {
    parts.push(
      table(
        ['QUEUED', 'CAN BE COMPLETED'],
        queue.map((each, index) => [amountsText(each), due[index] ?? '']),
      ),
    );
  }
  return parts.join('\n\n');
}

function lostText(deposited: bigint, withdrawable: bigint): string {
  const bips = ((deposited - withdrawable) * 10_000n) / deposited;
  return bips === 0n ? 'nothing' : `${Number(bips) / 100} %`;
}
