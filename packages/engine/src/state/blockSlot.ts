import type { BlockContext } from '../engine.ts';
import { EngineError } from '../errors.ts';

export type OpenBlock = { context: BlockContext; gasUsed: bigint };

/** The one block that an engine can have open. */
export class BlockSlot {
  #open: OpenBlock | null = null;
  #newest: BlockContext | null = null;
  #closed = false;

  /** @throws EngineError ENGINE_CLOSED */
  assertUsable(): void {
    if (this.#closed) throw new EngineError('ENGINE_CLOSED', 'The engine is closed');
  }

  /** @throws EngineError ENGINE_CLOSED, BLOCK_ALREADY_OPEN */
  assertFree(): void {
    this.assertUsable();
    if (this.#open !== null) throw new EngineError('BLOCK_ALREADY_OPEN', `Block ${this.#open.context.number} is open`);
  }

  open(context: BlockContext): void {
    this.#open = { context, gasUsed: 0n };
    this.#newest = context;
  }

  /** The open block. @throws EngineError NO_OPEN_BLOCK */
  get(): OpenBlock {
    if (this.#open === null) throw new EngineError('NO_OPEN_BLOCK', 'No block is open');
    return this.#open;
  }

  /** Context of the open block; between blocks that of the last one. @throws EngineError NO_OPEN_BLOCK */
  newest(): BlockContext {
    const context = this.#open?.context ?? this.#newest;
    if (context === null) throw new EngineError('NO_OPEN_BLOCK', 'No block is open');
    return context;
  }

  clear(): void {
    this.#open = null;
  }

  close(): void {
    this.#open = null;
    this.#closed = true;
  }
}
