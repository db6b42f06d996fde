import path from 'node:path';
import { Command } from 'commander';
import { makeCommand } from '../cli/command.ts';
import { CliError } from '../cli/errors.ts';
import type { Runner } from '../cli/runner.ts';

export function serveCommand(run: Runner): Command {
  const rollup = makeCommand(
    {
      usage: 'rollup',
      summary: "Run one layer's node",
      description:
        'Runs the node of one layer from its settings, as the platform does for each layer. It ends when its parent closes stdin, on SIGTERM, or when it cannot go on.',
      examples: [['serve rollup --config .tephra/chains/1/node.json', 'the node of layer 1']],
    },
    { client: false },
  )
    .requiredOption('--config <file>', 'settings written by the launchpad (node.json)')
    .option('--no-parent', 'do not end when stdin closes')
    .option('--wait', 'wait until the settings file appears; the launchpad keeps a node ready in this way')
    .action(
      run(async (flags, _, context) => {
        if (typeof flags.config !== 'string') throw new CliError('USAGE', '--config is needed');
        const { serveRollup } = await import('../serve/rollup.ts');
        const options = { followParent: flags.parent !== false, wait: flags.wait === true };
        await serveRollup(path.resolve(context.cwd, flags.config), options, context);
      }),
    );
  const operator = makeCommand(
    {
      usage: 'operator',
      summary: "Run one operator's process",
      description:
        'Runs an operator of one or several AVSs from its settings, as the platform does for each of its own. It ends when its parent closes stdin, on SIGTERM, or when it cannot go on.',
      examples: [
        ['serve operator --config .tephra/operators/operator-1/operator.json', 'the first operator of a platform'],
      ],
    },
    { client: false },
  )
    .requiredOption('--config <file>', 'settings of the operator as JSON')
    .option('--no-parent', 'do not end when stdin closes')
    .action(
      run(async (flags, _, context) => {
        if (typeof flags.config !== 'string') throw new CliError('USAGE', '--config is needed');
        const { serveOperator } = await import('../serve/operator.ts');
        await serveOperator(path.resolve(context.cwd, flags.config), { followParent: flags.parent !== false }, context);
      }),
    );
  const aggregator = makeCommand(
    {
      usage: 'aggregator',
      summary: 'Run an aggregator on PostgreSQL',
      description:
        "Collects operators' signatures into certificates and brings these to the L1, as the platform does in its own process. Any number of replicas may share one database. The database is DATABASE_URL unless the settings name it.",
      examples: [['serve aggregator --config aggregator.json --no-parent', 'one replica, on the port of its settings']],
    },
    { client: false },
  )
    .requiredOption('--config <file>', 'settings of the aggregator as JSON')
    .option('--no-parent', 'do not end when stdin closes')
    .action(
      run(async (flags, _, context) => {
        if (typeof flags.config !== 'string') throw new CliError('USAGE', '--config is needed');
        const { serveAggregator } = await import('../serve/aggregator.ts');
        const file = path.resolve(context.cwd, flags.config);
        await serveAggregator(file, { followParent: flags.parent !== false }, context);
      }),
    );
  const indexer = makeCommand(
    {
      usage: 'indexer',
      summary: 'Run an indexer of restaking on PostgreSQL',
      description:
        'Reads restaking and AVS contracts on the L1 into a database and answers /v1/restaking, as the platform does in its own process. The database is DATABASE_URL unless the settings name it.',
      examples: [['serve indexer --config indexer.json --no-parent', 'on the port of its settings']],
    },
    { client: false },
  )
    .requiredOption('--config <file>', 'settings of the indexer as JSON')
    .option('--no-parent', 'do not end when stdin closes')
    .action(
      run(async (flags, _, context) => {
        if (typeof flags.config !== 'string') throw new CliError('USAGE', '--config is needed');
        const { serveIndexer } = await import('../serve/indexer.ts');
        await serveIndexer(path.resolve(context.cwd, flags.config), { followParent: flags.parent !== false }, context);
      }),
    );
  return new Command('serve')
    .summary('Run one part of the platform by itself')
    .description('Runs one part of the platform in this process.')
    .addCommand(rollup)
    .addCommand(operator)
    .addCommand(aggregator)
    .addCommand(indexer);
}
