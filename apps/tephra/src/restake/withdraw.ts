import { delegationManagerAbi, type StrategyDeployment } from '@tephra/l1';
import type { Hash } from '@tephra/protocol';
import { encodeFunctionData, formatUnits, isAddressEqual, parseEventLogs, zeroAddress } from 'viem';
import { CliError } from '../cli/errors.ts';
import { duration } from '../cli/format.ts';
import type { Restaking, SigningRestaking } from './open-restaking.ts';
import { blockTimeMs, type QueuedWithdrawal, readPosition, sharesOf } from './position.ts';

/**
 * Puts an amount into the queue.
 * @param amount smallest units of the token; undefined = everything
 * @throws CliError FAILED_PRECONDITION: there is less; L1Error
 */
export async function queueWithdrawal(
  restaking: SigningRestaking,
  strategy: StrategyDeployment,
  amount: bigint | undefined,
): Promise<{ queued: QueuedWithdrawal; transactionHash: Hash; block: bigint }> {
  const { l1, deployment, sender } = restaking;
  const { holdings } = await readPosition(restaking, sender.address);
  const holding = holdings.find((each) => isAddressEqual(each.strategy.strategy, strategy.strategy));
  const { symbol, decimals } = strategy;
  if (!holding) {
    throw new CliError('FAILED_PRECONDITION', `${sender.address} has deposited no ${symbol}`, {
      hint: 'See: ./tephra restake status',
    });
  }
  if (amount !== undefined && amount > holding.underlying) {
    throw new CliError(
      'FAILED_PRECONDITION',
      `${formatUnits(holding.underlying, decimals)} ${symbol} can be withdrawn`,
      { hint: 'Give a smaller --amount, or --all.' },
    );
  }
  let depositShares = holding.depositShares;
  if (amount !== undefined && amount < holding.underlying) {
    const shares = await sharesOf(restaking, strategy, amount);
    const [converted] = await l1.readContract({
      address: deployment.delegationManager,
      abi: delegationManagerAbi,
      functionName: 'convertToDepositShares',
      args: [sender.address, [strategy.strategy], [shares]],
    });
    if (converted === undefined || converted === 0n) {
      throw new CliError('USAGE', `${formatUnits(amount, decimals)} ${symbol} is less than one share`);
    }
    if (converted < depositShares) depositShares = converted;
  }
  const { hash, receipt } = await sender.send({
    to: deployment.delegationManager,
    data: encodeFunctionData({
      abi: delegationManagerAbi,
      functionName: 'queueWithdrawals',
      args: [
        [{ strategies: [strategy.strategy], depositShares: [depositShares], __deprecated_withdrawer: zeroAddress }],
      ],
    }),
  });
  const [event] = parseEventLogs({
    abi: delegationManagerAbi,
    eventName: 'SlashingWithdrawalQueued',
    logs: receipt.logs,
  });
  const { queue, block } = await readPosition(restaking, sender.address);
  const queued = queue.find(({ root }) => root === event?.args.withdrawalRoot);
  if (!queued) throw new CliError('VERIFICATION_FAILED', `${hash} queued no withdrawal`);
  return { queued, transactionHash: hash, block };
}

/**
 * Completes everything that is due.
 * @param asShares gives shares back to the staker, and to its operator, in place of tokens
 * @throws CliError FAILED_PRECONDITION: nothing is queued, or nothing is due yet; L1Error
 */
export async function completeWithdrawals(
  restaking: SigningRestaking,
  { asShares }: { asShares: boolean },
): Promise<{ completed: { queued: QueuedWithdrawal; transactionHash: Hash }[]; waiting: QueuedWithdrawal[] }> {
  const { deployment, sender } = restaking;
  const { queue, block } = await readPosition(restaking, sender.address);
  const due = queue.filter(({ dueBlock }) => dueBlock <= block);
  const waiting = queue.filter(({ dueBlock }) => dueBlock > block);
  if (due.length === 0) throw await nothingDue(restaking, waiting, block);
  const completed = await Promise.all(
    due.map(async (queued) => {
      const tokens = queued.amounts.map(({ strategy }) => strategy.token ?? zeroAddress);
      const { hash } = await sender.send({
        to: deployment.delegationManager,
        data: encodeFunctionData({
          abi: delegationManagerAbi,
          functionName: 'completeQueuedWithdrawal',
          args: [queued.withdrawal, tokens, !asShares],
        }),
      });
      return { queued, transactionHash: hash };
    }),
  );
  return { completed, waiting };
}

async function nothingDue(restaking: SigningRestaking, [next]: QueuedWithdrawal[], block: bigint): Promise<CliError> {
  if (!next) {
    return new CliError('FAILED_PRECONDITION', 'nothing is queued', {
      hint: 'First: ./tephra restake withdraw, or ./tephra restake undelegate',
    });
  }
  return new CliError(
    'FAILED_PRECONDITION',
    `nothing is due: the next withdrawal can be completed ${await dueIn(restaking, next.dueBlock, block)}`,
    {
      details: { dueBlock: next.dueBlock, block },
      hint: 'The delay is counted in blocks of the L1, so that moving its clock does not shorten it.',
    },
  );
}

/** "in 12 blocks (about 2 min 24 s)", or "now". */
export async function dueIn(restaking: Restaking, dueBlock: bigint, block: bigint): Promise<string> {
  const blocks = Number(dueBlock - block);
  if (blocks <= 0) return 'now';
  const wait = duration(blocks * (await blockTimeMs(restaking)));
  return `in ${blocks} block${blocks === 1 ? '' : 's'} (about ${wait})`;
}
