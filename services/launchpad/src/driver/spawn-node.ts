import { type ChildProcess, spawn } from 'node:child_process';

export type NodeCommand = { file: string; args: string[]; env?: Record<string, string> };

/**
 * Starts a node. Its stdin is a pipe that closes with this process. It gets a process group of its own: Ctrl-C in a
 * terminal reaches us alone, and we stop children in order.
 */
export function spawnNode(command: NodeCommand, config: string, cwd: string, more: string[] = []): ChildProcess {
  return spawn(command.file, [...command.args, '--config', config, ...more], {
    cwd,
    env: { ...process.env, ...command.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
}
