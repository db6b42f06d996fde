import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomic } from '@tephra/core';
import {
  type BlsSigner,
  LocalBlsSigner,
  loadBls,
  readBlsKeystore,
  readEcdsaKeystore,
  writeBlsKeystore,
  writeEcdsaKeystore,
} from '@tephra/crypto';
import type { Hex } from '@tephra/protocol';
import type { PrivateKeyAccount } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';

/** Keys of an operator that this platform runs, in its folder. */
export type OperatorKeys = {
  name: string;
  dir: string;
  key: Hex;
  account: PrivateKeyAccount;
  signer: BlsSigner;
  /** In `dir`. */
  blsFile: string;
  passwordFile: string;
};

/** The password has 256 random bits: there is nothing for a slow derivation to protect, and it is derived at each start. */
const FAST_SCRYPT = { n: 4_096, r: 8, p: 1 };
const PASSWORD_FILE = 'password';

/** The keys in an operator's folder, made where they are missing: key files as every operator has them, and their password. */
export async function ensureOperatorKeys(dir: string, name: string): Promise<OperatorKeys> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  // A key file is never written before the password that opens it.
  const password = await ensureFile(path.join(dir, PASSWORD_FILE), async () => randomBytes(32).toString('hex'));
  const ecdsa = await ensureFile(path.join(dir, `${name}.ecdsa.key.json`), async () =>
    JSON.stringify(await writeEcdsaKeystore(generatePrivateKey(), password, FAST_SCRYPT)),
  );
  const blsFile = `${name}.bls.key.json`;
  const bls = await ensureFile(path.join(dir, blsFile), async () =>
    JSON.stringify(await writeBlsKeystore((await loadBls()).generateSecretKey(), password, FAST_SCRYPT)),
  );
  const [key, secret] = await Promise.all([readEcdsaKeystore(ecdsa, password), readBlsKeystore(bls, password)]);
  return {
    name,
    dir,
    key,
    account: privateKeyToAccount(key),
    signer: await LocalBlsSigner.create(secret),
    blsFile,
    passwordFile: PASSWORD_FILE,
  };
}

/** Content of a file, which is written first where it is missing. */
async function ensureFile(file: string, content: () => Promise<string>): Promise<string> {
  const known = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (known !== undefined) return known.trim();
  const made = await content();
  await writeFileAtomic(file, `${made}\n`, { mode: 0o600 });
  return made;
}
