import type { Hash, Hex } from '@tephra/protocol';
import type { Code } from '../machine/env.ts';

/** A step for the L1: what is called, and the codes that its registry must know by then. */
export type ProvenStep = { before: Hash; beforeProof: Hash[]; family: number; witness: Hex; codes: Code[] };

/** What a player does next. Each names what it is an answer to, so that it can't be taken for the answer to something else. */
export type Move =
  | { kind: 'reveal'; nodes: Hash[] }
  | { kind: 'pick'; child: number; node: Hash }
  | {
      kind: 'commitSteps';
      before: Hash;
      beforeProof: Hash[];
      root: Hash;
      firstProof: Hash[];
      lastProof: Hash[];
    }
  | ({ kind: 'proveStep' } & ProvenStep);

/** How a defence is entered. */
export type Defence = { root: Hash; firstProof: Hash[]; lastProof: Hash[] };
