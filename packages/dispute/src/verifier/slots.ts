import { bytesToHex, keccak256 } from '@tephra/engine';
import type { Hash, InboxMessage } from '@tephra/protocol';
import { CHUNK_TREE_DEPTH, chunksOf } from '../commit/chunkTree.ts';
import { hashWords, readWord } from '../commit/hash.ts';
import { partialRoot, wordTreeOf, wordTreeRoot } from '../commit/wordTree.ts';
import type { Code } from '../machine/env.ts';
import { designatedBy } from '../machine/frames.ts';
import { FRAME_TREE_DEPTH } from '../reading/frameInput.ts';

/** What the L1 knows that steps ask for. */
export type L1Facts = {
  /** All messages of the chain's inbox, from the first one on. */
  messages: readonly Pick<InboxMessage, 'l1Block' | 'l1Timestamp' | 'accumulator'>[];
  /** Hashes of L1 blocks that were recorded, by number. */
  origins: ReadonlyMap<bigint, Hash>;
};

type Slots = Record<Hash, Hash>;

const word = (value: bigint): Hash => `0x${value.toString(16).padStart(64, '0')}`;

/** Storage of a CodeRegistry that was shown some code: `mapping(bytes32 => Code)` in slot 0. */
export function registrySlots(codes: readonly Code[]): Slots {
  const slots: Slots = {};
  for (const code of codes) {
    const first = readWord(hashWords(code.hash, 0));
    const known = 1n << 64n;
    const delegate = (designatedBy(code) ?? 0n) << 72n;
    slots[word(first)] = bytesToHex(partialRoot(chunksOf(code), CHUNK_TREE_DEPTH));
    slots[word(first + 1n)] = bytesToHex(wordTreeRoot(code.tree));
    slots[word(first + 2n)] = word(BigInt(code.bytes.length) | known | delegate);
  }
  return slots;
}

/** Storage of what reads frames and was shown these: `mapping(bytes32 => FrameTree)` in slot 0. */
export function frameSlots(frames: readonly Uint8Array[]): Slots {
  const slots: Slots = {};
  for (const frame of frames) {
    const first = readWord(hashWords(keccak256(frame), 0));
    slots[word(first)] = bytesToHex(partialRoot(wordTreeOf(frame), FRAME_TREE_DEPTH));
    slots[word(first + 1n)] = word(BigInt(frame.length) | (1n << 64n));
  }
  return slots;
}

/** Where the Inbox has its entries, of two slots each. */
const ENTRIES = 2n;

/** Storage of an Inbox with these messages. */
export function inboxSlots({ messages }: L1Facts): Slots {
  const slots: Slots = { [word(ENTRIES)]: word(BigInt(messages.length)) };
  const first = readWord(hashWords(ENTRIES));
  messages.forEach(({ accumulator, l1Timestamp, l1Block }, i) => {
    slots[word(first + 2n * BigInt(i))] = accumulator;
    slots[word(first + 2n * BigInt(i) + 1n)] = word(l1Timestamp | (l1Block << 64n));
  });
  return slots;
}

/** Storage of an OriginRegistry: `mapping(uint64 => bytes32)` in slot 0. */
export function originSlots({ origins }: L1Facts): Slots {
  return Object.fromEntries([...origins].map(([number, hash]) => [bytesToHex(hashWords(number, 0)), hash]));
}
