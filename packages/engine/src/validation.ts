/** What a process needs that only validates proofs, without the engines that make blocks. */
export * from './stvf/index.ts';
export { stvfHash } from './stvf/stvfHash.ts';
export { nodeValidateDeps } from './wasm/validateDeps.ts';
