import { isTephraError } from '@tephra/core';
import type { BlockContext, StateRef } from '@tephra/engine';
import type { Header } from '../chain.ts';
import type { CachedBlock } from './block-cache.ts';
import type { RpcContext } from './context.ts';
import { headerNotFound, RPC_ERROR, RpcError, stateNotKept } from './errors.ts';
import type { BlockRef } from './params.ts';

/** The sealed header that a reference names; `pending` is the newest sealed one here. Undefined when there is none. */
export function headerOf(context: RpcContext, ref: BlockRef): Header | undefined {
  const { chain } = context;
  if ('hash' in ref) return chain.headerByHash(ref.hash);
  if ('number' in ref) return chain.headerByNumber(ref.number);
  switch (ref.tag) {
    case 'earliest':
      return chain.headerByNumber(0n);
    case 'safe':
      return chain.headerByNumber(chain.safeNumber());
    case 'finalized':
      return chain.headerByNumber(chain.finalizedNumber());
    default:
      return chain.head();
  }
}

/** The sealed block that a reference names. */
export function blockOf(context: RpcContext, ref: BlockRef): CachedBlock | undefined {
  const header = headerOf(context, ref);
  return header && context.blocks.byNumber(header.number);
}

/** @throws RpcError -32000 "block not found" */
export function requireBlock(context: RpcContext, ref: BlockRef): CachedBlock {
  const block = blockOf(context, ref);
  if (block === undefined) throw new RpcError(RPC_ERROR.server, 'block not found');
  return block;
}

export function isPending(ref: BlockRef): boolean {
  return 'tag' in ref && ref.tag === 'pending';
}

/** @throws RpcError -32000 "header not found", or that the state of the block is not kept any more */
export function requireState(context: RpcContext, header: Header | undefined): Header {
  if (!header) throw headerNotFound();
  const oldest = context.chain.stateFrom();
  if (header.number < oldest) throw stateNotKept(header.stateRoot, oldest);
  return header;
}

export type StateView = {
  at: StateRef;
  context: BlockContext;
};

/**
 * The state that a reference names. `pending` is the open block, or the newest sealed one between two blocks.
 * @throws as {@link requireState}
 */
export function stateOf(context: RpcContext, ref: BlockRef): StateView {
  if (isPending(ref)) {
    const open = context.chain.open();
    if (open) return { at: 'open', context: open.context };
  }
  const header = requireState(context, headerOf(context, ref));
  return { at: { stateRoot: header.stateRoot, context: header }, context: header };
}

/** Reads a state. @throws as {@link requireState} */
export function readState<T>(context: RpcContext, ref: BlockRef, read: (view: StateView) => Promise<T>): Promise<T> {
  return betweenBlocks(context, () => read(stateOf(context, ref)));
}

/** Attempts to read while a block is being sealed, 1 ms and more apart: sealing takes milliseconds. */
const ATTEMPTS = 1_000;

/**
 * Repeats a read of the open block that met the moment in which the block is closed but not yet stored. To read the newest
 * stored block instead would show a state without the transactions that were just promised.
 */
export async function betweenBlocks<T>(context: Pick<RpcContext, 'clock'>, read: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read();
    } catch (error) {
      if (!isTephraError(error, 'NO_OPEN_BLOCK') || attempt >= ATTEMPTS) throw error;
    }
    await context.clock.sleep(1);
  }
}
