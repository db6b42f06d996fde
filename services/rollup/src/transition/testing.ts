import {
  bytesToHex,
  type DecodedTransaction,
  decodeTransaction,
  EthereumjsEngine,
  hexToBytes,
  type StateStore,
} from '@tephra/engine';
import { PREDEPLOY_CODE } from '@tephra/l1';
import { type GenesisConfig, type Hash, type Hex, originTransactions } from '@tephra/protocol';
import type { L1View } from '../chain.ts';
import { BlockBuilder, type ParentBlock, type SealedBlock } from './blockBuilder.ts';
import { contentOf } from './content.ts';
import { executeBlock } from './executeBlock.ts';
import { genesisBlock } from './genesis.ts';

/** Blocks in memory, one by one, for tests of the chain's rules. */
export class BlockLine {
  readonly genesis: GenesisConfig;
  readonly engine: EthereumjsEngine;
  readonly #state: Map<Hex, Uint8Array>;
  readonly #hashes: Hash[] = [];
  #head!: SealedBlock;

  private constructor(genesis: GenesisConfig) {
    this.genesis = genesis;
    this.#state = new Map();
    this.engine = new EthereumjsEngine(
      { chainId: genesis.chainId, hardfork: genesis.hardfork },
      {
        store: { get: (key) => this.#state.get(bytesToHex(key)) },
        blockHash: (number) => {
          const hash = this.#hashes[Number(number)];
          return hash && hexToBytes(hash);
        },
      },
    );
  }

  static async create(genesis: GenesisConfig): Promise<BlockLine> {
    const line = new BlockLine(genesis);
    line.#append(await genesisBlock(genesis, PREDEPLOY_CODE));
    return line;
  }

  /** Trie nodes and code of all blocks. */
  get store(): StateStore {
    return { get: (key) => this.#state.get(bytesToHex(key)) };
  }

  get head(): SealedBlock {
    return this.#head;
  }

  get parent(): ParentBlock {
    return this.#head.parent;
  }

  /** Opens the next block on the L1's newest origin. */
  begin(l1: L1View, timestamp = this.parent.header.timestamp): Promise<BlockBuilder> {
    const { parent } = this;
    const origin = l1.origin();
    const input = {
      chainId: this.genesis.chainId,
      origin,
      position: parent.output.inboxPosition,
      accumulator: parent.output.inboxAccumulator,
      messages: l1.messages(parent.output.inboxPosition, origin.number),
    };
    return BlockBuilder.begin(this.#options, { engine: this.engine }, parent, {
      number: parent.header.number + 1n,
      // Time stands still from the end on.
      timestamp: parent.mode === 'active' && timestamp < origin.timestamp ? origin.timestamp : timestamp,
      l1Origin: origin,
      protocolTransactions: origin.number === parent.l1Origin.number ? [] : originTransactions(input),
    });
  }

  decode(raw: Uint8Array): DecodedTransaction {
    return decodeTransaction(raw, { chainId: this.genesis.chainId });
  }

  async seal(builder: BlockBuilder): Promise<SealedBlock> {
    const sealed = await builder.seal();
    this.#append(sealed);
    return sealed;
  }

  /** Executes a block of another line again, from what a batch would carry of it and from the L1. */
  async follow({ block }: { block: SealedBlock['block'] }, l1: L1View): Promise<SealedBlock> {
    const content = contentOf(block.header, block.l1Origin, block.transactions);
    const sealed = await executeBlock(this.#options, { engine: this.engine }, this.parent, content, {
      origin: block.l1Origin,
      messages: l1.messages(this.parent.output.inboxPosition, block.l1Origin.number),
    });
    this.#append(sealed);
    return sealed;
  }

  get #options() {
    return { chainId: this.genesis.chainId, rules: this.genesis };
  }

  #append(sealed: SealedBlock): void {
    for (const [key, value] of sealed.writes) this.#state.set(bytesToHex(key), value);
    this.#hashes.push(sealed.block.header.hash);
    this.#head = sealed;
  }
}
