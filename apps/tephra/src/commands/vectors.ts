import path from 'node:path';
import type { Command } from 'commander';
import { makeCommand } from '../cli/command.ts';
import { CliError } from '../cli/errors.ts';
import { ROOT } from '../cli/paths.ts';
import type { Runner } from '../cli/runner.ts';

/** Where the test suite looks for them. */
const FOLDER = path.join(ROOT, 'packages/engine/vectors/official');

export function vectorsCommand(run: Runner): Command {
  return makeCommand(
    {
      usage: 'vectors [folder]',
      summary: "Download Ethereum's official state tests",
      description:
        'Downloads a pinned release of the official state tests (some hundred MiB), compares its SHA-256 and keeps the state tests of it, by default where the test suite looks for them. `statetest` runs them.',
      examples: [
        ['vectors', 'for the test suite, which then runs all of them'],
        ['vectors ../state-tests', 'into a folder of your own'],
        ['vectors --url file:///tmp/fixtures.tar.gz', 'from an archive that you have'],
      ],
    },
    { client: false },
  )
    .option('--url <url>', 'where to download the archive (.tar.gz); file:// works too')
    .option('--sha256 <hash>', 'what the archive must have, for another release than the pinned one')
    .action(
      run(async (flags, [folder], context) => {
        const { fetchVectors, OFFICIAL_RELEASE } = await import('../vectors/fetchVectors.ts');
        const release = {
          url: String(flags.url ?? OFFICIAL_RELEASE.url),
          sha256: String(flags.sha256 ?? OFFICIAL_RELEASE.sha256).toLowerCase(),
        };
        if (!/^[0-9a-f]{64}$/.test(release.sha256)) throw new CliError('USAGE', '--sha256 takes 64 hexadecimal digits');
        if (!URL.canParse(release.url)) throw new CliError('USAGE', `--url ${release.url} is no URL`);
        const target = folder === undefined ? FOLDER : path.resolve(context.cwd, folder);
        const files = await fetchVectors(release, target, {
          progress: (line) => context.out.progress(line),
          signal: context.signal,
        });
        context.out.result({ folder: target, files, sha256: release.sha256 }, () =>
          files === null
            ? `${target} has this release already`
            : `${files} files of state tests in ${target}; run them with ./tephra statetest ${target}`,
        );
      }),
    );
}
