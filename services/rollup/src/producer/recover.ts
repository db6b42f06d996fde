import { type DecodedTransaction, decodeTransaction, InvalidTransactionError } from '@tephra/engine';
import type { JournalRecord } from '../journal/index.ts';
import type { ChainStore } from '../store/index.ts';
import {
  BlockBuilder,
  type BuilderDeps,
  type BuilderOptions,
  loadHistory,
  type ParentBlock,
  readMode,
} from '../transition/index.ts';
import { ProducerError } from './errors.ts';
import { type JournaledBlock, planReplay, type ReplayPlan } from './replayPlan.ts';
import type { ProducerSigner } from './signer.ts';

export type Recovered = {
  parent: ParentBlock;
  /** The block that was open when the node ended, with the same transactions at the same places. */
  open: BlockBuilder | null;
  /** To be taken in again; some may have been executed meanwhile. */
  queued: DecodedTransaction[];
};

export type RecoverDeps = BuilderDeps & { store: ChainStore; signer: ProducerSigner };

/** The newest sealed block as something to build upon. */
export async function loadParent(deps: Pick<RecoverDeps, 'engine' | 'store'>): Promise<ParentBlock> {
  const record = deps.store.headRecord();
  if (record === null) throw new Error('the chain has no block 0');
  const { header, l1Origin, output } = record;
  return {
    header,
    l1Origin,
    output,
    mode: await readMode(deps.engine, { stateRoot: header.stateRoot, context: header }),
    history: loadHistory(header, (number) => deps.store.headerByNumber(number)?.hash),
  };
}

/**
 * Brings the database up to what the journal acknowledged: seals what was sealed, to the same hashes, and opens the block
 * that was open.
 * @throws ProducerError RECOVERY_FAILED
 */
export async function recover(
  options: BuilderOptions,
  deps: RecoverDeps,
  records: JournalRecord[],
): Promise<Recovered> {
  const { store } = deps;
  const plan = planReplay(records);
  if (plan.rollbackTo !== null) await rollback(store, plan.rollbackTo, plan.blocks);
  let parent = await loadParent(deps);
  let open: BlockBuilder | null = null;
  for (const block of plan.blocks) {
    const { number } = block.begin;
    if (number <= parent.header.number) {
      const hash = store.headerByNumber(number)?.hash;
      if (block.seal !== null && block.seal.hash !== hash) {
        throw failed(`block ${number} was sealed as ${block.seal.hash}, the database has ${hash}`);
      }
      continue;
    }
    if (number !== parent.header.number + 1n || block.begin.parentHash !== parent.header.hash) {
      throw failed(`the journal goes on at block ${number}, the database ends at ${parent.header.number}`);
    }
    const builder = await replay(options, deps, parent, block);
    if (block.seal === null) {
      open = builder;
      break;
    }
    const sealed = await builder.seal();
    const { hash } = sealed.block.header;
    if (hash !== block.seal.hash)
      throw failed(`block ${number} was sealed as ${block.seal.hash}, replaying gives ${hash}`);
    store.append(sealed, deps.signer.signBlock({ chainId: options.chainId, number, hash }));
    await store.persisted();
    parent = sealed.parent;
  }
  const queued = plan.queued.map(({ raw, sender }) => decodeTransaction(raw, { chainId: options.chainId, sender }));
  return { parent, open, queued };
}

async function replay(
  options: BuilderOptions,
  deps: RecoverDeps,
  parent: ParentBlock,
  { begin, executed }: JournaledBlock,
): Promise<BlockBuilder> {
  const builder = await BlockBuilder.begin(options, deps, parent, {
    number: begin.number,
    timestamp: begin.timestamp,
    l1Origin: begin.l1Origin,
    protocolTransactions: begin.protocolTransactions,
  });
  for (const { raw, sender } of executed) {
    try {
      await builder.execute(decodeTransaction(Uint8Array.from(raw), { chainId: options.chainId, sender }));
    } catch (error) {
      if (!(error instanceof InvalidTransactionError)) throw error;
      throw failed(`a transaction of block ${begin.number} that was executed is invalid now: ${error.message}`);
    }
  }
  return builder;
}

/** Keeps the part of the new branch that the database has already. */
async function rollback(
  store: ChainStore,
  { number: to, cause }: NonNullable<ReplayPlan['rollbackTo']>,
  blocks: JournaledBlock[],
): Promise<void> {
  const head = store.head();
  if (head === null || head.number <= to) return;
  let keep = to;
  for (const { begin, seal } of blocks) {
    if (seal === null || begin.number !== keep + 1n || store.headerByNumber(begin.number)?.hash !== seal.hash) break;
    keep = begin.number;
  }
  if (keep < head.number) await store.rollbackTo(keep, cause);
}

const failed = (reason: string): ProducerError =>
  new ProducerError('RECOVERY_FAILED', `The journal and the database don't fit together: ${reason}`, {
    hint: 'Keep a copy of the folder, then rebuild the chain from the L1 into an empty one.',
  });
