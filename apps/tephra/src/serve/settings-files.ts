import { readFile } from 'node:fs/promises';
import { errorMessage } from '@tephra/core';
import { readEcdsaKeystore } from '@tephra/crypto';
import type { Hex } from '@tephra/protocol';
import { z } from 'zod';
import type { CliContext } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';

export const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// URL');

/** A web3 keystore in the settings of a service. */
export const keystoreFile = z.strictObject({
  file: z.string().min(1),
  /** First line of it; without it, the password stands in the environment. */
  passwordFile: z.string().min(1).optional(),
});

/** The database of a service that runs apart. @throws CliError USAGE */
export function databaseUrl(given: string | undefined, what: string, { env }: Pick<CliContext, 'env'>): string {
  const parsed = postgresUrl.safeParse(given ?? env.DATABASE_URL ?? env.TEPHRA_DATABASE_URL);
  if (parsed.success) return parsed.data;
  throw new CliError('USAGE', `${what} of its own needs a PostgreSQL database`, {
    hint: 'Set DATABASE_URL=postgres://user:password@host:5432/name, or databaseUrl in its settings.',
  });
}

/** @param variable of the environment that holds the password. @throws CliError USAGE, CryptoError */
export async function openKeystore(
  { file, passwordFile }: z.infer<typeof keystoreFile>,
  variable: string,
  resolve: (file: string) => string,
  { env }: Pick<CliContext, 'env'>,
): Promise<Hex> {
  const password = passwordFile === undefined ? env[variable] : await firstLine(resolve(passwordFile));
  if (password !== undefined) return readEcdsaKeystore(await readText(resolve(file)), password);
  throw new CliError('USAGE', `there is no password for ${file}`, {
    hint: `Name a passwordFile, or set ${variable}.`,
  });
}

export async function firstLine(file: string): Promise<string> {
  return (await readText(file)).split(/\r?\n/, 1)[0]!;
}

/** @throws CliError NOT_FOUND */
export async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CliError('NOT_FOUND', `cannot read ${file}: ${errorMessage(cause)}`, { cause });
  });
}

/** Settings of a service in a JSON file. @throws CliError NOT_FOUND, USAGE */
export async function readSettings<T>(file: string, schema: z.ZodType<T>, what: string): Promise<T> {
  const text = await readText(file);
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new CliError('USAGE', `${file} does not hold ${what}'s settings: ${errorMessage(cause)}`, { cause });
  }
}
