import { readFileSync } from 'node:fs';

/** What `assembly/index.ts` exports; pointers and lengths are bytes in its memory. */
export type ProgramExports = {
  memory: WebAssembly.Memory;
  setFork(number: number): void;
  forget(seed: bigint): void;
  input(size: number): number;
  openState(root: number, seed: bigint): void;
  sealState(out: number): void;
  stateFailure(): number;
  nodeData(): number;
  nodeSize(): number;
  writtenCount(): number;
  writtenAccount(index: number): number;
  known(): number;
  used(): number;
  setBlock(words: number): void;
  begin(): void;
  start(
    input: number,
    creates: number,
    gasLimit: bigint,
    intrinsic: bigint,
    floor: bigint,
    accessCount: number,
    blobCount: number,
    authorizationCount: number,
    dataSize: number,
  ): number;
  proceed(): number;
  watch(on: number): void;
  runningFrame(): number;
  depth(): number;
  refund(): bigint;
  scratch(): number;
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
  findAccount(address: number): number;
  findStorage(account: number, key: number): number;
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
  preimageSize(hash: number): number;
  readPreimage(out: number): void;
  step(op: number, pc: number, gas: bigint, cost: bigint, sp: number, status: number): void;
  enter(code: number, value: number, input: number, size: number, gas: bigint, precompile: number): void;
  exit(status: number, gasLeft: bigint, data: number, size: number, account: number): void;
};

// Offsets in the records of assembly/world.ts, assembly/code.ts and assembly/frame.ts.
export const ACCOUNT = { nonce: 24, balance: 32, codeHash: 64, flags: 100 } as const;
export const SLOT = { owner: 0, key: 8, value: 40 } as const;
export const CODE = { hash: 0, data: 32, length: 36 } as const;
export const FRAME = { base: 8, memory: 16, memorySize: 20, account: 28 } as const;
// Flags of an account.
export const HAS_STORAGE = 1;
export const DROPPED = 2;
/** Its storage of before the block is gone. */
export const CLEARED = 4;
/** Slots were written. */
export const WROTE = 16;

let module: WebAssembly.Module | undefined;

/** The program. @throws Error when it wasn't built: `./tephra` and `node tools/build.ts` build it */
export function programModule(): WebAssembly.Module {
  module ??= new WebAssembly.Module(readFileSync(new URL('../generated/stvf.wasm', import.meta.url)));
  return module;
}

/** A new instance of the program. @throws as {@link programModule} */
export function instantiate(host: ProgramHost): ProgramExports {
  const program = programModule();
  const refuse = (): never => {
    throw new Error('the program asked for what only proofs of validity need');
  };
  const others = WebAssembly.Module.imports(program).map(({ name }) => [name, refuse] as const);
  const abort = (): never => {
    throw new Error('the program gave up');
  };
  const imports = { host: { ...Object.fromEntries(others), ...host }, env: { abort } };
  return new WebAssembly.Instance(program, imports).exports as ProgramExports;
}
