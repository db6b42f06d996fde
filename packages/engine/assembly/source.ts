/**
 * Where the state comes from: the host knows accounts and slots; or they are in tries in this program, whose nodes the host
 * has; or the witness of a proof of validity has everything.
 */
import * as committed from './committed';
import * as history from './history';
import * as host from './host';
import * as witness from './witness';

const HOST: i32 = 0;
const TRIES: i32 = 1;
const WITNESS: i32 = 2;

let mode: i32 = HOST;

export function useHost(): void {
  mode = HOST;
}

export function useTries(): void {
  mode = TRIES;
}

export function useWitness(): void {
  mode = WITNESS;
}

/** See host.ts. @param account record of world.ts, which begins with the address */
export function readAccount(account: usize, out: usize): i32 {
  return mode == HOST ? host.readAccount(account, out) : committed.readAccount(account, out);
}

/** @param account record of world.ts */
export function readStorage(account: usize, slot: usize, out: usize): void {
  if (mode == HOST) host.readStorage(account, slot, out);
  else committed.readStorage(account, slot, out);
}

let foundCode: usize = 0;

export function codeSize(hash: usize): i32 {
  if (mode != WITNESS) return host.codeSize(hash);
  foundCode = witness.preimage(hash);
  return foundCode == 0 ? 0 : <i32>witness.size;
}

/** @param size what `codeSize` gave */
export function readCode(out: usize, size: usize): void {
  if (mode == WITNESS) memory.copy(out, foundCode, size);
  else host.readCode(out);
}

export function blockHash(number: u64, out: usize): void {
  if (mode == WITNESS) history.read(number, out);
  else host.blockHash(number, out);
}
