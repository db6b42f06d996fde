import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Hex } from '@tephra/protocol';
import type { Command } from 'commander';
import { addSettings, makeCommand } from '../cli/command.ts';
import { count, fields } from '../cli/format.ts';
import type { Runner } from '../cli/runner.ts';
import { rebuildSettings } from '../cli/settings.ts';

export function rebuildCommand(run: Runner): Command {
  const command = makeCommand(
    {
      usage: 'rebuild',
      summary: 'Rebuild a chain from the L1 alone',
      description:
        "Reads a chain's creation, batches and inbox from any Ethereum JSON-RPC, executes every block and compares it with what the packs claim. Ends on the last pack's block; a wrong batch is refused with the block that it breaks at. Needs nothing of the platform.",
      examples: [
        [
          'rebuild --rollup 0x4918e6c128e7DE6A6273c3B3bb80d4434406459B --l1-rpc http://localhost:8545',
          'into a new folder here',
        ],
        [
          'rebuild --rollup 0x4918e6c128e7DE6A6273c3B3bb80d4434406459B --l1-rpc https://rpc.example --to ./chain --json',
          'into a folder of your choice',
        ],
      ],
    },
    { client: false },
  )
    .option('--to <dir>', 'empty folder for the chain, or one of an interrupted rebuild (default: rebuilt-<rollup>)')
    .option('--json', 'print the result as one JSON line');
  return addSettings(command, rebuildSettings).action(
    run(async (flags, _, context) => {
      const { rollup, l1Rpc, engine } = rebuildSettings.resolve({ flags, env: context.env });
      const { rebuild } = await import('@tephra/rollup');
      const dataDir = path.resolve(context.cwd, String(flags.to ?? `rebuilt-${rollup}`));
      await mkdir(dataDir, { recursive: true });
      const started = performance.now();
      const result = await rebuild(
        { l1RpcUrl: l1Rpc, rollup: rollup as Hex, dataDir, engine },
        {
          logger: context.logger,
          signal: context.signal,
          onProgress: ({ packs, packsDone, block }) =>
            context.out.status(`  pack ${packsDone} of ${packs}, block ${block}`),
        },
      );
      const seconds = (performance.now() - started) / 1_000;
      const { record, head } = result;
      context.out.result(
        {
          chainId: record.chainId,
          rollup: record.rollup,
          dataDir,
          headNumber: head.number,
          headHash: head.hash,
          outputRoot: head.outputRoot,
          packs: result.packs,
          blocks: result.blocks,
          transactions: result.transactions,
          terminal: result.terminal,
        },
        () =>
          fields([
            ['Chain id', record.chainId],
            ['Last block', `${head.number} ${head.hash}`],
            ['Output root', head.outputRoot],
            ['Packs', `${result.packs}${result.terminal ? ', the last one terminal' : ''}`],
            [
              'Executed',
              `${count(result.blocks)} blocks, ${count(result.transactions)} transactions in ${seconds.toFixed(1)} s`,
            ],
            ['Folder', dataDir],
          ]),
      );
    }),
  );
}
