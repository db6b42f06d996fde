import { readFile } from 'node:fs/promises';
import { errorMessage } from '@tephra/core';
import { CliError } from '../cli/errors.ts';

type Env = Record<string, string | undefined>;

/** One assignment: name, then `'literal'`, `"with $expansion"` or an unquoted rest of the line. */
const LINE = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/;

/**
 * Variables of a `.env` file over those of `env`. As in a shell, single quotes keep everything as it is, elsewhere `$NAME`,
 * `${NAME}` and `${NAME:-fallback}` stand for variables of the file above, then of `env`; double quotes know `\"`, `\\`, `\$`
 * and `\n`. Unlike in a shell, an unquoted value may hold spaces and an unknown variable is an error, since a password with
 * `$` would lose characters silently. What the file leaves empty stays as it is in `env`.
 * @throws CliError NOT_FOUND, USAGE naming the line
 */
export async function readEnvFile(file: string, env: Env): Promise<Env> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CliError('NOT_FOUND', `cannot read ${file}: ${errorMessage(cause)}`, { cause });
  });
  return parseEnvFile(text, file, env);
}

/** @throws CliError USAGE */
export function parseEnvFile(text: string, file: string, env: Env): Env {
  const values: Env = { ...env };
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const fail = (reason: string): CliError =>
      new CliError('USAGE', `${file}, line ${index + 1}: ${reason}`, {
        hint: "Write NAME=value; put values with $ into single quotes, such as PASSWORD='my $ecret /'.",
      });
    const [, name, raw] = LINE.exec(line) ?? [];
    if (name === undefined || raw === undefined) throw fail('this is no assignment');
    const value = unquote(raw, values, fail);
    if (value !== '') values[name] = value;
  }
  return values;
}

function unquote(raw: string, values: Env, fail: (reason: string) => CliError): string {
  const quote = raw[0];
  if (quote !== "'" && quote !== '"') return expand(raw.replace(/(^|\s+)#.*$/, '').trimEnd(), values, fail);
  // What stands between the quotes: a backslash takes the next character along in double quotes only.
  const [whole, inner] = (quote === "'" ? /^'([^']*)'/ : /^"((?:[^"\\]|\\.)*)"/).exec(raw) ?? [];
  if (whole === undefined || inner === undefined) throw fail('the quote is not closed');
  if (!/^\s*(#.*)?$/.test(raw.slice(whole.length))) throw fail('something follows the closing quote');
  return quote === "'" ? inner : expand(inner, values, fail, true);
}

const EXPANSION = /\\(.)|\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}|\$([A-Za-z_]\w*)/g;
const ESCAPES: Record<string, string> = { n: '\n', t: '\t', '"': '"', '\\': '\\', $: '$' };

function expand(text: string, values: Env, fail: (reason: string) => CliError, escapes = false): string {
  return text.replaceAll(EXPANSION, (match, escaped?: string, braced?: string, fallback?: string, plain?: string) => {
    if (escaped !== undefined) return escapes ? (ESCAPES[escaped] ?? match) : match;
    const name = (braced ?? plain)!;
    const value = values[name] || fallback;
    if (value === undefined) throw fail(`$${name} is not set`);
    return value;
  });
}
