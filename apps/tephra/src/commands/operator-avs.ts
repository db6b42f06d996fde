import { TransactionSender } from '@tephra/l1';
import type { Command } from 'commander';
import { formatUnits, parseUnits } from 'viem';
import { addSettings, makeCommand } from '../cli/command.ts';
import type { CliContext } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';
import { fields, table } from '../cli/format.ts';
import type { Runner } from '../cli/runner.ts';
import { applyAllocations, type PlannedAllocation, readAllocations } from '../operator/allocation.ts';
import { avsOf, findNetwork, networkSettings, type RestakingNetwork } from '../operator/network.ts';
import { announceMetadata, optIn, optOut, percent } from '../operator/opt-in.ts';
import { assertOperator } from '../operator/registration.ts';
import { blsSettings, ecdsaSettings, withEnvFile } from '../operator/settings.ts';
import { operatorAccount, operatorBlsSigner } from '../operator/signers.ts';

const QUORUMS = 'numbers of quorums, separated by commas; all of the AVS when not given';

export function optInCommand(run: Runner): Command {
  const command = makeCommand({
    usage: 'opt-in',
    summary: 'Join quorums of an AVS',
    description:
      'Checks allowlist and stake and says what is missing, allocates stake to quorums that count slashable stake, and registers with the AVS in one transaction. With METADATA_URI in the environment it also announces that document.',
    examples: [
      ['operator opt-in --avs echo --quorums 0,1 --env .env.opt', 'all quorums, keys and passwords from .env.opt'],
      ['operator opt-in --avs echo --quorums 0 --allocate 0.5', 'one quorum, with half of what is free'],
    ],
  })
    .requiredOption('--avs <name>', 'the AVS')
    .option('--quorums <numbers>', QUORUMS)
    .option('--allocate <part>', 'part of the free stake to make slashable by these quorums, 0 to 1', '1.0')
    .option('--socket <host:port>', 'where the operator says that it can be reached', '')
    .option('--env <file>', 'variables such as NODE_ECDSA_KEY_FILE_HOST and OPERATOR_BLS_KEY_PASSWORD');
  return withNetworkAndKeys(command).action(
    run(async (flags, _, outer) => {
      const context = await withEnvFile(flags, outer);
      const { network, avs, quorums } = await target(flags, context);
      const { account, sender } = await openSender(flags, network, context);
      const signer = await operatorBlsSigner(flags, context);
      const request = {
        chainId: network.l1ChainId,
        restaking: network.restaking,
        avs,
        quorums,
        socket: String(flags.socket ?? ''),
        fraction: partOf('--allocate', flags.allocate),
      };
      const result = await optIn(request, {
        account,
        sender,
        signer,
        signal: context.signal,
        onProgress: (text) => context.out.progress(text),
        onPlan: (plans) => {
          if (plans.some(({ current, next }) => current !== next)) context.out.progress(planText(plans));
        },
      });
      const metadata = await announceMetadata(network.restaking, context.env.METADATA_URI, sender);
      context.out.result({ avs: avs.name, operator: account.address, ...result, metadata }, () =>
        [
          fields([
            ['Operator', account.address],
            ['Operator id', result.operatorId],
            ['Quorums', quorums.join(', ')],
            ['Allocation', result.allocation ?? 'as it was'],
            ['Registration', result.registration],
            ['Metadata', metadata ?? undefined],
          ]),
          `✅ Operator has joined ${avs.name}`,
          'Next: ./tephra operator run',
        ].join('\n'),
      );
    }),
  );
}

export function optOutCommand(run: Runner): Command {
  const command = makeCommand({
    usage: 'opt-out',
    summary: 'Leave quorums of an AVS',
    description:
      'Leaves quorums of an AVS; what was answered before stays slashable for a while. With --deallocate the stake that they could slash becomes free after the deallocation delay.',
    examples: [['operator opt-out --avs echo --quorums 0,1 --env .env.opt', 'all quorums']],
  })
    .requiredOption('--avs <name>', 'the AVS')
    .option('--quorums <numbers>', QUORUMS)
    .option('--deallocate', 'take the stake away from these quorums, too')
    .option('--env <file>', 'variables such as NODE_ECDSA_KEY_FILE_HOST and OPERATOR_ECDSA_KEY_PASSWORD');
  return withNetworkAndKeys(command, { bls: false }).action(
    run(async (flags, _, outer) => {
      const context = await withEnvFile(flags, outer);
      const { network, avs, quorums } = await target(flags, context);
      const { sender } = await openSender(flags, network, context);
      const result = await optOut(avs, quorums, sender);
      const deallocation =
        flags.deallocate === true
          ? await setAllocations(network, sender, { ...flags, part: '0' }, avs.name, result.quorums, context)
          : undefined;
      context.out.result({ avs: avs.name, operator: sender.address, ...result, deallocation }, () =>
        [
          fields([
            ['Operator', sender.address],
            ['Quorums left', result.quorums.join(', ')],
            ['Deregistration', result.deregistration],
            ['Deallocation', deallocation],
          ]),
          `✅ Operator has left ${avs.name}`,
        ].join('\n'),
      );
    }),
  );
}

export function allocateCommand(run: Runner): Command {
  const command = makeCommand({
    usage: 'allocate',
    summary: 'Set which part of the stake quorums may slash',
    description:
      "Sets the part of the operator's stake, in each strategy that counts, that belongs to quorums of an AVS. Without --part it shows what is allocated. More takes effect after the operator's allocation delay, less after the deallocation delay of the network.",
    examples: [
      ['operator allocate --avs echo', 'what is allocated'],
      ['operator allocate --avs echo --quorums 0 --part 0.25', 'a quarter of all ETH and LSTs'],
      ['operator allocate --avs echo --quorums 1 --strategy ALT --part 0', 'nothing of ALT any more'],
    ],
  })
    .requiredOption('--avs <name>', 'the AVS')
    .option('--quorums <numbers>', QUORUMS)
    .option('--strategy <symbol>', 'only this strategy')
    .option('--part <part>', 'part of the whole stake, 0 to 1')
    .option('--env <file>', 'variables such as NODE_ECDSA_KEY_FILE_HOST and OPERATOR_ECDSA_KEY_PASSWORD');
  return withNetworkAndKeys(command, { bls: false }).action(
    run(async (flags, _, outer) => {
      const context = await withEnvFile(flags, outer);
      const { network, avs, quorums } = await target(flags, context);
      const { sender } = await openSender(flags, network, context);
      const transactionHash =
        flags.part === undefined ? undefined : await setAllocations(network, sender, flags, avs.name, quorums, context);
      const target_ = { restaking: network.restaking, avs, operator: sender.address };
      const allocations = await readAllocations(sender.client, target_, quorums);
      context.out.result({ operator: sender.address, transactionHash, allocations }, () =>
        [...(transactionHash ? [`Transaction  ${transactionHash}`] : []), planText(allocations)].join('\n'),
      );
    }),
  );
}

function withNetworkAndKeys(command: Command, { bls = true } = {}): Command {
  addSettings(command, networkSettings);
  addSettings(command, ecdsaSettings);
  if (!bls) return command;
  const { keysDir: _, ...definitions } = blsSettings.definitions;
  return addSettings(command, { ...blsSettings, definitions });
}

async function target(flags: Record<string, unknown>, context: CliContext) {
  const network = await findNetwork(flags, context);
  const avs = avsOf(network, String(flags.avs));
  const known = avs.quorums.map(({ number }) => number);
  const quorums = flags.quorums === undefined ? known : parseQuorums(String(flags.quorums));
  const unknown = quorums.find((quorum) => !known.includes(quorum));
  if (unknown !== undefined) {
    throw new CliError('USAGE', `${avs.name} has no quorum ${unknown}`, { hint: `It has ${known.join(', ')}.` });
  }
  return { network, avs, quorums };
}

async function openSender(flags: Record<string, unknown>, network: RestakingNetwork, context: CliContext) {
  const account = await operatorAccount(flags, context);
  const sender = await TransactionSender.create(
    { rpcUrl: network.l1RpcUrl, chainId: network.l1ChainId, privateKey: account },
    { logger: context.logger },
  );
  return { account, sender };
}

/** Sets allocations to a part of the whole stake. */
async function setAllocations(
  { restaking, avss }: RestakingNetwork,
  sender: TransactionSender,
  flags: Record<string, unknown>,
  name: string,
  quorums: number[],
  context: CliContext,
) {
  const target_ = { restaking, avs: avsOf({ avss }, name), operator: sender.address };
  const part = partOf('--part', flags.part) ?? 0n;
  await assertOperator(sender.client, restaking.delegationManager, sender.address);
  const all = await readAllocations(sender.client, target_, quorums);
  const chosen = all.filter(({ symbol }) => flags.strategy === undefined || symbol === flags.strategy);
  if (chosen.length === 0) {
    const symbols = [...new Set(all.map(({ symbol }) => symbol))].join(', ');
    throw new CliError('USAGE', `${String(flags.strategy)} does not count there`, { hint: `These count: ${symbols}.` });
  }
  for (const plan of chosen) plan.next = (plan.maxMagnitude * part) / 10n ** 18n;
  context.out.progress(planText(chosen));
  const deps = { signal: context.signal, onProgress: (text: string) => context.out.progress(text) };
  return applyAllocations(sender, target_, chosen, deps);
}

function parseQuorums(text: string): number[] {
  if (!/^\d{1,3}(,\d{1,3})*$/.test(text)) {
    throw new CliError('USAGE', `--quorums ${text} are no numbers of quorums`, { hint: 'Such as --quorums 0,1.' });
  }
  return [...new Set(text.split(',').map(Number))].toSorted((a, b) => a - b);
}

/** Of 1e18. */
function partOf(flag: string, value: unknown): bigint | undefined {
  if (value === undefined) return undefined;
  const text = String(value);
  const part = /^\d(\.\d{1,18})?$/.test(text) ? parseUnits(text, 18) : -1n;
  if (part >= 0n && part <= 10n ** 18n) return part;
  throw new CliError('USAGE', `${flag} ${text} is not a part from 0 to 1`);
}

function planText(plans: PlannedAllocation[]): string {
  return table(
    ['QUORUM', 'STRATEGY', 'STAKE', 'ALLOCATED', 'THEN'],
    plans.map(({ quorum, symbol, shares, current, next, maxMagnitude }) => [
      String(quorum),
      symbol,
      formatUnits(shares, 18),
      `${percent(current, maxMagnitude)} %`,
      `${percent(next, maxMagnitude)} %`,
    ]),
  );
}
