import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { makeCommand } from '../cli/command.ts';
import { findPlatform } from '../cli/context.ts';
import { findLayer } from '../cli/layers.ts';
import type { Runner } from '../cli/runner.ts';
import { reportLaunch } from './launch.ts';

export function redeployCommand(run: Runner): Command {
  return makeCommand({
    usage: 'redeploy <layer>',
    summary: 'Launch a terminated layer again, with the same settings',
    description:
      'Launches a new layer with the name, settings and genesis of a terminated one. It is another chain: it has a chain id of its own and nothing of what the old one held, which its owners have on the L1.',
    examples: [
      ['redeploy mint', 'the same name again'],
      ['redeploy 12 --name mint2', 'layer 12 under another name'],
      ['redeploy season --import', 'and its tokens are known there from the start'],
    ],
  })
    .option('--name <name>', 'another name')
    .option('--import', 'make the tokens of the old layer known on the new one')
    .option('--idempotency-key <key>', 'the same key never launches a second layer')
    .option('--no-wait', 'return at once, while the layer comes up')
    .action(
      run(async (flags, [ref], context) => {
        const { api } = await findPlatform(flags, context);
        const old = await findLayer(api, ref!);
        const started = Date.now();
        const { flashlayer } = await api.redeployFlashlayer(
          {
            params: { id: old.id },
            body: {
              ...(flags.name === undefined ? {} : { name: String(flags.name) }),
              ...(flags.import === true ? { import: true } : {}),
            },
          },
          { idempotencyKey: String(flags.idempotencyKey ?? randomUUID()), signal: context.signal },
        );
        await reportLaunch(api, flashlayer, { wait: flags.wait !== false, started }, context);
      }),
    );
}
