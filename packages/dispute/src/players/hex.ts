import { bytesToHex } from '@tephra/engine';
import type { Hash } from '@tephra/protocol';
import type { Digest } from '../commit/hash.ts';
import type { Place, Trees } from '../tree/claimTrees.ts';

export const hashOf = (digest: Digest): Hash => bytesToHex(digest) as Hash;

export const nodeOf = (trees: Trees, place: Place): Hash => hashOf(trees.node(place));

export const proofOf = (trees: Trees, place: Parameters<Trees['proof']>[0]): Hash[] => trees.proof(place).map(hashOf);
