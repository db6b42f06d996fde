import path from 'node:path';
import { isTephraError } from '@tephra/core';
import { TransactionSender } from '@tephra/l1';
import type { Address } from '@tephra/protocol';
import type { Command } from 'commander';
import { formatUnits, zeroAddress } from 'viem';
import { addSettings, makeCommand } from '../cli/command.ts';
import type { CliContext } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';
import { fields } from '../cli/format.ts';
import type { Runner } from '../cli/runner.ts';
import { type OperatorConfig, readOperatorConfig } from '../operator/config-file.ts';
import { openEcdsaAccount } from '../operator/ecdsa-account.ts';
import { checkMetadata } from '../operator/metadata.ts';
import { findNetwork, networkSettings } from '../operator/network.ts';
import {
  assertOperator,
  type OperatorDetails,
  operatorClient,
  readOperator,
  registerOperator,
  updateOperator,
} from '../operator/registration.ts';
import { type OperatorStanding, readStanding } from '../operator/standing.ts';

export function registerCommand(run: Runner): Command {
  return fileCommand('register <file>', 'Register as an operator', {
    description:
      'Registers the account of operator.yaml with the delegation manager. Registration is for ever, an operator is delegated to itself.',
    example: ['operator register operator.yaml', 'the password in OPERATOR_ECDSA_KEY_PASSWORD, typed or piped in'],
  })
    .option('--no-metadata-check', 'do not read the document at metadata_url first')
    .action(
      run(async (flags, [file], context) => {
        const { config, sender } = await open(file!, flags, context);
        const { isOperator } = await readOperator(sender.client, config.delegationManager, sender.address);
        const transactionHash = isOperator ? null : await registerOperator(sender, config);
        context.out.result({ operator: sender.address, registered: true, transactionHash }, () =>
          transactionHash === null
            ? '✅ Operator is already registered on EigenLayer'
            : `${fields([
                ['Operator', sender.address],
                ['Transaction', transactionHash],
              ])}\n✅ Operator is registered successfully to EigenLayer`,
        );
      }),
    );
}

export function updateCommand(run: Runner): Command {
  return fileCommand('update <file>', "Change an operator's metadata or approver", {
    description: 'Sends what operator.yaml says now: the metadata URL, and who must approve delegations.',
    example: ['operator update operator.yaml', 'after a change of metadata.json or operator.yaml'],
  })
    .option('--no-metadata-check', 'do not read the document at metadata_url first')
    .action(
      run(async (flags, [file], context) => {
        const { config, sender } = await open(file!, flags, context);
        await assertOperator(sender.client, config.delegationManager, sender.address);
        const transactionHashes = await updateOperator(sender, config);
        context.out.result({ operator: sender.address, transactionHashes }, () =>
          [...transactionHashes.map((hash) => `Transaction  ${hash}`), '✅ Operator is updated'].join('\n'),
        );
      }),
    );
}

export function statusCommand(run: Runner): Command {
  const command = makeCommand({
    usage: 'status <file>',
    summary: 'Show what the L1 knows of an operator',
    description:
      'Shows registration and approver of the account of operator.yaml; with a network also stake, allocation delay and the AVSs that it serves. Needs no password.',
    examples: [['operator status operator.yaml', 'on the platform that runs']],
  });
  return addSettings(command, networkSettings).action(
    run(async (flags, [file], context) => {
      const config = await readOperatorConfig(path.resolve(context.cwd, file!));
      const { address } = config.operator;
      const client = await operatorClient(config);
      const details = await readOperator(client, config.el_delegation_manager_address, address);
      const standing = details.isOperator ? await standingOf(address, flags, context) : undefined;
      context.out.result({ operator: address, ...details, ...standing }, () =>
        details.isOperator
          ? `✅ Operator is registered on EigenLayer\n\n${statusText(address, details, standing)}`
          : '❌ Operator is not registered to EigenLayer',
      );
    }),
  );
}

/** Undefined where no network is known: the rest of the status stands without it. */
async function standingOf(
  address: Address,
  flags: Record<string, unknown>,
  context: CliContext,
): Promise<OperatorStanding | undefined> {
  const network = await findNetwork(flags, context).catch((error: unknown) => {
    if (flags.deployment !== undefined || !isTephraError(error, 'NOT_RUNNING')) throw error;
    return undefined;
  });
  return network && readStanding(network, address);
}

function statusText(
  address: Address,
  { delegationApprover }: OperatorDetails,
  standing: OperatorStanding | undefined,
): string {
  const lines: [string, string | undefined][] = [
    ['Address', address],
    ['Approver', delegationApprover === zeroAddress ? 'none: anybody may delegate' : delegationApprover],
  ];
  if (standing) {
    const { allocationDelay, metadataUri, stakes, registrations } = standing;
    lines.push(['Metadata', metadataUri ?? 'none']);
    lines.push(['Allocation delay', allocationDelay === null ? 'not in effect yet' : `${allocationDelay} blocks`]);
    for (const { symbol, shares } of stakes) lines.push([`Stake ${symbol}`, formatUnits(shares, 18)]);
    for (const { avs, quorums } of registrations) {
      const text = quorums.map(({ name, weight }) => `${name} (weight ${formatUnits(weight, 18)})`).join(', ');
      lines.push([`AVS ${avs}`, text || 'not registered']);
    }
  }
  return fields(lines);
}

/** A command that takes an operator.yaml and nothing of a platform. */
function fileCommand(
  usage: string,
  summary: string,
  { description, example }: { description: string; example: [string, string] },
): Command {
  return makeCommand({ usage, summary, description, examples: [example] }, { client: false }).option(
    '--json',
    'print the result as one JSON line',
  );
}

/** Reads the configuration, checks it against the L1, and opens the key. */
async function open(file: string, flags: Record<string, unknown>, context: CliContext) {
  const config = await readOperatorConfig(path.resolve(context.cwd, file));
  const { address } = config.operator;
  await operatorClient(config);
  if (flags.metadataCheck !== false) await checkMetadata(config.operator.metadata_url, context.signal);
  context.out.progress(`✅ Operator configuration file validated successfully ${address}`);
  const account = await openEcdsaAccount(signerOf(config), context);
  if (account.address !== address) {
    throw new CliError('USAGE', `the key file holds the key of ${account.address}, not of ${address}`, {
      hint: `Correct address or private_key_store_path in ${config.file}.`,
    });
  }
  const sender = await TransactionSender.create(
    { rpcUrl: config.eth_rpc_url, chainId: config.chain_id, privateKey: account },
    { logger: context.logger },
  );
  const registration = {
    delegationManager: config.el_delegation_manager_address,
    delegationApprover: config.operator.delegation_approver_address,
    allocationDelay: config.operator.allocation_delay,
    metadataUri: config.operator.metadata_url,
  };
  return { config: registration, sender };
}

function signerOf(config: OperatorConfig): Parameters<typeof openEcdsaAccount>[0] {
  return config.signer_type === 'web3'
    ? { kind: 'web3', url: config.web3!.url!, address: config.operator.address }
    : { kind: 'local_keystore', file: config.private_key_store_path! };
}
