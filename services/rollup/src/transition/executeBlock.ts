import { decodeTransaction, hexToBytes, InvalidTransactionError } from '@tephra/engine';
import { type BlockContent, type InboxMessage, type L1Origin, originTransactions } from '@tephra/protocol';
import {
  BlockBuilder,
  type BuilderDeps,
  type BuilderOptions,
  type ParentBlock,
  type SealedBlock,
} from './blockBuilder.ts';
import { TransitionError } from './errors.ts';

/** What the L1 says about a block. */
export type L1Input = {
  origin: L1Origin;
  /** Every message from the parent's inbox position in L1 blocks <= the origin's number, when the origin advances. */
  messages: InboxMessage[];
};

/**
 * Executes a whole block from its content: what a node does that rebuilds the chain or checks it.
 * @throws ProtocolError, TransitionError: the content breaks a rule. The engine has no open block then.
 */
export async function executeBlock(
  options: BuilderOptions,
  deps: BuilderDeps,
  parent: ParentBlock,
  content: BlockContent,
  l1: L1Input,
): Promise<SealedBlock> {
  const advances = l1.origin.number !== parent.l1Origin.number;
  const builder = await BlockBuilder.begin(options, deps, parent, {
    number: content.number,
    timestamp: content.timestamp,
    l1Origin: l1.origin,
    protocolTransactions: advances
      ? originTransactions({
          chainId: options.chainId,
          origin: l1.origin,
          position: parent.output.inboxPosition,
          accumulator: parent.output.inboxAccumulator,
          messages: l1.messages,
        })
      : [],
  });
  const { hardfork } = options.rules;
  try {
    for (const [index, raw] of content.transactions.entries()) {
      try {
        await builder.execute(decodeTransaction(hexToBytes(raw), { chainId: options.chainId, hardfork }));
      } catch (error) {
        if (!(error instanceof InvalidTransactionError)) throw error;
        throw new TransitionError(
          'TRANSACTION_INVALID',
          `Transaction ${index} of block ${content.number} is invalid: ${error.message}`,
          {
            details: { blockNumber: content.number, index, code: error.code },
            cause: error,
          },
        );
      }
    }
    return await builder.seal();
  } catch (error) {
    await builder.abort();
    throw error;
  }
}
