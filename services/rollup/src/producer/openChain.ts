import { join } from 'node:path';
import type { Clock, Logger } from '@tephra/core';
import { createEngine, type Engine, hexToBytes, type NodeEngine } from '@tephra/engine';
import type { GenesisConfig, Hex, PredeployName } from '@tephra/protocol';
import { DEFAULT_MEMPOOL, type MempoolOptions } from '../aggregator/index.ts';
import { Journal } from '../journal/index.ts';
import { Chain, ChainStore } from '../store/index.ts';
import { genesisBlock } from '../transition/index.ts';
import { ProducerError } from './errors.ts';
import type { ProducerDeps } from './options.ts';
import { Producer } from './producer.ts';
import { recover } from './recover.ts';
import { ProducerSigner } from './signer.ts';

export type OpenChainOptions = {
  /** Holds `chain/` (LMDB) and `journal/`; the caller has locked it. */
  dataDir: string;
  genesis: GenesisConfig;
  /** Runtime bytecode of the predeploys. */
  predeployCode: Partial<Record<PredeployName, Hex>>;
  blockTimeMs: number;
  producerKey: Hex;
  /** Default {@link DEFAULT_MEMPOOL}. */
  mempool?: Partial<MempoolOptions>;
  /** Which implementation executes; they agree on every result. Default `wasm`. */
  engine?: Engine['name'];
  /** Keep an index of what concerned each address; default true. */
  activityIndex?: boolean;
};

/** What only the surroundings of a chain have. */
export type OpenChainDeps = Pick<ProducerDeps, 'l1' | 'events' | 'clock' | 'logger' | 'metrics' | 'space' | 'onFatal'>;

export type OpenedChain = {
  store: ChainStore;
  engine: NodeEngine;
  chain: Chain;
  /** Not started yet. */
  producer: Producer;
  /** Closes journal and database; the producer must be stopped. */
  close(): Promise<void>;
};

/** The store and engine of a chain, with block 0 in it. For nodes that only rebuild or read, too. */
export async function openStore(
  options: Pick<OpenChainOptions, 'dataDir' | 'genesis' | 'predeployCode' | 'engine' | 'activityIndex'>,
  deps: { logger?: Logger; clock?: Clock } = {},
): Promise<{ store: ChainStore; engine: NodeEngine }> {
  const { genesis } = options;
  const path = join(options.dataDir, 'chain');
  const store = ChainStore.open(path, genesis.chainId, { activity: options.activityIndex ?? true }, deps);
  const block = await genesisBlock(genesis, options.predeployCode);
  const stored = store.headerByNumber(0n);
  if (stored === undefined) {
    store.append(block, '0x');
    await store.persisted();
  } else if (stored.hash !== block.block.header.hash) {
    await store.close();
    throw new ProducerError(
      'GENESIS_MISMATCH',
      `${options.dataDir} begins with block ${stored.hash}, not ${block.block.header.hash}`,
      {
        hint: 'The folder belongs to another chain, or the predeploys were compiled differently.',
      },
    );
  }
  await store.buildActivity(({ block, head }) =>
    deps.logger?.info({ block, head }, 'indexing what concerned addresses'),
  );
  const engine = createEngine(
    options.engine ?? 'wasm',
    { chainId: genesis.chainId, hardfork: genesis.hardfork },
    {
      store,
      blockHash: (number) => {
        const hash = store.headerByNumber(number)?.hash;
        return hash === undefined ? undefined : hexToBytes(hash);
      },
    },
  );
  return { store, engine };
}

/**
 * Opens the chain in a folder, or makes it, and recovers what was acknowledged before the last end.
 * @throws StoreError, JournalError, ProducerError
 */
export async function openChain(options: OpenChainOptions, deps: OpenChainDeps): Promise<OpenedChain> {
  const { genesis } = options;
  const { store, engine } = await openStore(options, deps);
  const { journal, records } = await Journal.open(join(options.dataDir, 'journal'), { clock: deps.clock });
  try {
    const builderOptions = {
      chainId: genesis.chainId,
      rules: genesis,
    };
    const signer = new ProducerSigner(options.producerKey);
    const recovered = await recover(builderOptions, { engine, store, signer }, records);
    if (records.length > 0) {
      deps.logger.info(
        { head: recovered.parent.header.number, open: recovered.open?.transactionCount ?? 0 },
        'recovered from the journal',
      );
    }
    const chain = new Chain({ chainId: genesis.chainId, mode: recovered.parent.mode }, { store, events: deps.events });
    const producer = new Producer(
      { ...builderOptions, blockTimeMs: options.blockTimeMs, mempool: { ...DEFAULT_MEMPOOL, ...options.mempool } },
      { ...deps, store, engine, chain, journal, signer },
      recovered,
    );
    return {
      store,
      engine,
      chain,
      producer,
      close: async () => {
        await engine.close();
        await journal.close();
        await store.close();
      },
    };
  } catch (error) {
    await journal.close();
    await store.close();
    throw error;
  }
}
