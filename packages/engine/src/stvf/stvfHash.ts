import { readFileSync } from 'node:fs';
import type { Hash } from '@tephra/protocol';
import { bytesToHex } from '../bytes.ts';
import { keccak256 } from '../crypto/keccak.ts';

let hash: Hash | undefined;

/**
 * keccak256 of `stvf.wasm`: what the contract of a chain on the L1 says of the program that it was made for.
 * @throws Error when it wasn't built: `./tephra` and `node tools/build.ts` build it
 */
export function stvfHash(): Hash {
  hash ??= bytesToHex(keccak256(readFileSync(new URL('../generated/stvf.wasm', import.meta.url))));
  return hash;
}
