import type { Address, Hex } from '@tephra/protocol';

/** Settings of a node in the form that `serve rollup` reads (services/rollup/src/config.ts, which checks them). */
export type NodeConfig = {
  name: string;
  dataDir: string;
  rpcPort: number;
  l1: {
    rpcUrl: string;
    chainId: number;
    depth: number;
    pollIntervalMs: number;
    factory: Address;
    rollup: Address;
    createdAtBlock: number;
  };
  genesisConfig: Hex;
  blockTimeMs: number;
  ordering: 'fcfs' | 'pga';
  /** Blocks whose state is kept; all when not given. */
  history?: 'archive' | number;
  engine?: 'wasm' | 'ethereumjs';
  producerKey: Hex;
  proposerKey: Hex;
  faucetKey: Hex;
  /** Object on the L1 to packs that are wrong. */
  challenge?: boolean;
  packs: { intervalMs: number; idleIntervalMs: number; maxBlocks: number };
  /** Whose certificates give tier 2 and bring packs to the L1. */
  attestation?: Address;
  adminToken: string;
};
