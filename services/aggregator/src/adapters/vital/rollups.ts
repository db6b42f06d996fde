import { inRanges, type L1Client, rollupAbi, rollupFactoryAbi, vitalAttestationAbi } from '@tephra/l1';
import type { Address } from '@tephra/protocol';
import type { KnownRollup } from './node-client.ts';

/** What changes about a rollup. */
export type RollupState = { revertEpoch: bigint; packCount: bigint; isOver: boolean };

/** Rollups of VITAL's factory that name it, read from the L1's logs as they come. */
export class Rollups {
  readonly #attestation: Address;
  readonly #client: L1Client;
  readonly #known = new Map<Address, KnownRollup>();
  #factory: Address | undefined;
  #next = 0n;

  constructor(options: { attestation: Address }, deps: { client: L1Client }) {
    this.#attestation = options.attestation;
    this.#client = deps.client;
  }

  /** By address in lower case; undefined for one that is none of them (yet). */
  get(rollup: Address): KnownRollup | undefined {
    return this.#known.get(rollup);
  }

  all(): KnownRollup[] {
    return [...this.#known.values()];
  }

  /** Reads what is new. @throws what viem throws when the L1 does not answer */
  async refresh(): Promise<void> {
    const client = this.#client;
    const attestation = { address: this.#attestation, abi: vitalAttestationAbi } as const;
    this.#factory ??= await client.readContract({ ...attestation, functionName: 'factory' });
    const factory = this.#factory;
    if (this.#next === 0n) {
      const contract = { address: factory, abi: rollupFactoryAbi } as const;
      this.#next = await client.readContract({ ...contract, functionName: 'deployedAtBlock' });
    }
    const head = await client.getBlockNumber();
    if (head < this.#next) return;
    const logs = await inRanges({ from: this.#next, to: head }, (fromBlock, toBlock) =>
      client.getContractEvents({
        address: factory,
        abi: rollupFactoryAbi,
        eventName: 'RollupCreated',
        fromBlock,
        toBlock,
        strict: true,
      }),
    );
    for (const { args } of logs) {
      const contract = { address: args.rollup, abi: rollupAbi } as const;
      const named = await client.readContract({ ...contract, functionName: 'attestation' });
      if (named.toLowerCase() !== this.#attestation.toLowerCase()) continue;
      const rollup = args.rollup.toLowerCase() as Address;
      this.#known.set(rollup, { rollup, chainId: args.chainId });
    }
    this.#next = head + 1n;
  }

  /** @throws what viem throws when the L1 does not answer */
  async stateOf(rollup: Address): Promise<RollupState> {
    const contract = { address: rollup, abi: rollupAbi } as const;
    const [revertEpoch, packCount, terminalPack] = await Promise.all([
      this.#client.readContract({ ...contract, functionName: 'revertEpoch' }),
      this.#client.readContract({ ...contract, functionName: 'packCount' }),
      this.#client.readContract({ ...contract, functionName: 'terminalPack' }),
    ]);
    return { revertEpoch, packCount, isOver: terminalPack !== 0n };
  }
}
