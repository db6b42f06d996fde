import type { ChildProcess } from 'node:child_process';

const children = new Set<ChildProcess>();
let listening = false;

/** Ends the child with this process, also when that is told to stop. */
export function endWith<C extends ChildProcess>(child: C): C {
  children.add(child);
  child.once('exit', () => children.delete(child));
  if (!listening) {
    listening = true;
    process.once('exit', () => {
      // Not SIGKILL: the child ends its own children.
      for (const left of children) left.kill('SIGTERM');
    });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  }
  return child;
}
