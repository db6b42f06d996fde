import type { Engine, EngineDeps, EngineOptions } from './engine.ts';
import { EthereumjsEngine } from './ethereumjs/engine.ts';
import type { SimulatingEngine } from './simulation.ts';
import type { TracingEngine } from './tracing.ts';
import { WasmEngine } from './wasm/engine.ts';

/** What a node needs of its engine; both implementations have all of it. */
export type NodeEngine = Engine & TracingEngine & SimulatingEngine;

/** @param name which implementation; they agree on every result */
export function createEngine(name: Engine['name'], options: EngineOptions, deps: EngineDeps): NodeEngine {
  return name === 'wasm' ? new WasmEngine(options, deps) : new EthereumjsEngine(options, deps);
}
