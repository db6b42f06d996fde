import { l2BridgeAbi } from '@tephra/l1';
import { type Address, PREDEPLOYS } from '@tephra/protocol';
import type { Command } from 'commander';
import { erc20Abi, isAddressEqual, zeroAddress } from 'viem';
import { type LayerChain, openLayer, senderOn, signerKey } from '../bridge/layer-chain.ts';
import { readOutbox } from '../bridge/outbox.ts';
import { finaliseWithdrawal, startWithdrawal, type WithdrawalAsset } from '../bridge/withdraw.ts';
import { addSettings, makeCommand } from '../cli/command.ts';
import { CliError } from '../cli/errors.ts';
import { fields } from '../cli/format.ts';
import type { Runner } from '../cli/runner.ts';
import { signerSettings } from '../cli/settings.ts';
import { addressFlag, amountFlag, tokenIdFlag, tokenWithId } from './deposit.ts';

const STAGES = {
  pack: 'waiting for a pack to carry it to the L1',
  window: 'waiting for the challenge window',
  proof: 'building the proof',
  execute: 'executing on the L1',
};

export function withdrawCommand(run: Runner): Command {
  const command = makeCommand({
    usage: 'withdraw <layer>',
    summary: 'Take native coin or tokens from a layer to the L1',
    description:
      'Withdraws on the layer; with --finalise also waits for the challenge window and executes on the L1 (in a second call: --finalise --index). What was born on the layer arrives as its L1 twin.',
    examples: [
      ['withdraw mint --asset eth --amount 1 --finalise', 'bridged ETH back to the L1'],
      ['withdraw mint --amount 5', '5 native coins; finalise later'],
      [
        'withdraw mint --asset 0x5FbDB2315678afecb367f032d93F642f64180aa3 --token-id 7',
        'an NFT (L2 address of its contract)',
      ],
      ['withdraw mint --finalise --index 3', 'execute outbox message 3 on the L1'],
    ],
  })
    .option('--asset <address>', '"eth", or address on the layer or L1 of the token; without it, native coin')
    .option('--amount <amount>', 'whole coins or tokens with an optional fraction')
    .option('--token-id <id>', 'the NFT of --asset; with --amount, units of an ERC-1155')
    .option('--to <address>', 'recipient on the L1 (default: the sender)')
    .option('--finalise', 'wait for the window, then execute on the L1')
    .option('--index <index>', 'with --finalise: an outbox message that was written before');
  return addSettings(command, signerSettings).action(
    run(async (flags, [ref], context) => {
      const { info, chain } = await openLayer(ref!, flags, context);
      const key = signerKey(flags, context, info);
      const begun =
        flags.index === undefined
          ? await begin(flags, chain, await senderOn('l2', chain, key, context))
          : await existing(chain, flags);
      if (flags.index === undefined)
        context.out.progress(`  outbox message ${begun.outboxIndex} in L2 block ${begun.l2BlockNumber}`);
      const finalised =
        flags.finalise === true
          ? await finaliseWithdrawal(chain, begun, await senderOn('l1', chain, key, context), {
              signal: context.signal,
              onProgress: (stage) => context.out.progress(`  ${STAGES[stage]}`),
            })
          : undefined;
      context.out.result({ layer: chain.name, ...begun, ...(finalised ?? {}) }, () =>
        fields([
          ['Layer', chain.name],
          ['L2 transaction', begun.l2TransactionHash],
          ['L2 block', begun.l2BlockNumber],
          ['Outbox message', begun.outboxIndex],
          ['Pack', finalised?.packIndex],
          ['L1 transaction', finalised ? (finalised.l1TransactionHash ?? 'executed before') : undefined],
          ['Paid', finalised ? (finalised.paid ? 'yes' : 'no: a credit waits, claim it on the bridge') : undefined],
          ['Next', finalised ? undefined : `./tephra withdraw ${chain.name} --finalise --index ${begun.outboxIndex}`],
        ]),
      );
    }),
  );
}

async function begin(flags: Record<string, unknown>, chain: LayerChain, sender: Awaited<ReturnType<typeof senderOn>>) {
  const to = (flags.to === undefined ? sender.address : addressFlag('--to', flags.to)) as Address;
  return startWithdrawal(chain, await withdrawalAsset(flags, chain), to, sender);
}

async function existing(chain: LayerChain, flags: Record<string, unknown>) {
  if (flags.finalise !== true) throw new CliError('USAGE', '--index is for --finalise');
  const index = tokenIdFlag(flags.index);
  const entry = (await readOutbox(chain, await chain.l2.getBlockNumber()))[Number(index)];
  if (!entry) throw new CliError('NOT_FOUND', `${chain.name} has no outbox message ${index}`);
  return { outboxIndex: index, l2BlockNumber: entry.l2BlockNumber, l2TransactionHash: entry.l2TransactionHash };
}

async function withdrawalAsset(flags: Record<string, unknown>, chain: LayerChain): Promise<WithdrawalAsset> {
  if (flags.asset === undefined) return { kind: 'native', amount: amountFlag(flags.amount, chain.decimals) };
  if (flags.tokenId !== undefined) {
    const token = await l2Token(chain, addressFlag('--asset', flags.asset), ['erc721', 'erc1155']);
    return tokenWithId(flags, token, chain.l2);
  }
  const given = flags.asset === 'eth' ? zeroAddress : addressFlag('--asset', flags.asset);
  const token = await l2Token(chain, given, ['erc20']);
  const decimals = await chain.l2.readContract({ address: token, abi: erc20Abi, functionName: 'decimals' });
  return { kind: 'erc20', token, amount: amountFlag(flags.amount, decimals) };
}

/** An address of the layer stays; one of the L1 becomes that of its bridged token, which has one of the standards. */
async function l2Token(
  chain: LayerChain,
  given: Address,
  standards: ('erc20' | 'erc721' | 'erc1155')[],
): Promise<Address> {
  const bridge = { address: PREDEPLOYS.l2Bridge, abi: l2BridgeAbi } as const;
  const exists = async (token: Address) => (await chain.l2.getCode({ address: token })) !== undefined;
  if (!isAddressEqual(given, zeroAddress) && (await exists(given))) return given;
  for (const standard of standards) {
    const token =
      standard === 'erc1155'
        ? await chain.l2.readContract({ ...bridge, functionName: 'l2Erc1155Of', args: [given] })
        : await chain.l2.readContract({ ...bridge, functionName: 'l2TokenOf', args: [given, standard === 'erc721'] });
    if (await exists(token)) return token;
  }
  throw new CliError('NOT_FOUND', `${given} is no token on ${chain.name} and was never deposited to it`);
}
