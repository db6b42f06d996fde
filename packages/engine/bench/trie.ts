/**
 * Measures a state root: 1,000 and 10,000 changed accounts on a state of many, by the tries in the WebAssembly program and
 * by those in TypeScript, cold (every node on the way is read) and warm (the same accounts again); and what memory an
 * engine takes while all accounts of the state are changed, block by block.
 * Run: node --expose-gc packages/engine/bench/trie.ts [accounts] [rounds]
 */
import type { Address } from '@tephra/protocol';
import type { StateStore } from '../src/engine.ts';
import { CommittedState, EMPTY_CODE_HASH, type StateChanges } from '../src/state/committedState.ts';
import { TwoGenerationCache } from '../src/state/twoGenerationCache.ts';
import { EMPTY_ROOT } from '../src/trie/trie.ts';
import { WasmMachine } from '../src/wasm/machine.ts';
import { createPrecompiles } from '../src/wasm/precompiles.ts';

const ACCOUNTS = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = Number(process.argv[3] ?? 3);
const PER_BLOCK = 50_000;
const MB = 1024 * 1024;

/** Nodes one after the other, each with its length before it: millions of arrays would be the garbage collector's benchmark. */
const CHUNK = 64 * MB;
const chunks: Buffer[] = [];
const places = new Map<string, number>();
let end = 0;
const keyOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const store: StateStore = {
  get: (key) => {
    const place = places.get(keyOf(key));
    if (place === undefined) return undefined;
    const chunk = chunks[Math.floor(place / CHUNK)]!;
    const at = place % CHUNK;
    return chunk.subarray(at + 4, at + 4 + chunk.readUInt32LE(at));
  },
};
const keep = (writes: [Uint8Array, Uint8Array][]): void => {
  for (const [key, value] of writes) {
    if (chunks.length === 0 || (end % CHUNK) + 4 + value.length > CHUNK || end % CHUNK === 0) {
      end = chunks.length * CHUNK;
      chunks.push(Buffer.allocUnsafe(CHUNK));
    }
    const chunk = chunks.at(-1)!;
    const at = end % CHUNK;
    chunk.writeUInt32LE(value.length, at);
    chunk.set(value, at + 4);
    places.set(keyOf(key), end);
    end += 4 + value.length;
  }
};
const addressKey = (index: number): string => (index + 2 ** 40).toString(16).padStart(40, '0');

function committed(root: Uint8Array): CommittedState {
  const state = new CommittedState(store, new TwoGenerationCache(16), 100_000);
  state.open(root);
  return state;
}

function changesOf(keys: string[], balance: bigint): StateChanges {
  const account = { nonce: 1n, balance, storageRoot: EMPTY_ROOT, codeHash: EMPTY_CODE_HASH };
  return { accounts: new Map(keys.map((key) => [key, account])), storage: new Map(), codes: new Map() };
}

function machineAt(root: Uint8Array): WasmMachine {
  const base = new CommittedState(store, new TwoGenerationCache(16), 1_000);
  const precompiles = createPrecompiles(1n, true);
  const machine = new WasmMachine(
    { chainId: 1n, hardfork: 'prague', maxKnown: 500_000 },
    { base, precompiles, nodes: store, blockHash: () => undefined },
  );
  machine.open(root, true);
  return machine;
}

function change(machine: WasmMachine, keys: string[], balance: bigint): void {
  machine.begin();
  machine.override(Object.fromEntries(keys.map((key): [Address, object] => [`0x${key}`, { balance, nonce: 1n }])));
  machine.keep();
}

function report(figure: string, value: number, unit: string, of?: string): void {
  console.log(JSON.stringify({ figure, value, unit, ...(of === undefined ? {} : { of }) }));
}

function timed(run: () => void): number {
  const started = performance.now();
  run();
  return performance.now() - started;
}

/** Keys of accounts anywhere in the state, other ones for each seed. */
function someKeys(count: number, seed: number): string[] {
  const step = 7_919;
  return Array.from({ length: count }, (_, i) => addressKey((seed * 104_729 + i * step) % ACCOUNTS));
}

const builder = committed(EMPTY_ROOT);
for (let first = 0; first < ACCOUNTS; first += PER_BLOCK) {
  const keys = Array.from({ length: Math.min(PER_BLOCK, ACCOUNTS - first) }, (_, i) => addressKey(first + i));
  keep(builder.apply(changesOf(keys, 10n ** 18n)).writes);
}
const root = builder.root;

const machine = machineAt(root);
const of = `${ACCOUNTS.toLocaleString('en')} accounts`;
for (let round = 0; round < ROUNDS; round++) {
  for (const count of [1_000, 10_000]) {
    const keys = someKeys(count, round * 2 + count);
    machine.open(root, true);
    const state = committed(root);
    for (const temperature of ['cold', 'warm']) {
      const figure = `state root, ${count.toLocaleString('en')} of ${of} changed, ${temperature}`;
      const balance = BigInt(round + 1) * (temperature === 'cold' ? 3n : 5n);
      const own = timed(() => {
        change(machine, keys, balance);
        machine.seal();
      });
      report(figure, own, 'ms');
      report(
        figure,
        timed(() => void state.apply(changesOf(keys, balance))),
        'ms',
        'TypeScript tries',
      );
    }
  }
}

// All accounts in turn, as a long life would: the program forgets when it knows too many.
machine.open(root, true);
let at = root;
let most = 0;
globalThis.gc?.();
const before = process.memoryUsage();
for (let first = 0; first < ACCOUNTS; first += PER_BLOCK) {
  machine.open(at, false);
  const keys = Array.from({ length: Math.min(PER_BLOCK, ACCOUNTS - first) }, (_, i) => addressKey(first + i));
  change(machine, keys, 11n);
  const sealed = machine.seal();
  keep(sealed.writes);
  at = Buffer.from(sealed.stateRoot.slice(2), 'hex');
  most = Math.max(most, machine.memoryBytes);
}
globalThis.gc?.();
report(`memory of the program while all of ${of} were changed`, most / MB, 'MiB');
report(
  `heap beyond the stored nodes after all of ${of} were changed`,
  (process.memoryUsage().heapUsed - before.heapUsed) / MB,
  'MiB',
);
