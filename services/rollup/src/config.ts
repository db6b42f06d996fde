import { MAX_POV_BLOCKS } from '@tephra/protocol';
import { z } from 'zod';

const address = z.templateLiteral(['0x', z.string().regex(/^[0-9a-fA-F]{40}$/)]);
const privateKey = z.templateLiteral(['0x', z.string().regex(/^[0-9a-fA-F]{64}$/)]);

/** Settings of one rollup node, written by the launchpad to `<dir>/node.json` (mode 0600) and read by `serve rollup`. */
export const rollupNodeConfig = z.object({
  name: z.string(),
  /** LMDB, journal and logs live here. */
  dataDir: z.string(),
  /** Loopback port of HTTP and WebSocket JSON-RPC; 0 = any free port, reported in `<dir>/node.port`. */
  rpcPort: z.number().int(),
  l1: z.object({
    rpcUrl: z.string(),
    chainId: z.number().int(),
    /** Blocks that must lie on top of an L1 block before it is read. */
    depth: z.number().int().min(0).default(1),
    pollIntervalMs: z.number().int().default(250),
    factory: address,
    rollup: address,
    /** L1 block of the chain's creation, where log scans start. */
    createdAtBlock: z.number().int(),
  }),
  /** ABI-encoded genesis configuration as recorded on the L1. */
  genesisConfig: z.string(),
  /** 100 to 60,000. */
  blockTimeMs: z.number().int().min(100).max(60_000),
  /** First come first served, or the priority gas auction in sub-slots of at most 50 ms. */
  ordering: z.enum(['fcfs', 'pga']).default('fcfs'),
  /** Room on the disk below which no transactions are taken, bytes; default 64 MiB. */
  diskReserveBytes: z.number().int().min(0).optional(),
  /** What may wait for its turn. */
  mempool: z
    .object({
      /** Transactions, all together. */
      maxWaiting: z.number().int().min(1).optional(),
      /** Of one account, waiting for an earlier nonce. */
      maxPerAccount: z.number().int().min(1).optional(),
      /** What waited for longer is forgotten. */
      lifetimeMs: z.number().int().min(1_000).optional(),
    })
    .optional(),
  /** Which EVM executes: our own in WebAssembly (default), or ethereumjs, the independent second one; they agree on every result. */
  engine: z.enum(['wasm', 'ethereumjs']).optional(),
  /** Signs promises and block hashes. */
  producerKey: privateKey,
  /** Bonded L1 account that posts frames, packs and settlement batches. */
  proposerKey: privateKey,
  /** May call Faucet.drip on the layer. */
  faucetKey: privateKey,
  packs: z.object({
    /** Post when blocks with transactions wait this long. */
    intervalMs: z.number().int().default(4_000),
    /** Post empty blocks at least this often. */
    idleIntervalMs: z.number().int().default(30_000),
    maxBlocks: z.number().int().default(512),
  }),
  /** VITAL's contract for certificates, where the chain names one at its creation; without it tier 2 is a pack on the L1. */
  attestation: address.optional(),
  /** One proof of validity covers so many blocks, or fewer when these take longer than so many seconds; default 6 and 10. */
  pov: z.object({ blocks: z.number().int().min(1).max(MAX_POV_BLOCKS), seconds: z.number().positive() }).optional(),
  /**
   * States that can be asked for: all of them, or those of at least so many of the newest blocks (and of all that the L1
   * could still take back). Blocks, receipts and logs stay in any case. Default `archive`.
   */
  history: z.union([z.literal('archive'), z.number().int().min(1)]).optional(),
  /** Object on the L1 to packs of this chain that are wrong, with the proposer's account; default false. */
  challenge: z.boolean().optional(),
  /** Index what concerned each address, for `tephra_getAddressActivity`; default true. Built at the start when it was off. */
  activityIndex: z.boolean().optional(),
  /** Secret for admin_* methods; the launchpad's. */
  adminToken: z.string(),
});
export type RollupNodeConfig = z.infer<typeof rollupNodeConfig>;
