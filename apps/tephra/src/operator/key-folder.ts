import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { errorMessage } from '@tephra/core';
import { operatorId, parseG1 } from '@tephra/crypto';
import { getAddress } from 'viem';
import { CliError } from '../cli/errors.ts';

export const KEY_TYPES = ['ecdsa', 'bls'] as const;
export type KeyType = (typeof KEY_TYPES)[number];

/** A key file without its secret. `id` is the address, or the operator id of a BLS key. */
export type KeyInfo = { name: string; type: KeyType; publicKey: string; id: string; file: string };

/** Folder of the operator's key files: --keys-dir, else `$EIGENLAYER_HOME/operator_keys`, else in `~/.eigenlayer`. */
export function keyFolder(
  flags: Record<string, unknown>,
  { env, cwd }: { env: Record<string, string | undefined>; cwd: string },
): string {
  if (typeof flags.keysDir === 'string') return path.resolve(cwd, flags.keysDir);
  return path.join(env.EIGENLAYER_HOME || path.join(env.HOME || homedir(), '.eigenlayer'), 'operator_keys');
}

/** @throws CliError USAGE for a name that is none */
export function keyFile(folder: string, name: string, type: KeyType): string {
  if (!/^[\w-]+(\.[\w-]+)*$/.test(name)) {
    throw new CliError('USAGE', `"${name}" is not a name for a key`, {
      hint: 'Use letters, digits, "-", "_" and ".".',
    });
  }
  return path.join(folder, `${name}.${type}.key.json`);
}

/** Writes a new key file, readable by its owner only. @throws CliError USAGE when it exists */
export async function writeKeyFile(file: string, content: object): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  try {
    await writeFile(file, `${JSON.stringify(content)}\n`, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new CliError('USAGE', `there is a key at ${file} already`, {
      hint: 'Choose another name; a key that is overwritten is lost.',
    });
  }
}

/** @throws CliError NOT_FOUND */
export async function readKeyFile(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CliError('NOT_FOUND', `cannot read the key file ${file}: ${errorMessage(cause)}`, {
      cause,
      hint: 'See operator keys list, or make one with operator keys create.',
    });
  });
}

/** Key files of a folder by name; none when there is no such folder. What cannot be read as a key file is named as `broken`. */
export async function listKeys(folder: string): Promise<{ keys: KeyInfo[]; broken: string[] }> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const keys: KeyInfo[] = [];
  const broken: string[] = [];
  for (const fileName of names.toSorted()) {
    const [, name, type] = /^(.+)\.(ecdsa|bls)\.key\.json$/.exec(fileName) ?? [];
    if (name === undefined) continue;
    const file = path.join(folder, fileName);
    try {
      keys.push({ name, type: type as KeyType, file, ...describeKey(type as KeyType, await readFile(file, 'utf8')) });
    } catch {
      broken.push(file);
    }
  }
  return { keys, broken };
}

function describeKey(type: KeyType, content: string): Pick<KeyInfo, 'publicKey' | 'id'> {
  const fields = JSON.parse(content) as Record<string, unknown>;
  if (type === 'bls') {
    const publicKey = String(fields.pubKey);
    return { publicKey, id: operatorId(parseG1(publicKey)) };
  }
  const address = String(fields.address).replace(/^0x/i, '');
  if (!/^[0-9a-fA-F]{40}$/.test(address)) throw new Error('no address');
  const checksummed = getAddress(`0x${address}`);
  return { publicKey: checksummed, id: checksummed };
}
