/** What `assembly/pov.ts` exports; pointers and lengths are bytes in its memory. */
export type PovExports = {
  memory: WebAssembly.Memory;
  receive(size: number, seed: bigint, memoryLimit: bigint): number;
  validate(proof: number, size: number, fuel: bigint, records: number): number;
  isOutOfMemory(): number;
  validatedCount(): number;
  validatedBlock(index: number): number;
  blakeInput(): number;
  blakeBegin(): void;
  blakeRounds(count: number): void;
  blakeFinish(): number;
  claimedRules(): number;
  failureDetail(): number;
  failureSubject(): number;
  failureBlock(): number;
  failureTransaction(): number;
};

/** What the program asks of its host while it validates (`assembly/host.ts`). */
export type PovHost = {
  precompile(id: number, input: number, length: number, gas: bigint): bigint;
  precompileSize(): number;
  readPrecompile(out: number): void;
  recover(hash: number, parity: number, signature: number, out: number): number;
  preimageSize(hash: number): number;
  readPreimage(out: number): void;
};

/** A new instance. What else the program imports is for producers: a validation never calls it. */
export function instantiatePov(module: WebAssembly.Module, host: PovHost): PovExports {
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const { module: room, name } of WebAssembly.Module.imports(module)) {
    imports[room] ??= {};
    imports[room][name] =
      room === 'host' && name in host
        ? (host[name as keyof PovHost] as WebAssembly.ImportValue)
        : () => {
            throw new Error(`a validation needs no ${room}.${name}`);
          };
  }
  return new WebAssembly.Instance(module, imports).exports as PovExports;
}
