import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { TephraError } from './errors.ts';

export class PlatformBinaryError extends TephraError<'BINARY_MISSING'> {}

/** npm's name of this processor in packages of Go and Rust tools. */
const ARCHITECTURES: Partial<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * Path of an executable that npm brings as an optional package per platform, `<package>-<os>-<cpu>/bin/<binary>`.
 * Called directly it has no Node process in front of it, so signals and the process id are its own.
 * @param from `import.meta.url` of the caller, whose package names the dependency
 */
export function platformBinary(name: string, from: string): string {
  const platform = `${process.platform}-${ARCHITECTURES[process.arch] ?? process.arch}`;
  const packageName = `${name}-${platform}`;
  const binary = name.slice(name.lastIndexOf('/') + 1);
  try {
    const path = join(dirname(createRequire(from).resolve(`${packageName}/package.json`)), 'bin', binary);
    if (existsSync(path)) return path;
  } catch {
    // Reported below.
  }
  throw new PlatformBinaryError('BINARY_MISSING', `${binary} is not installed: no package ${packageName}`, {
    details: { package: packageName },
    hint: 'Run `npm install --no-save` in the checkout; if that does not bring it, this platform has no build of it.',
  });
}
