import { errorMessage, type Logger } from '@tephra/core';
import { challengeManagerAbi, originRegistryAbi, rollupAbi, type TransactionSender } from '@tephra/l1';
import type { Address } from '@tephra/protocol';
import { encodeFunctionData, zeroAddress, zeroHash } from 'viem';

export type OriginKeeperDeps = {
  sender: Pick<TransactionSender, 'send' | 'client'>;
  logger: Logger;
};

/**
 * Has the L1 remember the origins of packs. Whoever defends a pack shows the origin of a block in it; the L1 itself forgets it
 * after 8,191 blocks, and windows may be longer. With the newest origin of each pack kept, the others are a few headers away.
 */
export class OriginKeeper {
  readonly #rollup: Address;
  readonly #deps: OriginKeeperDeps;
  /** Null where nothing of the chain can be disputed. */
  #registry: Promise<Address | null> | undefined;

  constructor(rollup: Address, deps: OriginKeeperDeps) {
    this.#rollup = rollup;
    this.#deps = deps;
  }

  /** A pack counts also where this fails: it is said in the log, and may be done by anybody while the L1 knows the block. */
  async keep(number: bigint, signal: AbortSignal): Promise<void> {
    const { sender, logger } = this.#deps;
    try {
      this.#registry ??= this.#findRegistry();
      const registry = await this.#registry;
      if (registry === null) return;
      const at = { address: registry, abi: originRegistryAbi } as const;
      const known = await sender.client.readContract({ ...at, functionName: 'hashOf', args: [number] });
      if (known !== zeroHash) return;
      await sender.send({
        to: registry,
        data: encodeFunctionData({ ...at, functionName: 'record', args: [number] }),
        signal,
      });
    } catch (error) {
      this.#registry = undefined;
      if (!signal.aborted)
        logger.warn({ origin: number, reason: errorMessage(error) }, 'the origin of a pack was not recorded');
    }
  }

  async #findRegistry(): Promise<Address | null> {
    const { client } = this.#deps.sender;
    const game = await client.readContract({ address: this.#rollup, abi: rollupAbi, functionName: 'disputeGame' });
    if (game === zeroAddress) return null;
    return client.readContract({ address: game, abi: challengeManagerAbi, functionName: 'origins' });
  }
}
