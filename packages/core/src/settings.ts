import type { z } from 'zod';
import { TephraError } from './errors.ts';

/** One setting, declared once: where it comes from, what it means, how it is read. */
export type Setting<T = unknown> = {
  /** Environment variable, `TEPHRA_...`. */
  env?: string;
  /** Command line flag in commander's form: `--l1-port <port>`. The flag's camel-cased name is looked up in `flags`. */
  flag?: string;
  /** One sentence with unit and range. */
  description: string;
  /** Reads a string from the environment or command line (and booleans of valueless flags). */
  parse: z.ZodType<T>;
  default?: T;
  /** Without a value and default: fail rather than be undefined. */
  required?: boolean;
  /** Never printed or documented with its value. */
  secret?: boolean;
};

type ValueOf<S extends Setting> = S extends { parse: z.ZodType<infer T> }
  ? S extends { default: unknown } | { required: true }
    ? T
    : T | undefined
  : never;

export type SettingValues<S extends Record<string, Setting>> = { [Name in keyof S]: ValueOf<S[Name]> };

export type SettingSources = {
  /** Parsed command line, camel-cased names as commander gives them; undefined values are absent. */
  flags?: Record<string, unknown>;
  env?: Record<string, string | undefined>;
};

export class SettingsError extends TephraError<'INVALID_SETTINGS'> {}

export type Settings<S extends Record<string, Setting>> = {
  readonly definitions: S;
  /** Flags win over the environment, the environment over defaults. @throws SettingsError naming every bad setting. */
  resolve(sources: SettingSources): SettingValues<S>;
  /** Markdown table of all settings, for the generated reference. */
  renderMarkdown(): string;
};

/** Declares settings. @example defineSettings({ port: { env: 'TEPHRA_PORT', flag: '--port <port>', ... } }) */
export function defineSettings<const S extends Record<string, Setting>>(definitions: S): Settings<S> {
  return {
    definitions,
    resolve: (sources) => resolveSettings(definitions, sources),
    renderMarkdown: () => renderMarkdown(definitions),
  };
}

function resolveSettings<S extends Record<string, Setting>>(definitions: S, sources: SettingSources): SettingValues<S> {
  const values: Record<string, unknown> = {};
  const problems: { setting: string; from: string; message: string }[] = [];
  for (const [name, setting] of Object.entries(definitions)) {
    const found = lookUp(name, setting, sources);
    if (found === undefined) {
      values[name] = setting.default;
      if (setting.default === undefined && setting.required)
        problems.push({ setting: name, from: sourceNames(setting), message: 'is required' });
      continue;
    }
    const parsed = setting.parse.safeParse(found.value);
    if (parsed.success) values[name] = parsed.data;
    else {
      const message = parsed.error.issues.map((issue) => issue.message).join('; ');
      problems.push({ setting: name, from: found.from, message });
    }
  }
  if (problems.length > 0)
    throw new SettingsError(
      'INVALID_SETTINGS',
      problems.map((problem) => `${problem.from}: ${problem.message}`).join('\n'),
      { details: { problems }, hint: 'Correct the named settings; --help lists them with their defaults.' },
    );
  return values as SettingValues<S>;
}

function lookUp(name: string, setting: Setting, sources: SettingSources): { value: unknown; from: string } | undefined {
  const flagName = setting.flag ? flagAttribute(setting.flag) : name;
  const flag = sources.flags?.[flagName];
  if (flag !== undefined) return { value: flag, from: setting.flag ? longFlag(setting.flag) : name };
  const env = setting.env ? sources.env?.[setting.env] : undefined;
  // An empty variable counts as unset, as `FOO= command` is how a shell user clears it.
  if (env !== undefined && env !== '') return { value: env, from: setting.env ?? name };
  return undefined;
}

function longFlag(flag: string): string {
  return /--[a-z0-9-]+/.exec(flag)?.[0] ?? flag;
}

/** `--l1-port <port>` -> `l1Port`, `--no-color` -> `color`: the attribute commander stores a flag's value under. */
export function flagAttribute(flag: string): string {
  return longFlag(flag)
    .replace(/^--(no-)?/, '')
    .replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function sourceNames(setting: Setting): string {
  return [setting.flag && longFlag(setting.flag), setting.env].filter(Boolean).join(' or ');
}

function renderMarkdown(definitions: Record<string, Setting>): string {
  const rows = Object.values(definitions).map((setting) => {
    const value = setting.secret
      ? 'secret'
      : setting.default === undefined
        ? setting.required
          ? 'required'
          : '-'
        : `\`${String(setting.default)}\``;
    return `| ${setting.flag ? `\`${setting.flag}\`` : '-'} | ${setting.env ? `\`${setting.env}\`` : '-'} | ${value} | ${setting.description.replaceAll('|', '\\|')} |`;
  });
  return ['| Flag | Environment | Default | Meaning |', '|---|---|---|---|', ...rows].join('\n');
}
