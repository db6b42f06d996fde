import type { Hash, Hex } from '@tephra/protocol';

/** Code by its hash. */
export type ShownCode = { hash: bigint; bytes: Uint8Array };

/** A step for the L1: what is called, and what its registries must know by then: codes, and frames that are read. */
export type ProvenStep = {
  before: Hash;
  beforeProof: Hash[];
  family: number;
  witness: Hex;
  codes: ShownCode[];
  frames?: Uint8Array[];
  /** L1 block whose hash must be kept. */
  origin?: bigint;
};

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
