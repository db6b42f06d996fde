import type { Hex } from '@tephra/protocol';
import type { Command } from 'commander';
import { isHex, parseGwei } from 'viem';
import type { ForceDone, ForcedCall, ForceStarted } from '../bridge/force.ts';
import { openLayer, senderOn, signerKey } from '../bridge/layer-chain.ts';
import { addSettings, makeCommand } from '../cli/command.ts';
import { CliError } from '../cli/errors.ts';
import { fields } from '../cli/format.ts';
import type { Runner } from '../cli/runner.ts';
import { signerSettings } from '../cli/settings.ts';
import { addressFlag, amountFlag } from './deposit.ts';

export function forceCommand(run: Runner): Command {
  const command = makeCommand({
    usage: 'force <layer> [raw]',
    summary: 'Send a transaction to a layer through the L1, past its sequencer',
    description:
      'Delivers a signed transaction to the inbox on the L1. The layer must take it in within the inbox delay, or none of its packs is accepted any more; a transaction that cannot be executed there leaves a record with the reason. Takes a signed transaction, or signs a call of --to with the same key that pays on the L1.',
    examples: [
      ['force mint --to 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266 --value 1.5', '1.5 coins of DEV ONLY account 0'],
      ['force mint 0x02f86b82…', 'a transaction that is signed already, perhaps by somebody else'],
    ],
  })
    .option('--to <address>', 'recipient or contract on the layer')
    .option('--value <amount>', 'whole coins with an optional fraction')
    .option('--data <hex>', 'call data')
    .option('--gas <limit>', 'gas limit, at most 2,000,000 (default: what the layer estimates)')
    .option('--nonce <nonce>', "sender's nonce on the layer (default: what the layer says)")
    .option('--fee-cap <gwei>', 'most that is paid per gas (default: twice the base fee)')
    .option('--no-wait', 'return when the L1 has taken it');
  return addSettings(command, signerSettings).action(
    run(async (flags, [ref, given], context) => {
      // It brings an EVM along, which no other command should wait for.
      const { awaitForced, checkForced, force, signForced } = await import('../bridge/force.ts');
      const { info, chain } = await openLayer(ref!, flags, context);
      const key = signerKey(flags, context, info);
      const raw =
        given === undefined ? await signForced(chain, key, callOf(flags, chain.decimals)) : rawOf(given, flags);
      checkForced(chain, raw);
      const started = await force(chain, raw, await senderOn('l1', chain, key, context));
      context.out.progress(`  L1 took it: ${started.l1TransactionHash}`);
      const result: ForceStarted | ForceDone =
        flags.wait === false ? started : await awaitForced(chain, started, context.signal);
      context.out.result({ layer: chain.name, ...result }, () =>
        fields([
          ['Layer', chain.name],
          ['L1 transaction', result.l1TransactionHash],
          ['Inbox message', result.inboxIndex],
          ['L2 transaction', result.transactionHash],
          ...(isDone(result)
            ? ([
                ['Outcome', result.outcome === 'executed' ? `executed, ${result.status}` : `skipped: ${result.reason}`],
                ['L2 block', result.l2BlockNumber],
              ] as [string, string | bigint][])
            : []),
        ]),
      );
    }),
  );
}

function isDone(result: ForceStarted | ForceDone): result is ForceDone {
  return 'outcome' in result;
}

function rawOf(given: string, flags: Record<string, unknown>): Hex {
  if (['to', 'value', 'data', 'gas', 'nonce', 'feeCap'].some((flag) => flags[flag] !== undefined)) {
    throw new CliError('USAGE', 'a signed transaction says all of that itself: give either it or the options');
  }
  return hexFlag('the transaction', given);
}

function callOf(flags: Record<string, unknown>, decimals: number): ForcedCall {
  if (flags.to === undefined) throw new CliError('USAGE', 'a signed transaction or --to is needed');
  return {
    to: addressFlag('--to', flags.to),
    value: flags.value === undefined ? 0n : amountFlag(flags.value, decimals),
    data: flags.data === undefined ? '0x' : hexFlag('--data', flags.data),
    ...(flags.gas === undefined ? {} : { gas: BigInt(wholeFlag('--gas', flags.gas)) }),
    ...(flags.nonce === undefined ? {} : { nonce: wholeFlag('--nonce', flags.nonce) }),
    ...(flags.feeCap === undefined ? {} : { feeCap: parseGwei(String(flags.feeCap)) }),
  };
}

function hexFlag(name: string, value: unknown): Hex {
  if (!isHex(value, { strict: true }) || value.length % 2 !== 0)
    throw new CliError('USAGE', `${name} must be 0x and whole bytes in hex`);
  return value;
}

function wholeFlag(name: string, value: unknown): number {
  if (!/^\d{1,15}$/.test(String(value))) throw new CliError('USAGE', `${name} ${String(value)} is not a whole number`);
  return Number(value);
}
