import { bytesToHex, type CallOutcome, hexToBytes, WasmEngine } from '@tephra/engine';
import { frameReaderCode } from '@tephra/l1/bytecode';
import type { Address, Hash } from '@tephra/protocol';
import { readWord } from '../commit/hash.ts';
import { frameInput, OUTPUT_HEAD_WORDS, type ReadingPlace, readOutputHead } from './frameInput.ts';

const READER: Address = '0x000000000000000000000000000000000000feed';
const ZERO_HASH: Hash = `0x${'00'.repeat(32)}`;
const CONTEXT = {
  number: 1n,
  timestamp: 1n,
  gasLimit: 1n << 40n,
  baseFeePerGas: 0n,
  coinbase: READER,
  baseFeeRecipient: READER,
  prevRandao: ZERO_HASH,
  parentBeaconBlockRoot: ZERO_HASH,
};

/** What the reader says of a frame. */
export type FrameOutput = {
  rows: Hash[];
  digests: Hash[];
  open: bigint[] | null;
  gas: bigint;
};

/** FrameReader's code in our own engine, whole instead of step by step. */
export class EngineReader {
  readonly #engine: WasmEngine;
  readonly #stateRoot: Hash;

  private constructor(engine: WasmEngine, stateRoot: Hash) {
    this.#engine = engine;
    this.#stateRoot = stateRoot;
  }

  static async create(): Promise<EngineReader> {
    const nodes = new Map<string, Uint8Array>();
    const engine = new WasmEngine(
      { chainId: 1n, capPrecompiles: false, systemCalls: false },
      { store: { get: (key) => nodes.get(bytesToHex(key)) }, blockHash: () => undefined },
    );
    const { stateRoot, writes } = await engine.genesis([
      { address: READER, balance: 0n, nonce: 1n, code: frameReaderCode },
    ]);
    for (const [key, value] of writes) nodes.set(bytesToHex(key), value);
    return new EngineReader(engine, stateRoot);
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  /** What a reading takes, also where the frame is refused. */
  async gas(frame: Uint8Array, place: ReadingPlace): Promise<bigint> {
    return (await this.#call(frame, place)).gasUsed;
  }

  #call(frame: Uint8Array, place: ReadingPlace): Promise<CallOutcome> {
    return this.#engine.call(
      {
        from: READER,
        to: READER,
        data: bytesToHex(frameInput(frame, place)),
        value: 0n,
        gas: 1n << 40n,
        gasPrice: 0n,
      },
      { stateRoot: this.#stateRoot, context: CONTEXT },
    );
  }

  /** undefined where the frame is refused */
  async read(frame: Uint8Array, place: ReadingPlace): Promise<FrameOutput | undefined> {
    const outcome = await this.#call(frame, place);
    if (outcome.status !== 'success') return undefined;
    const data = hexToBytes(outcome.logs[0]!.data);
    const { blocks, transactions, open } = readOutputHead((index) => readWord(data, 32 * index));
    const words = Array.from({ length: data.length / 32 - OUTPUT_HEAD_WORDS }, (_, i) =>
      bytesToHex(data.subarray(32 * (OUTPUT_HEAD_WORDS + i), 32 * (OUTPUT_HEAD_WORDS + i + 1))),
    ) as Hash[];
    if (words.length !== blocks + transactions) throw new Error('the log has another length than it says');
    return { rows: words.slice(0, blocks), digests: words.slice(blocks), open, gas: outcome.gasUsed };
  }
}

/** Reads the frames of a pack one after the other. @returns undefined where they are not what the pack promises */
export async function readAll(
  reader: EngineReader,
  frames: Uint8Array[],
  { firstBlock, lastBlock }: { firstBlock: bigint; lastBlock: bigint },
): Promise<{ rows: Hash[]; digests: Hash[]; gas: bigint[] } | undefined> {
  const rows: Hash[] = [];
  const digests: Hash[] = [];
  const gas: bigint[] = [];
  let open: bigint[] | null = null;
  for (const frame of frames) {
    const nextBlock = firstBlock + BigInt(rows.length);
    const output = await reader.read(frame, {
      nextBlock,
      blocksLeft: lastBlock + 1n - nextBlock,
      txCount: digests.length,
      open,
    });
    if (output === undefined) return undefined;
    rows.push(...output.rows);
    digests.push(...output.digests);
    gas.push(output.gas);
    open = output.open;
  }
  return open === null && BigInt(rows.length) === lastBlock + 1n - firstBlock ? { rows, digests, gas } : undefined;
}
