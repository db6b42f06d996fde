import type { TransactionSender } from '@tephra/l1';
import type { Address } from '@tephra/protocol';
import type { Command } from 'commander';
import { erc20Abi, isAddress, parseAbi, parseUnits } from 'viem';
import {
  awaitDeposit,
  type DepositArrived,
  type DepositAsset,
  type DepositStarted,
  startDeposit,
} from '../bridge/deposit.ts';
import { importedItems } from '../bridge/imported-items.ts';
import { type LayerChain, openLayer, senderOn, signerKey } from '../bridge/layer-chain.ts';
import { addSettings, makeCommand } from '../cli/command.ts';
import type { CliContext } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';
import { fields, table } from '../cli/format.ts';
import type { Runner } from '../cli/runner.ts';
import { signerSettings } from '../cli/settings.ts';

export function depositCommand(run: Runner): Command {
  const command = makeCommand({
    usage: 'deposit <layer>',
    summary: 'Bring ETH or tokens from the L1 to a layer',
    description:
      "Deposits on the L1 bridge of a layer and waits until the layer has credited it: ETH, an ERC-20, an ERC-721 or units of an ERC-1155. What is the layer's currency arrives as native coin, everything else as a bridged token.",
    examples: [
      ['deposit mint --amount 1.5', '1.5 ETH of DEV ONLY account 0 to itself'],
      ['deposit mint --asset 0x5FbDB2315678afecb367f032d93F642f64180aa3 --amount 100', '100 of an ERC-20'],
      [
        'deposit mint --asset 0x5FbDB2315678afecb367f032d93F642f64180aa3 --token-id 7 --to 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
        'an NFT to another account',
      ],
      ['deposit season2 --imported', 'all that the account owns of the tokens which the layer imported'],
    ],
  })
    .option('--asset <address>', 'L1 token; without it, ETH')
    .option('--amount <amount>', 'whole coins or tokens with an optional fraction')
    .option('--token-id <id>', 'the NFT of --asset; with --amount, units of an ERC-1155')
    .option('--imported', 'everything that the sender owns of the tokens which the layer imported')
    .option('--to <address>', 'recipient on the layer (default: the sender)')
    .option('--no-wait', 'return when the L1 has taken the deposit');
  return addSettings(command, signerSettings).action(
    run(async (flags, [ref], context) => {
      const { info, detail, chain } = await openLayer(ref!, flags, context);
      const sender = await senderOn('l1', chain, signerKey(flags, context, info), context);
      const to = (flags.to === undefined ? sender.address : addressFlag('--to', flags.to)) as Address;
      const send = (asset: DepositAsset) => deposit(chain, asset, to, sender, { wait: flags.wait !== false }, context);
      const base = { layer: chain.name, from: sender.address, to };
      if (flags.imported === true) {
        if (!detail.imports) throw new CliError('USAGE', `${chain.name} imported no tokens`);
        const items = await importedItems(chain, detail.imports, sender.address, info.contracts.rollupFactory);
        const deposits: (DepositAsset & (DepositStarted | DepositArrived))[] = [];
        // One after the other: an account's transactions are ordered anyway, and a failure leaves the rest untouched.
        for (const item of items) deposits.push({ ...item, ...(await send(item)) });
        context.out.result({ ...base, deposits }, () => importedTable(deposits));
        return;
      }
      const asset = await depositAsset(flags, chain);
      const result = await send(asset);
      context.out.result({ ...base, ...result }, () =>
        fields([
          ['Layer', chain.name],
          ['To', to],
          ['L1 transaction', result.l1TransactionHash],
          ['Inbox message', result.inboxIndex],
          ...(isArrived(result)
            ? ([
                ['L2 block', result.l2BlockNumber],
                ['L2 transaction', result.l2TransactionHash],
                ['L2 token', result.l2Token ?? 'native coin'],
              ] as [string, string | bigint][])
            : []),
        ]),
      );
    }),
  );
}

async function deposit(
  chain: LayerChain,
  asset: DepositAsset,
  to: Address,
  sender: TransactionSender,
  { wait }: { wait: boolean },
  context: CliContext,
): Promise<DepositStarted | DepositArrived> {
  const started = await startDeposit(chain, asset, to, sender);
  context.out.progress(`  L1 took it: ${started.l1TransactionHash}`);
  return wait ? awaitDeposit(chain, asset, to, started, context.signal) : started;
}

function importedTable(deposits: (DepositAsset & DepositStarted)[]): string {
  if (deposits.length === 0) return 'The account owns nothing of the imported tokens.';
  const rows = deposits.map((item) => [
    item.kind,
    item.kind === 'eth' ? '' : item.token,
    'tokenId' in item ? String(item.tokenId) : '',
    'amount' in item ? String(item.amount) : '',
    item.l1TransactionHash,
  ]);
  return table(['KIND', 'L1 TOKEN', 'ID', 'AMOUNT', 'L1 TRANSACTION'], rows);
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

async function depositAsset(flags: Record<string, unknown>, { l1 }: LayerChain): Promise<DepositAsset> {
  if (flags.asset === undefined) {
    if (flags.tokenId !== undefined) throw new CliError('USAGE', '--token-id needs --asset');
    return { kind: 'eth', amount: amountFlag(flags.amount, 18) };
  }
  const token = addressFlag('--asset', flags.asset);
  if (flags.tokenId !== undefined) return tokenWithId(flags, token, l1);
  const decimals = await l1.readContract({ address: token, abi: erc20Abi, functionName: 'decimals' });
  return { kind: 'erc20', token, amount: amountFlag(flags.amount, decimals) };
}

/** An NFT, or units of an ERC-1155 (one without --amount), by what the token says of itself. */
export async function tokenWithId(
  flags: Record<string, unknown>,
  token: Address,
  client: LayerChain['l1'],
): Promise<Extract<DepositAsset, { tokenId: bigint }>> {
  const tokenId = tokenIdFlag(flags.tokenId);
  const isErc1155 = await client
    .readContract({ address: token, abi: erc165Abi, functionName: 'supportsInterface', args: [ERC1155_INTERFACE] })
    .catch(() => false);
  if (isErc1155) {
    const amount = flags.amount === undefined ? 1n : amountFlag(flags.amount, 0);
    return { kind: 'erc1155', token, tokenId, amount };
  }
  if (flags.amount !== undefined) throw new CliError('USAGE', '--amount with --token-id is for ERC-1155 tokens');
  return { kind: 'erc721', token, tokenId };
}

const ERC1155_INTERFACE = '0xd9b67a26';
const erc165Abi = parseAbi(['function supportsInterface(bytes4 id) view returns (bool)']);

export function tokenIdFlag(value: unknown): bigint {
  const text = String(value);
  if (!/^(\d+|0x[0-9a-fA-F]+)$/.test(text)) throw new CliError('USAGE', `--token-id ${text} is not a number`);
  return BigInt(text);
}
