import { OUTPUT_VERSION } from '@tephra/protocol';
import { addLeaf, leafPlaces, type OpenBranch } from '../block/indexTrie.ts';
import { NodeWorld } from '../block/nodeWorld.ts';
import { isPossible, type Opening, openingWords } from '../block/opening.ts';
import { CHAIN_STATE } from '../block/predeploys.ts';
import { OUTPUT_SLOTS, type Seal, sealWords } from '../block/seal.ts';
import { partialProof, WORD_TREE_DEPTH, wordTreeRoot } from '../commit/wordTree.ts';
import { HISTORY_DEPTH } from '../machine/context.ts';
import { EMPTY_TRIE_ROOT } from '../machine/entries.ts';
import type { Env, World } from '../machine/env.ts';
import { WitnessWriter } from './writer.ts';

/** The first step of a claim about a block: what its digests stand for, as far as the step comes. */
export function openingWitness(opening: Opening, env: Env): Uint8Array {
  const { content, index, row, parent, originHeader, messageCount } = opening.input;
  const out = new WitnessWriter().words(...openingWords(opening));
  out.words(wordTreeRoot(content.blocks), content.txsRoot, content.txCount, content.blockCount);
  if (row === undefined) return out.bytes();
  out.words(...partialProof(content.blocks, Number(index), WORD_TREE_DEPTH));
  out.words(row.number, row.timestamp, row.originNumber, row.firstTx, row.txCount);
  if (!isPossible(row, opening.input)) return out.bytes();
  const { output } = parent;
  out.words(OUTPUT_VERSION);
  for (const hash of [output.stateRoot, output.blockHash, output.outboxRoot]) out.words(BigInt(hash));
  out.words(output.inboxPosition, BigInt(output.inboxAccumulator));
  out.words(output.l1OriginNumber, BigInt(output.l1OriginHash), BigInt(output.historyRoot));
  out.content(parent.header);
  writeSlots(out, env.world, BigInt(output.stateRoot), { address: CHAIN_STATE, slots: [0n] });
  if (row.originNumber > output.l1OriginNumber) out.content(originHeader).words(messageCount);
  return out.bytes();
}

/** Slots of an account: the nodes on the way to it, then those on the way to each slot. */
function writeSlots(
  out: WitnessWriter,
  world: World,
  stateRoot: bigint,
  { address, slots }: { address: bigint; slots: readonly bigint[] },
): void {
  if (stateRoot !== EMPTY_TRIE_ROOT) out.nodes(world.accountProof(address));
  const root = world.account(address)?.storageRoot ?? EMPTY_TRIE_ROOT;
  if (root !== EMPTY_TRIE_ROOT) for (const slot of slots) out.nodes(world.slotProof(root, slot));
}

/** One of the last steps of a claim about a block. */
export function sealWitness(seal: Seal, env: Env): Uint8Array {
  const { block, progress } = seal;
  const out = new WitnessWriter().words(...sealWords(seal), ...progress.words);
  if (seal.stage !== 'header') {
    writeLeaf(out, seal);
    return out.bytes();
  }
  out.words(...block.words, ...progress.fields.facts.words);
  const { bloom } = progress.fields;
  for (let at = 0; at < bloom.length; at += 32) out.words(bloom.subarray(at, at + 32));
  const index = Number(BigInt.asUintN(HISTORY_DEPTH, block.fields.number));
  out.words(...partialProof(block.fields.history, index, HISTORY_DEPTH));
  const world = new NodeWorld(env.node, seal.root);
  for (const place of OUTPUT_SLOTS) writeSlots(out, world, seal.root, place);
  return out.bytes();
}

function writeLeaf(out: WitnessWriter, { stage, progress, place, stack }: Seal): void {
  const { count: total, transactionLeaves, receiptLeaves } = progress.fields;
  if (total === 0) return;
  const leaves = stage === 'transactions' ? transactionLeaves : receiptLeaves;
  for (const at of leafPlaces(place, total)) out.range(leaves, at, 1);
  addLeaf(stack, leaves, place, total, (branch: OpenBranch) => out.words(...branch.words));
}
