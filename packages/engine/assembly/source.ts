/** Where the state comes from: the host, or the witness of a proof of validity. */
import * as committed from './committed';
import * as history from './history';
import * as host from './host';
import * as witness from './witness';

let proven: bool = false;

export function useHost(): void {
  proven = false;
}

export function useWitness(): void {
  proven = true;
}

/** See host.ts. @param account record of world.ts, which begins with the address */
export function readAccount(account: usize, out: usize): i32 {
  return proven ? committed.readAccount(account, out) : host.readAccount(account, out);
}

/** @param account record of world.ts */
export function readStorage(account: usize, slot: usize, out: usize): void {
  if (proven) committed.readStorage(account, slot, out);
  else host.readStorage(account, slot, out);
}

let foundCode: usize = 0;

export function codeSize(hash: usize): i32 {
  if (!proven) return host.codeSize(hash);
  foundCode = witness.preimage(hash);
  return foundCode == 0 ? 0 : <i32>witness.size;
}

/** @param size what `codeSize` gave */
export function readCode(out: usize, size: usize): void {
  if (proven) memory.copy(out, foundCode, size);
  else host.readCode(out);
}

export function blockHash(number: u64, out: usize): void {
  if (proven) history.read(number, out);
  else host.blockHash(number, out);
}
