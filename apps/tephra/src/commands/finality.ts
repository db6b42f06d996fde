import type { Command } from 'commander';
import { makeCommand } from '../cli/command.ts';
import { findPlatform } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';
import { fields } from '../cli/format.ts';
import { findLayer } from '../cli/layers.ts';
import { rpc } from '../cli/rpc.ts';
import type { Runner } from '../cli/runner.ts';

/** JSON form of `Finality` (packages/protocol); quantities are hex. */
type FinalityJson = {
  tier: number;
  name: string;
  blockNumber: string;
  blockHash: string | null;
  evidence: Record<string, unknown>[];
  finalAt: string | null;
};

const COULD_REVERT: Record<number, string> = {
  0: 'the producer breaking its signed promise, or a reorganisation of the L1',
  1: 'the producer, or a reorganisation of the L1 below the block',
  2: 'a reorganisation of the L1, or a successful challenge of the pack before its window ends',
  3: 'nothing short of a reorganisation of finalised L1 blocks',
};

export function finalityCommand(run: Runner): Command {
  return makeCommand({
    usage: 'finality <layer> [subject]',
    summary: 'Say how final a transaction or block is, and why',
    description:
      'Tier of a transaction hash, block hash, block number or tag (default: latest), with its evidence and what could still revert it.',
    examples: [
      ['finality mint 0x5c50…', 'of a transaction'],
      ['finality mint 42 --wait 3', 'waits until block 42 is final'],
    ],
  })
    .option('--wait <tier>', 'wait until it has this tier, 1 to 3')
    .action(
      run(async (flags, [ref, subject = 'latest'], context) => {
        const goal = flags.wait === undefined ? 0 : Number(flags.wait);
        if (![0, 1, 2, 3].includes(goal)) throw new CliError('USAGE', '--wait takes a tier from 1 to 3');
        const { api } = await findPlatform(flags, context);
        const layer = await findLayer(api, ref!);
        const id = /^\d+$/.test(subject) ? `0x${BigInt(subject).toString(16)}` : subject;
        let finality: FinalityJson | null;
        for (;;) {
          finality = (await rpc(
            layer.resources.rpc,
            'tephra_getFinality',
            [id],
            context.signal,
          )) as FinalityJson | null;
          if (finality === null && goal === 0)
            throw new CliError('NOT_FOUND', `${layer.name} knows nothing of ${subject}`);
          if (finality !== null && finality.tier >= goal) break;
          if (finality !== null) context.out.status(`  tier ${finality.tier} (${finality.name})`);
          await new Promise((resolve) => setTimeout(resolve, 250));
          context.signal.throwIfAborted();
        }
        const found = finality;
        context.out.result(found, () => render(subject, found));
      }),
    );
}

function render(subject: string, finality: FinalityJson): string {
  const lines = [
    fields([
      ['Subject', subject],
      ['Tier', `${finality.tier}, ${finality.name}`],
      ['Block', `${Number(finality.blockNumber)}${finality.blockHash ? ` ${finality.blockHash}` : ' (open)'}`],
      ['Can be reverted by', COULD_REVERT[finality.tier]],
      ['Final at', finality.finalAt ? new Date(Number(finality.finalAt) * 1_000).toISOString() : undefined],
    ]),
    '',
    'Evidence',
  ];
  for (const { kind, ...rest } of finality.evidence) {
    lines.push(`  ${String(kind)}`);
    for (const [key, value] of Object.entries(rest)) {
      lines.push(`    ${key}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`);
    }
  }
  return lines.join('\n');
}
