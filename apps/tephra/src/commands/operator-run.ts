import path from 'node:path';
import { avsDeploymentAnswer, restakingDeploymentAnswer } from '@tephra/api';
import type { Address } from '@tephra/protocol';
import type { Command } from 'commander';
import { addSettings, makeCommand } from '../cli/command.ts';
import type { CliContext } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';
import type { Runner } from '../cli/runner.ts';
import { keyFolder } from '../operator/key-folder.ts';
import { avsOf, findNetwork, networkSettings, type RestakingNetwork } from '../operator/network.ts';
import { currentQuorums } from '../operator/opt-in.ts';
import { blsSettings, runSettings, withEnvFile } from '../operator/settings.ts';
import { operatorBlsSigner } from '../operator/signers.ts';

export function runCommand(run: Runner): Command {
  const command = makeCommand({
    usage: 'run',
    summary: 'Run the operator: answer tasks of its AVSs until it is stopped',
    description:
      'Answers tasks of the AVSs that the operator is registered with. It needs the BLS key and the address, not the ECDSA key. The folder with its signing journal must survive: without it, tasks from before the start are not answered.',
    examples: [
      ['operator run --env .env', 'keys, passwords and ports from .env'],
      ['operator run --address 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266', 'with the BLS key opr of the key folder'],
    ],
  }).option('--env <file>', 'variables such as OPERATOR_ECDSA_ADDRESS and OPERATOR_BLS_KEY_PASSWORD');
  addSettings(command, networkSettings);
  addSettings(command, blsSettings);
  return addSettings(command, runSettings).action(
    run(async (flags, _, outer) => {
      const { echoDuty, operatorHostOptions } = await import('@tephra/operator');
      const context = await withEnvFile(flags, outer);
      const settings = runSettings.resolve({ flags, env: context.env });
      const { address } = settings;
      if (address === undefined) {
        throw new CliError('USAGE', "the operator's address is needed", {
          hint: 'Set OPERATOR_ECDSA_ADDRESS or give --address; see operator keys list.',
        });
      }
      const network = await findNetwork(flags, context);
      const { aggregatorUrl } = network;
      if (aggregatorUrl === undefined) {
        throw new CliError('USAGE', 'nobody said where the aggregator is', {
          hint: 'Give --aggregator or set AGGREGATOR_JSONRPC_SERVER_URL.',
        });
      }
      const signer = await operatorBlsSigner(flags, context);
      const stateDir = settings.stateDir ?? path.join(keyFolder(flags, context), '..', 'tephra', address.toLowerCase());
      const host = operatorHostOptions.parse({
        name: 'operator',
        operatorAddress: address,
        aggregatorUrl,
        l1RpcUrl: network.l1RpcUrl,
        l1ChainId: network.l1ChainId,
        l1Depth: settings.l1Depth ?? (network.isEmbedded ? 1 : 32),
        l1PollIntervalMs: network.isEmbedded ? 1_000 : 6_000,
        dataDir: path.resolve(context.cwd, stateDir),
        nodeApi: listener(settings.nodeApi),
        metrics: listener(settings.metrics),
        restaking: restakingDeploymentAnswer(network.restaking),
        avss: await avssOf(
          network,
          { names: settings.avs, duties: [echoDuty.name, 'vital'] },
          address as Address,
          context,
        ),
      });
      const { runOperator } = await import('../serve/operator.ts');
      await runOperator(host, signer, { followParent: false }, context);
    }),
  );
}

/** AVSs that were named, else those where the operator is registered, of which this build knows the duty. */
async function avssOf(
  network: RestakingNetwork,
  { names, duties }: { names: string | undefined; duties: string[] },
  operator: Address,
  context: CliContext,
) {
  const named = names?.split(',').map((name) => avsOf(network, name.trim()));
  const candidates = named ?? network.avss.filter(({ name }) => duties.includes(name));
  const registered = [];
  for (const avs of candidates) {
    if (named || (await currentQuorums(avs, network.l1, operator)).length > 0) registered.push(avs);
  }
  if (registered.length === 0) {
    throw new CliError('FAILED_PRECONDITION', `${operator} is registered with no AVS`, {
      hint: `First: ./tephra operator opt-in --avs ${candidates[0]?.name ?? '<name>'}`,
    });
  }
  context.out.progress(`  serving ${registered.map(({ name }) => name).join(', ')} as ${operator}`);
  return registered.map((avs) => ({ name: avs.name, deployment: avsDeploymentAnswer(avs) }));
}

function listener(text: string): { host: string; port: number } {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
}
