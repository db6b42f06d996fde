/**
 * Writes docs/reference/ from the code: the command line's help with its exit codes, and every setting with its
 * environment variable. `node tools/docs.ts` writes, `node tools/docs.ts --check` fails when a file is out of date.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT_CODES } from '../apps/tephra/src/cli/exit-codes.ts';
import { allCommands, createProgram } from '../apps/tephra/src/cli/program.ts';
import {
  clientSettings,
  rebuildSettings,
  settleSettings,
  signerSettings,
  upSettings,
} from '../apps/tephra/src/cli/settings.ts';

const NOTE = '<!-- Written by tools/docs.ts from the code. Do not edit. -->';

const SETTINGS = {
  'The platform (`tephra up`)': upSettings,
  'Finding the platform (most commands)': clientSettings,
  'Signing (deposit, withdraw)': signerSettings,
  'Rebuilding from the L1 (`tephra rebuild`)': rebuildSettings,
  'Settling from the L1 (`tephra settle`)': settleSettings,
};

/** Path in docs/reference -> content. */
export function renderDocs(): Record<string, string> {
  return { 'cli.md': renderCli(), 'settings.md': renderSettings() };
}

function renderCli(): string {
  const program = createProgram(() => () => Promise.resolve(), '');
  const sections = [program, ...allCommands(program)].map((command) => {
    const names: string[] = [];
    for (let at: typeof command | null = command; at; at = at.parent as typeof command | null) names.unshift(at.name());
    let help = '';
    command.configureOutput({
      writeOut: (text) => {
        help += text;
      },
      getOutHelpWidth: () => 100,
      getOutHasColors: () => false,
    });
    command.outputHelp();
    return `## ${names.join(' ')}\n\n\`\`\`text\n${help.trim()}\n\`\`\``;
  });
  const codes = Object.entries(EXIT_CODES).map(([name, { code, meaning }]) => `| ${code} | ${name} | ${meaning} |`);
  const exits = ['## Exit codes', '', '| Code | Name | Meaning |', '|---|---|---|', ...codes].join('\n');
  return `${NOTE}\n\n# Command line\n\n${[...sections, exits].join('\n\n')}\n`;
}

function renderSettings(): string {
  const sections = Object.entries(SETTINGS).map(([title, group]) => `## ${title}\n\n${group.renderMarkdown()}`);
  const intro =
    'A flag wins over the environment variable, that over the default. Secrets are better given by the environment.';
  return `${NOTE}\n\n# Settings\n\n${intro}\n\n${sections.join('\n\n')}\n`;
}

if (import.meta.main) {
  const dir = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs/reference');
  const check = process.argv.includes('--check');
  mkdirSync(dir, { recursive: true });
  for (const [name, content] of Object.entries(renderDocs())) {
    const path = join(dir, name);
    if (!check) writeFileSync(path, content);
    else if (readOrEmpty(path) !== content) {
      process.stderr.write(`docs/reference/${name} is out of date: run \`node tools/docs.ts\`\n`);
      process.exitCode = 1;
    }
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
