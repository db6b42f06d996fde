import type { Hardfork } from '@tephra/protocol';
import { bytesToHex } from '../bytes.ts';
import type { Engine } from '../engine.ts';
import { EthereumjsEngine } from '../ethereumjs/engine.ts';
import { WasmEngine } from '../wasm/engine.ts';
import { stateTestBlockHash } from './stateTestCase.ts';

/** An engine for state tests, over a store that each case empties. Made once: that takes longer than most cases. */
export type StateTestEngine = {
  name: Engine['name'];
  hardfork: Hardfork;
  engine: Engine;
  nodes: Map<string, Uint8Array>;
};

/** @param mutant an opcode to break on purpose, on the WebAssembly engine only */
export function createStateTestEngine(name: Engine['name'], hardfork: Hardfork, mutant?: number): StateTestEngine {
  const nodes = new Map<string, Uint8Array>();
  const deps = {
    store: { get: (key: Uint8Array) => nodes.get(bytesToHex(key)) },
    blockHash: stateTestBlockHash,
  };
  const options = { chainId: 1n, hardfork, capPrecompiles: false, systemCalls: false };
  const engine = name === 'wasm' ? new WasmEngine({ ...options, mutant }, deps) : new EthereumjsEngine(options, deps);
  return { name, hardfork, engine, nodes };
}
