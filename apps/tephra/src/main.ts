import { createProgram, parserExitCode } from './cli/program.ts';
import { createRunner } from './cli/runner.ts';
import { VERSION } from './cli/version.ts';

const stop = new AbortController();
let interrupts = 0;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    stop.abort(new Error(`stopped by ${name}`));
    // A second Ctrl-C means now.
    if (++interrupts > 1 && name === 'SIGINT') process.exit(130);
  });
}
// A closed pipe (`tephra ls | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const run = createRunner({
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: stop.signal,
  setExitCode: (code) => {
    process.exitCode = code;
  },
});

try {
  await createProgram(run, VERSION).parseAsync(process.argv);
} catch (error) {
  process.exitCode = parserExitCode(error);
}
