import { type L1Client, rpcAnswer } from '@tephra/l1';
import type { Address } from '@tephra/protocol';
import { parseAbi } from 'viem';

const WAD = 10n ** 18n;

const STRATEGY = parseAbi([
  'function totalShares() view returns (uint256)',
  'function sharesToUnderlyingView(uint256 amountShares) view returns (uint256)',
]);

export type StrategyRate = {
  totalShares: bigint;
  totalUnderlying: bigint;
  /** Underlying units of 1e18 shares. */
  perShare: bigint;
};

/** What shares are worth: no log tells it, because gifts and rebasing tokens change it without one. */
export class StrategyRates {
  readonly #client: L1Client;
  readonly #native: { strategy: string; manager: Address };
  #cache: { block: number; rates: Map<string, Promise<StrategyRate>> } = { block: -1, rates: new Map() };

  constructor(client: L1Client, native: { strategy: Address; manager: Address }) {
    this.#client = client;
    this.#native = { strategy: native.strategy.toLowerCase(), manager: native.manager };
  }

  /** As of an L1 block; a strategy that does not answer is worth nothing. @throws L1 errors */
  async at(block: number, strategies: readonly string[]): Promise<Map<string, StrategyRate>> {
    if (this.#cache.block !== block) this.#cache = { block, rates: new Map() };
    const { rates } = this.#cache;
    const found = await Promise.all(
      [...new Set(strategies)].map(async (strategy): Promise<[string, StrategyRate]> => {
        const rate = rates.get(strategy) ?? this.#read(strategy as Address, BigInt(block));
        rates.set(strategy, rate);
        rate.catch(() => rates.delete(strategy));
        return [strategy, await rate];
      }),
    );
    return new Map(found);
  }

  async #read(strategy: Address, blockNumber: bigint): Promise<StrategyRate> {
    const native = strategy.toLowerCase() === this.#native.strategy;
    const contract = { address: native ? this.#native.manager : strategy, abi: STRATEGY, blockNumber } as const;
    try {
      const totalShares = await this.#client.readContract({ ...contract, functionName: 'totalShares' });
      if (native) return { totalShares, totalUnderlying: totalShares, perShare: WAD };
      const [totalUnderlying, perShare] = await Promise.all([
        this.#client.readContract({ ...contract, functionName: 'sharesToUnderlyingView', args: [totalShares] }),
        this.#client.readContract({ ...contract, functionName: 'sharesToUnderlyingView', args: [WAD] }),
      ]);
      return { totalShares, totalUnderlying, perShare };
    } catch (error) {
      // The node answered, so the contract did not: anybody can register a strategy that reverts.
      if (rpcAnswer(error) === undefined && !isContractAnswer(error)) throw error;
      return { totalShares: 0n, totalUnderlying: 0n, perShare: native ? WAD : 0n };
    }
  }
}

/** What shares are worth in the token's smallest units, rounded down. */
export function underlyingOf(shares: bigint, rate: StrategyRate | undefined): bigint {
  return rate ? (shares * rate.perShare) / WAD : 0n;
}

function isContractAnswer(error: unknown): boolean {
  return error instanceof Error && /returned no data|reverted/.test(error.message);
}
