/**
 * Runs the forge of npm on contracts/, offline and with the compiler of npm: `node tools/forge.ts test -vv`.
 */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { platformBinary } from '@tephra/core';

const COMPILING = new Set(['build', 'test', 'snapshot', 'coverage', 'inspect', 'script', 'geiger', 'lint']);

/** Arguments and environment of a forge call; `args` begin with forge's command. */
export function forgeCommand(args: string[]): { command: string; args: string[]; env: NodeJS.ProcessEnv } {
  const here = dirname(fileURLToPath(import.meta.url));
  // Imports of OpenZeppelin must lie below forge's root.
  const root = dirname(here);
  const compiles = COMPILING.has(args[0] ?? '');
  return {
    command: platformBinary('@foundry-rs/forge', import.meta.url),
    args: compiles ? [...args, '--root', root, '--offline', '--use', join(here, 'solc-wrapper.ts')] : args,
    // The wrapper starts through `env node`: let that be the Node that runs this.
    env: {
      ...process.env,
      PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`,
      FOUNDRY_CONFIG: join(root, 'contracts/foundry.toml'),
      FOUNDRY_DISABLE_NIGHTLY_WARNING: '1',
    },
  };
}

if (import.meta.main) {
  const { command, args, env } = forgeCommand(process.argv.slice(2));
  const child = spawn(command, args, { env, stdio: 'inherit' });
  child.once('error', (error) => {
    process.stderr.write(`forge: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.once('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
