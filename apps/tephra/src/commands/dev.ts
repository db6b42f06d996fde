import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { makeCommand } from '../cli/command.ts';
import { ROOT } from '../cli/paths.ts';
import type { Runner } from '../cli/runner.ts';

/** Commands for people who work on Tephra itself; not shown in the help. */
export function devCommand(run: Runner, program: () => Command): Command {
  const docs = makeCommand(
    {
      usage: 'docs',
      summary: 'Write the generated pages of docs/',
      examples: [['dev docs', 'after a change of commands or settings']],
    },
    { client: false },
  ).action(
    run(async (_, __, context) => {
      const { renderDocs } = await import('../cli/docs.ts');
      const pages = renderDocs(program());
      for (const [file, text] of Object.entries(pages)) await writeFile(path.join(ROOT, file), text);
      context.out.result(Object.keys(pages), () => `wrote ${Object.keys(pages).join(', ')}`);
    }),
  );
  return new Command('dev').description('Tools for work on Tephra itself.').addCommand(docs);
}
