import type { Engine, StateRef } from '@tephra/engine';
import { type Hash, PREDEPLOYS } from '@tephra/protocol';
import { numberToHex } from 'viem';
import type { ChainMode } from '../chain.ts';

/** What the ChainState and Outbox predeploys hold, read from storage by their fixed layout (IPredeploys.sol). */
export type PredeployState = {
  mode: ChainMode;
  l1OriginNumber: bigint;
  l1OriginHash: Hash;
  inboxPosition: bigint;
  inboxAccumulator: Hash;
  outboxRoot: Hash;
};

const MODES: readonly ChainMode[] = ['active', 'settle', 'settled'];
const slot = (index: number): Hash => numberToHex(index, { size: 32 });
const SLOTS = [0, 1, 2].map(slot) as [Hash, Hash, Hash];
const UINT64 = (1n << 64n) - 1n;

/** Reads it at a stored root or in the open block. */
export async function readPredeploys(engine: Engine, at: StateRef): Promise<PredeployState> {
  const [packed, l1OriginHash, inboxAccumulator] = (await Promise.all(
    SLOTS.map((key) => engine.getStorage(PREDEPLOYS.chainState, key, at)),
  )) as [Hash, Hash, Hash];
  const outboxRoot = await engine.getStorage(PREDEPLOYS.outbox, slot(0), at);
  const word = BigInt(packed);
  const mode = MODES[Number((word >> 192n) & 255n)];
  if (mode === undefined) throw new Error(`ChainState holds an unknown mode: ${packed}`);
  return {
    mode,
    l1OriginNumber: word & UINT64,
    l1OriginHash,
    inboxPosition: (word >> 128n) & UINT64,
    inboxAccumulator,
    outboxRoot,
  };
}

/** Mode alone: after transactions that may change it. */
export async function readMode(engine: Engine, at: StateRef): Promise<ChainMode> {
  const word = BigInt(await engine.getStorage(PREDEPLOYS.chainState, SLOTS[0], at));
  return MODES[Number((word >> 192n) & 255n)] ?? 'active';
}
