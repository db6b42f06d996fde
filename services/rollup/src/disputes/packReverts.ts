import type { Cancel, Logger } from '@tephra/core';
import type { PacksReverted } from '../batcher/index.ts';
import type { ChainReader, Setback } from '../chain.ts';

export type PackRevertsDeps = {
  chain: Pick<ChainReader, 'blockByNumber' | 'finalizedNumber'>;
  packs: { reverts(): readonly PacksReverted[]; onChange(listener: () => void): Cancel };
  /** Takes the chain back to a block (Producer). */
  goBack: (target: bigint, cause: Setback) => void;
  logger: Logger;
};

/**
 * Takes the chain back when the L1 voided packs that claimed this node's own blocks. What somebody else claimed falsely leaves the
 * chain as it is. Looks at all of the past: a node that was down meanwhile goes back at its start, and one that has gone back
 * finds that its blocks are others.
 */
export class PackReverts {
  readonly #deps: PackRevertsDeps;
  readonly #cancel: Cancel;

  constructor(deps: PackRevertsDeps) {
    this.#deps = deps;
    this.#cancel = deps.packs.onChange(() => this.look());
  }

  stop(): void {
    this.#cancel();
  }

  look(): void {
    const { chain, packs, goBack, logger } = this.#deps;
    for (const { revertEpoch, packs: fallen } of packs.reverts()) {
      const first = fallen[0];
      const own = fallen.find(({ lastBlock, outputRoot }) => chain.blockByNumber(lastBlock)?.outputRoot === outputRoot);
      if (first === undefined || own === undefined) continue;
      const target = first.firstBlock - 1n;
      if (target < chain.finalizedNumber()) {
        logger.error(
          { target, finalized: chain.finalizedNumber(), revertEpoch },
          'the L1 voided what it had made final',
        );
        continue;
      }
      goBack(target, { reason: 'packs-reverted', packIndex: first.index, revertEpoch });
      return;
    }
  }
}
