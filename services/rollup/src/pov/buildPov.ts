import { bytesToHex, codeKey, encodeRlp, headerToRlp, hexToBytes, type StateStore } from '@tephra/engine';
import { recordPov, type ValidateDeps, type ValidatedPov, type ValidateOptions } from '@tephra/engine/stvf';
import {
  type ChainRules,
  encodePov,
  type Hash,
  type HistoryTree,
  type Output,
  type Pov,
  type PovMessage,
} from '@tephra/protocol';
import type { Header, StoredBlock } from '../chain.ts';
import { contentOf } from '../transition/index.ts';

export type PovInput = {
  chainId: bigint;
  rules: ChainRules;
  parent: { header: Header; output: Output; history: HistoryTree };
  /** Up to 6, each with the inbox messages that its origin brought. */
  blocks: (Pick<StoredBlock, 'header' | 'transactions' | 'l1Origin' | 'output' | 'outputRoot'> & {
    messages: PovMessage[];
  })[];
};

export type BuiltPov = {
  /** The wire form. */
  bytes: Uint8Array;
  /** What execution gave: the blocks' own roots, or building had failed. */
  validated: ValidatedPov;
};

/**
 * Makes the proof of validity of some blocks: executes them in the program that verifiers run, which asks for each node of
 * the state when it first needs it.
 * @throws PovError: MISSING_NODE when the store no longer has the state, WRONG_... when the stored blocks are not what
 *   execution gives
 */
export function buildPov(
  input: PovInput,
  options: ValidateOptions,
  deps: ValidateDeps & { store: StateStore },
): BuiltPov {
  const { parent } = input;
  const pov: Pov = {
    chainId: input.chainId,
    rules: input.rules,
    parent: {
      header: bytesToHex(encodeRlp(headerToRlp(parent.header))),
      historyRoot: parent.output.historyRoot,
    },
    blocks: input.blocks.map(({ header, l1Origin, transactions, outputRoot, messages }, i) => {
      const before = input.blocks[i - 1]?.l1Origin.number ?? parent.output.l1OriginNumber;
      return {
        timestamp: header.timestamp,
        origin: l1Origin.number === before ? null : { ...l1Origin, messages },
        transactions: contentOf(header, l1Origin, transactions).transactions,
        claim: {
          stateRoot: header.stateRoot,
          receiptsRoot: header.receiptsRoot,
          blockHash: header.hash,
          outputRoot,
        },
      };
    }),
    nodes: [],
  };
  const history = parent.history.preimages();
  const preimage = (hash: Uint8Array): Uint8Array | undefined => {
    const found = deps.store.get(hash) ?? deps.store.get(codeKey(hash));
    if (found !== undefined) return found;
    const pair = history.get(bytesToHex(hash) as Hash);
    return pair && hexToBytes(pair);
  };
  const nodes: Uint8Array[] = [];
  const validated = recordPov(encodePov(pov), options, deps, (hash) => {
    const node = preimage(hash);
    if (node !== undefined) nodes.push(node);
    return node;
  });
  return { bytes: encodePov({ ...pov, nodes }), validated };
}
