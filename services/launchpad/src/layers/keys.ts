import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@tephra/core';
import type { Address, Hex } from '@tephra/protocol';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';
import { z } from 'zod';

const key = z.templateLiteral(['0x', z.string().regex(/^[0-9a-f]{64}$/)]);
const layerKeys = z.object({ producer: key, proposer: key, faucet: key, adminToken: z.string().min(32) });

/** A layer's own keys; nobody else has them. */
export type LayerKeys = { producer: Hex; proposer: Hex; faucet: Hex; adminToken: string };

/** Reads the keys of a layer from its folder (0700, file 0600), making them at the first call. */
export async function layerKeysIn(dir: string): Promise<LayerKeys> {
  const path = join(dir, 'keys.json');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text !== undefined) return layerKeys.parse(JSON.parse(text));
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const keys: LayerKeys = {
    producer: generatePrivateKey(),
    proposer: generatePrivateKey(),
    faucet: generatePrivateKey(),
    adminToken: randomBytes(32).toString('hex'),
  };
  await writeFileAtomic(path, JSON.stringify(keys, null, 2), { mode: 0o600 });
  return keys;
}

export function keyAddresses(keys: LayerKeys): { producer: Address; proposer: Address; faucet: Address } {
  return {
    producer: privateKeyToAddress(keys.producer),
    proposer: privateKeyToAddress(keys.proposer),
    faucet: privateKeyToAddress(keys.faucet),
  };
}
