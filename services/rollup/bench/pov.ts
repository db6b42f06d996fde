/**
 * Measures proofs of validity: their size, and how long it takes to check one against producing its blocks, both from the
 * bytes of the transactions on one thread with the same native library for signatures. Blocks are 1,000 transactions on a
 * state of 20,000 accounts. Run: node services/rollup/bench/pov.ts [blocks]
 */
import { deflateRawSync } from 'node:zlib';
import { decodeTransaction, hexToBytes, nodeValidateDeps, WasmEngine } from '@tephra/engine';
import { validatePov } from '@tephra/engine/stvf';
import { PREDEPLOY_CODE } from '@tephra/l1';
import { type Hash, MAX_POV_BLOCKS } from '@tephra/protocol';
import { buildPov } from '../src/pov/buildPov.ts';
import { ScriptedL1, testGenesis } from '../src/producer/testing.ts';
import { BlockBuilder, genesisBlock, type SealedBlock } from '../src/transition/index.ts';
import { WORKLOADS, Workload, type WorkloadKind } from './workload.ts';

const BLOCKS = Math.min(Number(process.argv[2] ?? MAX_POV_BLOCKS), MAX_POV_BLOCKS);
const PER_BLOCK = 1_000;
const ACCOUNTS = 20_000;
const ROUNDS = 5;

function report(figure: string, value: number, unit: string): void {
  process.stdout.write(`${JSON.stringify({ figure, value, unit })}\n`);
}

class BenchChain {
  readonly #state = new Map<string, Uint8Array>();
  readonly #hashes: Hash[] = [];
  readonly #l1 = new ScriptedL1(2);
  readonly workload: Workload;
  readonly genesis;
  readonly engine: WasmEngine;
  readonly store = { get: (key: Uint8Array) => this.#state.get(Buffer.from(key).toString('latin1')) };
  head!: SealedBlock;

  constructor(kind: WorkloadKind, count: number) {
    this.workload = new Workload(kind, count);
    const others = Array.from(
      { length: ACCOUNTS },
      (_, i) => `0x${(0xdef0000000 + i).toString(16).padStart(40, '0')}` as const,
    );
    const addresses = [...this.workload.senders.map(({ address }) => address), ...others];
    this.genesis = testGenesis(this.#l1, {
      blockGasLimit: 1_000_000_000n,
      accounts: addresses.map((address) => ({ address, balance: 10n ** 20n })),
    });
    const blockHash = (number: bigint) => {
      const hash = this.#hashes[Number(number)];
      return hash && hexToBytes(hash);
    };
    this.engine = new WasmEngine(
      { chainId: this.genesis.chainId, hardfork: this.genesis.hardfork },
      { store: this.store, blockHash },
    );
  }

  async start(): Promise<void> {
    this.#append(await genesisBlock(this.genesis, PREDEPLOY_CODE));
    const builder = await this.#begin();
    const execute = (raw: Uint8Array) => builder.execute(this.#decode(raw));
    await this.workload.prepare(async (raw) => (await execute(raw)).receipt.contractAddress!, execute);
    this.#append(await builder.seal());
  }

  /** What a producer does for a block: decode with recovery, execute, seal, store. */
  async produce(raws: Uint8Array[]): Promise<SealedBlock> {
    const builder = await this.#begin();
    for (const raw of raws) {
      const { receipt } = await builder.execute(this.#decode(raw));
      if (receipt.status !== 'success') throw new Error('a transaction failed');
    }
    const sealed = await builder.seal();
    this.#append(sealed);
    return sealed;
  }

  #decode(raw: Uint8Array) {
    return decodeTransaction(raw, { chainId: this.genesis.chainId });
  }

  #begin(): Promise<BlockBuilder> {
    const { parent } = this.head;
    return BlockBuilder.begin({ chainId: this.genesis.chainId, rules: this.genesis }, { engine: this.engine }, parent, {
      number: parent.header.number + 1n,
      timestamp: parent.header.timestamp + 1n,
      l1Origin: parent.l1Origin,
      protocolTransactions: [],
    });
  }

  #append(sealed: SealedBlock): void {
    for (const [key, value] of sealed.writes) this.#state.set(Buffer.from(key).toString('latin1'), value);
    this.#hashes.push(sealed.block.header.hash);
    this.head = sealed;
  }
}

function best(run: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    run();
    least = Math.min(least, performance.now() - started);
  }
  return least;
}

for (const kind of WORKLOADS) {
  const count = BLOCKS * PER_BLOCK;
  // The first half warms up what produces; the second is measured and proven.
  const chain = new BenchChain(kind, 2 * count);
  await chain.start();
  const raws = chain.workload.transactions(2 * count);
  const blockOf = (i: number) => raws.slice(i * PER_BLOCK, (i + 1) * PER_BLOCK);
  for (let i = 0; i < BLOCKS; i++) await chain.produce(blockOf(i));
  const { parent } = chain.head;
  const sealed: SealedBlock[] = [];
  const started = performance.now();
  for (let i = BLOCKS; i < 2 * BLOCKS; i++) sealed.push(await chain.produce(blockOf(i)));
  const producing = performance.now() - started;

  const deps = nodeValidateDeps();
  const blocks = sealed.map(({ block }) => ({ ...block, messages: [] }));
  const { chainId } = chain.genesis;
  const { bytes } = buildPov({ chainId, rules: chain.genesis, parent, blocks }, {}, { ...deps, store: chain.store });
  const validating = best(() => validatePov(bytes, {}, deps));
  const inBrowser = best(() => validatePov(bytes, {}, { module: deps.module }));
  const making = best(() => {
    buildPov({ chainId, rules: chain.genesis, parent, blocks }, {}, { ...deps, store: chain.store });
  });
  const content = raws.slice(count).reduce((sum, raw) => sum + raw.length, 0);
  report(`${kind}: proof`, bytes.length / count, 'bytes per transaction');
  report(`${kind}: proof, deflated`, deflateRawSync(bytes).length / count, 'bytes per transaction');
  report(`${kind}: proof without the transactions`, (bytes.length - content) / count, 'bytes per transaction');
  report(`${kind}: producing`, (1_000 * producing) / count, 'us per transaction');
  report(`${kind}: checking`, (1_000 * validating) / count, 'us per transaction');
  report(`${kind}: checking against producing`, validating / producing, 'of the time');
  report(`${kind}: checking as a browser does`, (1_000 * inBrowser) / count, 'us per transaction');
  report(`${kind}: making the proof`, (1_000 * making) / count, 'us per transaction');
}
