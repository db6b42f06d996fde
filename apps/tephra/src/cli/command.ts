import type { Setting, Settings } from '@tephra/core';
import { Command, Option } from 'commander';
import { clientSettings } from './settings.ts';

/** Adds the flags of settings; defaults are applied by the settings themselves, so that the environment can speak first. */
export function addSettings<S extends Record<string, Setting>>(command: Command, settings: Settings<S>): Command {
  for (const setting of Object.values(settings.definitions)) {
    if (!setting.flag) continue;
    const notes = [
      setting.default !== undefined && setting.default !== false ? `default: ${String(setting.default)}` : '',
      setting.env ? `env: ${setting.env}` : '',
    ].filter(Boolean);
    const option = new Option(
      setting.flag,
      notes.length > 0 ? `${setting.description} (${notes.join(', ')})` : setting.description,
    );
    command.addOption(option);
  }
  return command;
}

export type CommandText = {
  /** `launch <name>` */
  usage: string;
  summary: string;
  /** Paragraph under the usage line. */
  description?: string;
  /** Pairs of a command line (without ./tephra) and what it does. */
  examples: [string, string][];
};

/** A command with its texts and, unless `client` is false, the flags that find the platform. */
export function makeCommand(text: CommandText, options: { client?: boolean } = {}): Command {
  const command = new Command(text.usage.split(' ')[0]!);
  for (const part of text.usage.split(' ').slice(1)) command.argument(part);
  command.summary(text.summary).description(text.description ?? `${text.summary}.`);
  if (options.client !== false) addSettings(command, clientSettings);
  const width = Math.max(...text.examples.map(([line]) => line.length));
  const examples = text.examples.map(([line, meaning]) => `  $ ./tephra ${line.padEnd(width)}   ${meaning}`);
  command.addHelpText('after', `\nExamples:\n${examples.join('\n')}`);
  return command;
}
