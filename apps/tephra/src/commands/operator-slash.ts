import { type AvsEvidence, createApiClient } from '@tephra/api';
import { TransactionSender } from '@tephra/l1';
import type { Hash } from '@tephra/protocol';
import type { Command } from 'commander';
import { isAddressEqual } from 'viem';
import { signerKey } from '../bridge/layer-chain.ts';
import { addSettings, makeCommand } from '../cli/command.ts';
import { type CliContext, findPlatform } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';
import { table } from '../cli/format.ts';
import type { Runner } from '../cli/runner.ts';
import { signerSettings } from '../cli/settings.ts';
import { avsOf, findNetwork, networkSettings, type RestakingNetwork } from '../operator/network.ts';
import { isSlashable, slashWrongSigner, wasSlashed } from '../operator/slash.ts';
import { addressFlag } from './deposit.ts';

export function slashCommand(run: Runner): Command {
  const command = makeCommand({
    usage: 'slash',
    summary: 'Show signed wrong answers, and have their signers slashed',
    description:
      'Lists what the aggregator keeps of answers that speak against their signers. With --task it brings those of that task to the L1, which checks them itself and slashes. Anybody may do that, and pays the gas.',
    examples: [
      ['operator slash --avs echo', 'what there is'],
      ['operator slash --avs echo --task 17', 'slash who answered task 17 wrongly'],
    ],
  })
    .requiredOption('--avs <name>', 'the AVS')
    .option('--task <id>', 'bring the evidence of this task to the L1')
    .option('--operator <address>', 'only of this operator');
  addSettings(command, networkSettings);
  return addSettings(command, signerSettings).action(
    run(async (flags, _, context) => {
      const network = await findNetwork(flags, context);
      const avs = avsOf(network, String(flags.avs));
      const operator = flags.operator === undefined ? undefined : addressFlag('--operator', flags.operator);
      const all = (await readEvidence(avs.name, network)).filter(
        (item) => operator === undefined || isAddressEqual(item.operator as `0x${string}`, operator),
      );
      if (flags.task === undefined) {
        context.out.result(all, () => (all.length === 0 ? 'nothing speaks against anybody' : evidenceTable(all)));
        return;
      }
      const ofTask = all.filter(({ taskId }) => taskId === String(flags.task));
      const wrong = ofTask.filter(isSlashable);
      if (wrong.length === 0) {
        const what = ofTask.length === 0 ? 'no evidence' : 'no wrong answer';
        throw new CliError('NOT_FOUND', `there is ${what} of task ${String(flags.task)}`, {
          hint: `See ./tephra operator slash --avs ${avs.name}`,
        });
      }
      const sender = await openSender(flags, network, context);
      const slashed: { operator: string; taskId: string; transactionHash: Hash | null }[] = [];
      for (const evidence of new Map(wrong.map((item) => [item.operator, item])).values()) {
        const done = await wasSlashed(sender.client, avs, evidence);
        const transactionHash = done ? null : await slashWrongSigner(sender, avs, evidence);
        slashed.push({ operator: evidence.operator, taskId: evidence.taskId, transactionHash });
      }
      context.out.result(slashed, () =>
        table(
          ['OPERATOR', 'TASK', 'TRANSACTION'],
          slashed.map((item) => [item.operator, item.taskId, item.transactionHash ?? 'slashed before']),
        ),
      );
    }),
  );
}

/** Everything, in pages. @throws CliError USAGE when nobody said where the aggregator is */
async function readEvidence(avs: string, { aggregatorUrl }: RestakingNetwork): Promise<AvsEvidence[]> {
  if (aggregatorUrl === undefined)
    throw new CliError('USAGE', 'nobody said where the aggregator is: give --aggregator');
  const api = createApiClient({ baseUrl: new URL(aggregatorUrl).origin });
  const items: AvsEvidence[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await api.listAvsEvidence({ params: { avs }, query: cursor === undefined ? {} : { cursor } });
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

async function openSender(
  flags: Record<string, unknown>,
  network: RestakingNetwork,
  context: CliContext,
): Promise<TransactionSender> {
  const { privateKey } = signerSettings.resolve({ flags, env: context.env });
  const key = privateKey
    ? (privateKey as `0x${string}`)
    : signerKey(flags, context, await (await findPlatform(flags, context)).api.getPlatform());
  return TransactionSender.create(
    { rpcUrl: network.l1RpcUrl, chainId: network.l1ChainId, privateKey: key },
    { logger: context.logger },
  );
}

function evidenceTable(items: AvsEvidence[]): string {
  return table(
    ['TASK', 'OPERATOR', 'WHAT', 'RECEIVED (UTC)'],
    items.map((item) => [item.taskId, item.operator, item.kind, item.receivedAt.slice(0, 19).replace('T', ' ')]),
  );
}
