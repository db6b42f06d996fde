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

// Only while a proof of validity is made or checked (block.ts).

/** Recovers the public key below 64 bytes of signature (r, s) over a hash; writes its 64 bytes at `out`. @returns 1, or 0 */
// @ts-ignore: decorator
@external("host", "recover")
export declare function recover(hash: usize, parity: i32, signature: usize, out: usize): i32;

/** Looks up the bytes with a hash, to be fetched by `readPreimage`: when a proof is made. @returns their length or -1 */
// @ts-ignore: decorator
@external("host", "preimageSize")
export declare function preimageSize(hash: usize): i32;

/** Writes what `preimageSize` found at `out`. */
// @ts-ignore: decorator
@external("host", "readPreimage")
export declare function readPreimage(out: usize): void;

// Only while the host watches (observe.ts).

/**
 * An instruction is about to be executed.
 * @param gas left before it @param cost what it takes; of calls with what the callee is given @param sp end of the stack
 * @param status of status.ts: RUNNING, or why it isn't executed
 */
// @ts-ignore: decorator
@external("host", "step")
export declare function step(op: u32, pc: u32, gas: i64, cost: i64, sp: usize, status: i32): void;

/** A call or creation begins. @param code account record whose code runs, 0 for a creation @param value number */
// @ts-ignore: decorator
@external("host", "enter")
export declare function enter(code: usize, value: usize, input: usize, size: usize, gas: i64, precompile: bool): void;

/** It ended. @param status of status.ts @param account record of what was created, or 0 */
// @ts-ignore: decorator
@external("host", "exit")
export declare function exit(status: i32, gasLeft: i64, data: usize, size: usize, account: usize): void;
