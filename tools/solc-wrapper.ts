#!/usr/bin/env node
/**
 * npm's solc in the form of the native compiler, as far as forge uses it: `--version`, and `--standard-json` from
 * standard input. Other flags (`--base-path`, `--allow-paths`, ...) do not matter, since forge sends every source inline.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

type Solc = { version(): string; compile(input: string): string };
const solc = createRequire(import.meta.url)('solc') as Solc;

if (process.argv.includes('--version')) {
  const version = solc.version().replace(/\.Emscripten.*$/, '.Linux.g++');
  process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${version}\n`);
} else if (process.argv.includes('--standard-json')) {
  process.stdout.write(solc.compile(readFileSync(0, 'utf8')));
} else {
  process.stderr.write('solc-wrapper: only --version and --standard-json are supported\n');
  process.exitCode = 1;
}
