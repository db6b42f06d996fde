import type { Address } from '@tephra/protocol';
import type { Command } from 'commander';
import { erc20Abi, isAddress, parseUnits } from 'viem';
import {
  awaitDeposit,
  type DepositArrived,
  type DepositAsset,
  type DepositStarted,
  startDeposit,
} from '../bridge/deposit.ts';
import { openLayer, senderOn, signerKey } from '../bridge/layer-chain.ts';
import { addSettings, makeCommand } from '../cli/command.ts';
import { CliError } from '../cli/errors.ts';
import { fields } from '../cli/format.ts';
import type { Runner } from '../cli/runner.ts';
import { signerSettings } from '../cli/settings.ts';

export function depositCommand(run: Runner): Command {
  const command = makeCommand({
    usage: 'deposit <layer>',
    summary: 'Bring ETH, an ERC-20 or an ERC-721 from the L1 to a layer',
    description:
      'Deposits on the L1 bridge of a layer and waits until the layer has credited it. ETH arrives as a bridged ERC-20, since a layer issues its own native coin.',
    examples: [
      ['deposit mint --amount 1.5', '1.5 ETH of DEV ONLY account 0 to itself'],
      ['deposit mint --asset 0x5FbDB2315678afecb367f032d93F642f64180aa3 --amount 100', '100 of an ERC-20'],
      [
        'deposit mint --asset 0x5FbDB2315678afecb367f032d93F642f64180aa3 --token-id 7 --to 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
        'an NFT to another account',
      ],
    ],
  })
    .option('--asset <address>', 'L1 token; without it, ETH')
    .option('--amount <amount>', 'whole coins or tokens with an optional fraction')
    .option('--token-id <id>', 'the NFT of --asset')
    .option('--to <address>', 'recipient on the layer (default: the sender)')
    .option('--no-wait', 'return when the L1 has taken the deposit');
  return addSettings(command, signerSettings).action(
    run(async (flags, [ref], context) => {
      const { info, chain } = await openLayer(ref!, flags, context);
      const sender = await senderOn('l1', chain, signerKey(flags, context, info), context);
      const asset = await depositAsset(flags, (token) =>
        chain.l1.readContract({ address: token, abi: erc20Abi, functionName: 'decimals' }),
      );
      const to = (flags.to === undefined ? sender.address : addressFlag('--to', flags.to)) as Address;
      const started = await startDeposit(chain, asset, to, sender);
      context.out.progress(`  L1 took it: ${started.l1TransactionHash}`);
      const result: DepositStarted | DepositArrived =
        flags.wait === false ? started : await awaitDeposit(chain, asset, to, started, context.signal);
      context.out.result({ layer: chain.name, from: sender.address, to, ...result }, () =>
        fields([
          ['Layer', chain.name],
          ['To', to],
          ['L1 transaction', result.l1TransactionHash],
          ['Inbox message', result.inboxIndex],
          ...(isArrived(result)
            ? ([
                ['L2 block', result.l2BlockNumber],
                ['L2 transaction', result.l2TransactionHash],
                ['L2 token', result.l2Token],
              ] as [string, string | bigint][])
            : []),
        ]),
      );
    }),
  );
}

function isArrived(result: DepositStarted | DepositArrived): result is DepositArrived {
  return 'l2Token' in result;
}

export function addressFlag(name: string, value: unknown): Address {
  if (typeof value !== 'string' || !isAddress(value))
    throw new CliError('USAGE', `${name} ${String(value)} is not an address`);
  return value;
}

export function amountFlag(value: unknown, decimals: number): bigint {
  const text = String(value ?? '');
  if (!/^\d+(\.\d+)?$/.test(text))
    throw new CliError('USAGE', '--amount is needed: whole coins with an optional fraction');
  const units = parseUnits(text, decimals);
  if (units === 0n) throw new CliError('USAGE', '--amount must be more than zero');
  return units;
}

async function depositAsset(
  flags: Record<string, unknown>,
  decimalsOf: (token: Address) => Promise<number>,
): Promise<DepositAsset> {
  if (flags.asset === undefined) {
    if (flags.tokenId !== undefined) throw new CliError('USAGE', '--token-id needs --asset');
    return { kind: 'eth', amount: amountFlag(flags.amount, 18) };
  }
  const token = addressFlag('--asset', flags.asset);
  if (flags.tokenId !== undefined) return { kind: 'erc721', token, tokenId: tokenIdFlag(flags.tokenId) };
  return { kind: 'erc20', token, amount: amountFlag(flags.amount, await decimalsOf(token)) };
}

export function tokenIdFlag(value: unknown): bigint {
  const text = String(value);
  if (!/^(\d+|0x[0-9a-fA-F]+)$/.test(text)) throw new CliError('USAGE', `--token-id ${text} is not a number`);
  return BigInt(text);
}
