/** How far a thing is that waits for an L1 block. */
export type Wait = {
  blocks: number;
  /** Time until then on the L1's clock, ms; by its usual block time. */
  ms: number;
  ready: boolean;
};

/** `effectBlock` is the first block in which it can be done; wallets simulate on the newest one, so that has to be it. */
export function waitFor(effectBlock: number, head: number, blockTimeMs: number): Wait {
  const blocks = Math.max(0, effectBlock - head);
  return { blocks, ms: blocks * blockTimeMs, ready: blocks === 0 };
}
