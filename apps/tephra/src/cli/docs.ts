import { renderRpcReference } from '@tephra/rollup';
import type { Command, Option } from 'commander';
import { networkSettings } from '../operator/network.ts';
import { blsSettings, ecdsaSettings, runSettings } from '../operator/settings.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { allCommands } from './program.ts';
import {
  clientSettings,
  commonSettings,
  rebuildSettings,
  serveSettings,
  settleSettings,
  signerSettings,
  upSettings,
} from './settings.ts';

/** Path in the checkout and content of every generated page. */
export function renderDocs(program: Command): Record<string, string> {
  return {
    'docs/cli.md': renderCli(program),
    'docs/configuration.md': renderConfiguration(),
    'docs/rpc.md': renderRpcReference(),
  };
}

const GENERATED = '<!-- Written by `./tephra dev docs`. Do not edit. -->';

function renderCli(program: Command): string {
  const sections = shownCommands(program).map((command) => {
    const name = nameOf(command);
    const parameters = command.registeredArguments.map((argument) =>
      argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
    );
    const options = command.options.filter((option) => !option.hidden);
    return [
      `## ${name}`,
      '',
      `\`./tephra ${[name, ...parameters].join(' ')}\``,
      '',
      command.description(),
      ...(options.length > 0 ? ['', '| Option | Meaning |', '|---|---|', ...options.map(optionRow)] : []),
    ].join('\n');
  });
  const exits = Object.values(EXIT_CODES).map(({ code, meaning }) => `| ${code} | ${meaning} |`);
  return [
    GENERATED,
    '# Command line',
    '',
    'Every command says more with `--help`, and gives examples. With `--json` the result is one JSON line on stdout and an',
    'error is JSON on stderr: `{"error": {"code", "message", "details"?, "hint"?}}`.',
    '',
    '| Exit code | Meaning |',
    '|---|---|',
    ...exits,
    '',
    sections.join('\n\n'),
    '',
  ].join('\n');
}

function renderConfiguration(): string {
  const part = (title: string, text: string): string => `## ${title}\n\n${text}\n`;
  return [
    GENERATED,
    '# Configuration',
    '',
    'A flag wins over the environment, the environment over the default.',
    '',
    part('Every command', commonSettings.renderMarkdown()),
    part('up', upSettings.renderMarkdown()),
    part('Commands that talk to a platform', clientSettings.renderMarkdown()),
    part('Commands that sign (deposit, withdraw)', signerSettings.renderMarkdown()),
    part('rebuild', rebuildSettings.renderMarkdown()),
    part('settle', settleSettings.renderMarkdown()),
    part('operator opt-in, opt-out, allocate, run', networkSettings.renderMarkdown()),
    part('operator: the ECDSA key', ecdsaSettings.renderMarkdown()),
    part('operator: the BLS key', blsSettings.renderMarkdown()),
    part('operator run', runSettings.renderMarkdown()),
    part('serve rollup, serve operator', serveSettings.renderMarkdown()),
  ].join('\n');
}

/** Commands without subcommands that the help shows. */
function shownCommands(program: Command): Command[] {
  const shown = new Set(program.createHelp().visibleCommands(program));
  return allCommands(program).filter((command) => {
    let top = command;
    while (top.parent && top.parent !== program) top = top.parent;
    return command.commands.length === 0 && shown.has(top);
  });
}

function nameOf(command: Command): string {
  const parent = command.parent;
  return parent?.parent ? `${nameOf(parent)} ${command.name()}` : command.name();
}

function optionRow(option: Option): string {
  const fallback = typeof option.defaultValue === 'string' ? ` (default: ${option.defaultValue})` : '';
  return `| \`${option.flags.replaceAll('|', '\\|')}\` | ${(option.description + fallback).replaceAll('|', '\\|')} |`;
}
