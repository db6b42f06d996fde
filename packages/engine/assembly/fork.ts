/** Which rules hold. One program has those of all forks; who calls it says which before anything is executed. */

// Numbers of packages/protocol/src/hardfork.ts, in the order in which the forks came.
export const CANCUN: u32 = 0;
export const PRAGUE: u32 = 1;

export let current: u32 = CANCUN;
/** Highest address of a precompiled contract. */
export let lastPrecompile: i32 = 10;

/** @param fork one of the numbers above */
export function set(fork: u32): void {
  current = fork;
  // EIP-2537 adds 0x0b to 0x11.
  lastPrecompile = fork >= PRAGUE ? 17 : 10;
}
