import { spawn } from 'node:child_process';

export type CommandResult = { code: number; stdout: string; output: string };

/**
 * Runs a command to its end. `onLine` sees every line as it comes; `output` is both streams as a terminal would have
 * shown them. The child ends with this process when that is interrupted, as it is in the same group.
 */
export function runCommand(
  command: string,
  args: string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv; onLine?: (line: string) => void },
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let output = '';
    let line = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        const lines = (line + chunk.toString()).split('\n');
        line = lines.pop() ?? '';
        for (const complete of lines) options.onLine?.(complete);
      });
    child.once('error', (error) => resolve({ code: 127, stdout, output: `${command}: ${error.message}` }));
    child.once('close', (code) => resolve({ code: code ?? 1, stdout, output }));
  });
}
