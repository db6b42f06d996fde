import { createL1Client } from '@tephra/l1';
import type { Hash } from '@tephra/protocol';
import type { Command } from 'commander';
import { parseUnits } from 'viem';
import { makeCommand } from '../cli/command.ts';
import { findPlatform } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';
import { amount } from '../cli/format.ts';
import { findLayer } from '../cli/layers.ts';
import type { Runner } from '../cli/runner.ts';

export function faucetCommand(run: Runner): Command {
  return makeCommand({
    usage: 'faucet <layer> <address>',
    summary: 'Give an account native coin of a layer',
    examples: [
      ['faucet mint 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266', "the platform's usual amount"],
      ['faucet mint 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266 --amount 25', '25 coins'],
    ],
  })
    .option('--amount <coins>', 'whole coins with an optional fraction')
    .action(
      run(async (flags, [ref, address], context) => {
        const { api } = await findPlatform(flags, context);
        const layer = await findLayer(api, ref!);
        const decimals = Number(layer.settings.tokenDecimals);
        const coins = flags.amount === undefined ? undefined : String(flags.amount);
        if (coins !== undefined && !/^\d+(\.\d+)?$/.test(coins))
          throw new CliError('USAGE', `--amount ${coins} is not an amount`);
        const given = await api.useFaucet({
          params: { id: layer.id },
          body: {
            address: address!,
            ...(coins === undefined ? {} : { amount: parseUnits(coins, decimals).toString() }),
          },
        });
        // Where places are auctioned the coins wait for theirs; everywhere balances count what is sealed.
        const l2 = createL1Client({ rpcUrl: layer.resources.rpc, pollIntervalMs: 100 });
        const { status } = await l2.waitForTransactionReceipt({ hash: given.transactionHash as Hash });
        if (status === 'reverted') {
          throw new CliError('REVERTED', `the faucet could not send the coins: ${given.transactionHash} reverted`, {
            hint: 'It holds less, or the recipient refuses coins.',
          });
        }
        context.out.result(
          given,
          () =>
            `${address} got ${amount(given.amount, layer.settings.tokenSymbol, decimals)} in ${given.transactionHash}`,
        );
      }),
    );
}
