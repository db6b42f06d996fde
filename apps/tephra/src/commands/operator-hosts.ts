import type { OperatorHostAnswer } from '@tephra/api';
import type { Command } from 'commander';
import { makeCommand } from '../cli/command.ts';
import { findPlatform, type PlatformRef } from '../cli/context.ts';
import { fields, table } from '../cli/format.ts';
import type { Runner } from '../cli/runner.ts';

/** `operator ls`: the operators that a platform runs itself, as `up` does. */
export function hostsCommand(run: Runner): Command {
  return makeCommand({
    usage: 'ls',
    summary: 'List the operators that the platform runs',
    examples: [['operator ls', 'name, state and address of each']],
  }).action(
    run(async (flags, _, context) => {
      const { api } = await findPlatform(flags, context);
      const { items } = await api.listOperatorHosts();
      context.out.result(items, () => {
        if (items.length === 0) return 'The platform runs no operators. GET /v1/restaking says why.';
        const rows = items.map((host) => [
          host.name,
          host.state,
          host.address,
          String(host.restarts),
          host.since.slice(0, 19).replace('T', ' '),
          host.nodeApiUrl ?? '',
        ]);
        return table(['NAME', 'STATE', 'ADDRESS', 'RESTARTS', 'SINCE (UTC)', 'NODE API'], rows);
      });
    }),
  );
}

export function stopHostCommand(run: Runner): Command {
  return hostCommand(run, {
    usage: 'stop <name>',
    summary: 'Stop an operator of the platform until it is started again',
    example: ['operator stop operator-2', 'also over a restart of the platform'],
    act: ({ api }, name) => api.stopOperatorHost({ params: { name } }),
  });
}

export function startHostCommand(run: Runner): Command {
  return hostCommand(run, {
    usage: 'start <name>',
    summary: 'Start an operator of the platform that was stopped',
    example: ['operator start operator-2', 'what it missed it does not answer any more'],
    act: ({ api }, name) => api.startOperatorHost({ params: { name } }),
  });
}

type HostAction = {
  usage: string;
  summary: string;
  example: [string, string];
  act: (platform: PlatformRef, name: string) => Promise<OperatorHostAnswer>;
};

function hostCommand(run: Runner, { usage, summary, example, act }: HostAction): Command {
  return makeCommand({ usage, summary, examples: [example] }).action(
    run(async (flags, [name], context) => {
      const host = await act(await findPlatform(flags, context), String(name));
      context.out.result(host, () =>
        fields([
          ['Operator', host.name],
          ['State', host.state],
          ['Address', host.address],
        ]),
      );
    }),
  );
}
