/**
 * Every benchmark, once. A benchmark is a program that prints one JSON line per measurement:
 *   {"figure": "plain transfers", "value": 12345, "unit": "tx/s", "of": "anvil"}
 * `of` is `tephra` when not given; a figure that is measured of several is shown side by side with its ratio. A program that
 * prints a figure several times gets its median and range. Other output is passed on as progress. Programs that look into
 * one room stay beside its code (`<room>/bench/`), those of the whole platform are in `programs/`.
 */
export type Benchmark = {
  name: string;
  title: string;
  /** What is measured and how, for the page of results. */
  method: string;
  /** Programs that run one after the other. */
  programs: Program[];
};

export type Program = {
  /** From the root of the checkout. */
  file: string;
  args: string[];
  /** In place of `args` with --quick. */
  quick: string[];
  /** Flags of Node.js itself. */
  node?: string[];
};

export const BENCHMARKS: Benchmark[] = [
  {
    name: 'layers',
    title: 'Launch, and layers side by side',
    method:
      'A platform on an embedded L1 launches layers one after the other, one every few seconds, all of which stay. A launch is timed by the client from the request to the sealed first block. Then all of them idle for a while: resident memory and processor time of their processes are read from the kernel.',
    programs: [
      {
        file: 'bench/programs/layers.ts',
        args: ['--layers', '20', '--pause-ms', '5000', '--idle-ms', '20000'],
        quick: ['--layers', '3', '--pause-ms', '1000', '--idle-ms', '4000'],
      },
    ],
  },
  {
    name: 'rpc',
    title: 'Transactions per second through JSON-RPC, beside anvil',
    method:
      'Both nodes run as one process each, one after the other, under the same generator on the same machine: signed beforehand, eth_sendRawTransaction over 4 connections, timed until the last transaction has a receipt. Blocks hold 700 million gas a second on both (Tephra 70 million every 0.1 s, anvil 700 million every second). A mint is DemoNft.mint with a Merkle proof, each by an account of its own.',
    programs: [
      {
        file: 'bench/programs/rpc.ts',
        args: ['--transactions', '20000', '--rounds', '3'],
        quick: ['--transactions', '3000', '--rounds', '1'],
      },
    ],
  },
  {
    name: 'promise',
    title: 'Latency of a promise',
    method:
      'One client sends one transfer after the other to a layer of a whole platform through its public port; 0.5 s blocks. A promise is the answer of tephra_sendRawTransactionSync: executed, journaled on disk, signed. Beside it anvil with automatic mining, which writes nothing to disk and answers eth_sendRawTransactionSync.',
    programs: [
      {
        file: 'bench/programs/promise.ts',
        args: ['--transactions', '2000'],
        quick: ['--transactions', '300'],
      },
    ],
  },
  {
    name: 'restart',
    title: 'Restart of a long chain',
    method:
      'A chain of the real producer, journal and store, with a transfer in every tenth block, is killed by SIGKILL. Timed is a new process from its start to a chain that takes transactions.',
    programs: [
      {
        file: 'bench/programs/restart.ts',
        args: ['--blocks', '100000', '--restarts', '3'],
        quick: ['--blocks', '3000', '--restarts', '2'],
      },
    ],
  },
  {
    name: 'memory',
    title: 'Memory of a node with millions of accounts',
    method:
      'A contract pays five million new accounts, as many in a transaction as its gas allows, through JSON-RPC to a node of the real parts that keeps every state. Then four connections send transfers to accounts anywhere in that state and read others, as many as the node takes. What of its memory is its own (anonymous: heap, buffers, WebAssembly) is read from the kernel every two seconds; pages of the database that are mapped besides are the page cache, which the kernel takes back when it likes.',
    programs: [
      {
        file: 'bench/programs/memory.ts',
        args: ['--accounts', '5000000', '--seconds', '180'],
        quick: ['--accounts', '30000', '--seconds', '10'],
      },
    ],
  },
  {
    name: 'data',
    title: 'Bytes on the L1',
    method:
      '2,000 transactions of as many accounts in 100 blocks, as batch frames. r and s of a signature (64 bytes) do not compress, so the share saved is of all other bytes. Peer: zlib at its best level over the same raw transactions.',
    programs: [
      {
        file: 'packages/protocol/bench/batchSize.ts',
        args: [],
        quick: [],
      },
    ],
  },
  {
    name: 'engine',
    title: 'Engines alone',
    method:
      'Interpreter: one call of an endless loop, gas until it ends divided by the time of the second such call. Transactions: blocks of 1,000 with a state root each, from 5,000 accounts, without signatures, RPC or disk; of anvil only the mining of a block is timed, whose transactions wait in its pool. A swap is SwapPair.swap: two tokens, the invariant, price accumulators.',
    programs: [
      {
        file: 'services/rollup/bench/engine.ts',
        args: ['5000', '3'],
        quick: ['1000', '1'],
      },
    ],
  },
  {
    name: 'trie',
    title: 'State roots of a large state',
    method:
      'A state of a million accounts in memory, of which some change; the time includes reading them. Cold: nothing of them was read before. Beside it our tries in TypeScript, which ethereumjs runs on. Then all accounts are changed in blocks of 50,000, and what the WebAssembly program has taken of memory is read.',
    programs: [
      {
        file: 'packages/engine/bench/trie.ts',
        args: ['1000000', '3'],
        quick: ['50000', '1'],
        node: ['--expose-gc', '--max-old-space-size=8000'],
      },
    ],
  },
  {
    name: 'proof',
    title: 'Proofs of validity',
    method:
      'Six blocks of 1,000 transactions each on a state of 20,000 accounts, gasless. Producing is decoding with recovery of the signer, execution in stvf.wasm, roots and storing in memory; checking is validatePov on the finished proof, with the same native library for signatures on the same thread, and as a browser does it, where signatures are recovered in JavaScript. Without signatures checking takes about a fifth of that time.',
    programs: [
      {
        file: 'services/rollup/bench/pov.ts',
        args: [],
        quick: ['1'],
      },
    ],
  },
  {
    name: 'pipeline',
    title: 'The node without JSON-RPC',
    method:
      'One process, 200 transactions in flight: decoding and sender recovery, execution on the open block, journal with fdatasync, sealing every 0.1 s, storage. A mint is DemoNft.mint with a Merkle proof, each by an account of its own.',
    programs: ['transfers', 'erc20', 'mint'].map((kind) => ({
      file: 'services/rollup/bench/pipeline.ts',
      args: [kind, '20000'],
      quick: [kind, '2000'],
    })),
  },
  {
    name: 'dispute',
    title: 'A dispute about ten million steps',
    method:
      'One transaction that counts in a loop until 2^25 gas are spent is taken apart as either side of a dispute does it: all its states computed once, then each of them hashed into the tree of its steps, then a walk down to one of them and the proof of that step. One thread. Then the steps of reading a frame, of a full one and of the worst that the format allows.',
    programs: [
      { file: 'packages/dispute/bench/tree.ts', args: [], quick: ['--gas', '1000000'] },
      { file: 'packages/dispute/bench/frames.ts', args: [], quick: ['--quick'] },
    ],
  },
  {
    name: 'aggregator',
    title: 'Certificates of many operators',
    method:
      'One task of two quorums that needs the signature of every operator. The operators are one process, each with a connection of its own over loopback, and answer all at once; the aggregator and its database (PGlite on disk) are another. Timed until the certificate is announced over WebSocket. Beside it what verification alone takes, in a batch and one by one.',
    programs: [
      {
        file: 'services/aggregator/bench/certificate.ts',
        args: ['200', '7'],
        quick: ['50', '2'],
      },
    ],
  },
];

/** Other names, for one benchmark or several. */
export const ALIASES: Record<string, string[]> = {
  launch: ['layers'],
  rollup: ['rpc', 'pipeline', 'proof'],
};
