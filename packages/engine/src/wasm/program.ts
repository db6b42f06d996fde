import { readFileSync } from 'node:fs';

/** What `assembly/index.ts` exports; pointers and lengths are bytes in its memory. */
export type ProgramExports = {
  memory: WebAssembly.Memory;
  forget(seed: bigint): void;
  input(size: number): number;
  known(): number;
  setBlock(words: number): void;
  begin(): void;
  execute(
    input: number,
    creates: number,
    gasLimit: bigint,
    intrinsic: bigint,
    accessCount: number,
    blobCount: number,
    dataSize: number,
  ): void;
  keep(): void;
  rollback(): void;
  status(): number;
  gasUsed(): bigint;
  contractAddress(): number;
  outputData(): number;
  outputSize(): number;
  logData(): number;
  logSize(): number;
  createdCount(): number;
  createdAccount(index: number): number;
  accessedAccountCount(): number;
  accessedAccount(index: number): number;
  accessedSlotCount(): number;
  accessedSlot(index: number): number;
  account(address: number): number;
  isEmpty(account: number): number;
  storageValue(account: number, key: number): number;
  codeOf(account: number): number;
  setBalance(account: number, value: number): void;
  setNonce(account: number, nonce: bigint): void;
  setCode(account: number, data: number, size: number): void;
  setStorage(account: number, key: number, value: number): void;
  dropStorage(account: number): void;
  changedAccountCount(): number;
  changedAccount(index: number): number;
  changedSlotCount(): number;
  changedSlot(index: number): number;
  newCodeCount(): number;
  newCode(index: number): number;
  endBlock(): void;
  mutate(opcode: number): void;
};

/** What the program asks of its host, `assembly/host.ts`. */
export type ProgramHost = {
  readAccount(address: number, out: number): number;
  readStorage(address: number, slot: number, out: number): void;
  codeSize(hash: number): number;
  readCode(out: number): void;
  blockHash(number: bigint, out: number): void;
  precompile(id: number, input: number, length: number, gas: bigint): bigint;
  precompileSize(): number;
  readPrecompile(out: number): void;
};

// Offsets in the records of assembly/world.ts and assembly/code.ts.
export const ACCOUNT = { nonce: 24, balance: 32, codeHash: 64, flags: 100 } as const;
export const SLOT = { owner: 0, key: 8, value: 40 } as const;
export const CODE = { hash: 0, data: 32, length: 36 } as const;
/** Flag of an account whose storage of before the block is gone. */
export const CLEARED = 4;

let module: WebAssembly.Module | undefined;

/** A new instance of the program. @throws Error when it wasn't built: `./tephra` and `node tools/build.ts` build it */
export function instantiate(host: ProgramHost): ProgramExports {
  module ??= new WebAssembly.Module(readFileSync(new URL('../generated/stvf.wasm', import.meta.url)));
  const abort = (): never => {
    throw new Error('the program gave up');
  };
  return new WebAssembly.Instance(module, { host, env: { abort } }).exports as ProgramExports;
}
