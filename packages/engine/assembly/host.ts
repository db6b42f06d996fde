/** What the host must give. All calls are synchronous; bytes go through this program's memory, numbers big-endian. */

/**
 * Reads an account. Writes 72 bytes at `out`: nonce (u64, little-endian), balance (32), code hash (32).
 * @returns 0 if there is none, 1 if there is, 3 if it has storage too
 */
// @ts-ignore: decorator
@external("host", "readAccount")
export declare function readAccount(address: usize, out: usize): i32;

/** Writes the value of a slot at the start of the block, 32 bytes, at `out`. */
// @ts-ignore: decorator
@external("host", "readStorage")
export declare function readStorage(address: usize, slot: usize, out: usize): void;

/** Looks up code by hash, to be fetched by `readCode`. @returns its length */
// @ts-ignore: decorator
@external("host", "codeSize")
export declare function codeSize(hash: usize): i32;

/** Writes the code that `codeSize` found at `out`. */
// @ts-ignore: decorator
@external("host", "readCode")
export declare function readCode(out: usize): void;

/** Writes the hash of a block at `out`, or zeros. */
// @ts-ignore: decorator
@external("host", "blockHash")
export declare function blockHash(number: u64, out: usize): void;

/** Runs a precompiled contract. @returns the gas it took, or -1 when it failed */
// @ts-ignore: decorator
@external("host", "precompile")
export declare function precompile(id: i32, input: usize, length: usize, gas: i64): i64;

/** Length of what the last precompile returned. */
// @ts-ignore: decorator
@external("host", "precompileSize")
export declare function precompileSize(): i32;

/** Writes it at `out`. */
// @ts-ignore: decorator
@external("host", "readPrecompile")
export declare function readPrecompile(out: usize): void;
