import type { Address, Hash, Hex } from '../types.ts';

/** What of a pack is disputed: a block, or that the frames hold the content. */
export type DisputedClaim = { kind: 'block' | 'reading'; packIndex: bigint; blockIndex: bigint };

/** An instruction of code; `push` is what it puts on the stack. */
export type DisassembledInstruction = { pc: number; name: string; push?: Hex; current: boolean };

/** A state of the machine, as much of it as a reader looks at. */
export type MachineView = {
  /** What the trees of the game have as a leaf. */
  digest: Hash;
  /** `run` where an instruction is about to be executed; other kinds come before and after transactions. */
  kind: string;
  gas: bigint | null;
  pc: number | null;
  /** Top first, at most 16. */
  stack: Hex[];
  stackSize: number;
  /** At most 8 words around what the step touches; offsets in bytes. */
  memory: { offset: number; word: Hex }[];
  memoryWords: number;
};

/** The one step that a game came to, as a node of the chain sees it. */
export type StepReport = {
  gameId: bigint;
  claim: DisputedClaim;
  /** Leaf of the tree over segments that is contested, and of the tree over the segment's steps. */
  segment: number;
  step: number;
  /** What kind of step it is, such as `0x55` or `load`. */
  label: string;
  /** Hash of the transaction that it belongs to, where it belongs to one. */
  transactionHash: Hash | null;
  instruction: {
    opcode: number;
    name: string;
    pc: number;
    /** Frames below. */
    depth: number;
    address: Address;
    disassembly: DisassembledInstruction[];
  } | null;
  before: MachineView;
  after: MachineView;
  /** What the defender claims to come after `before`. */
  claimedAfter: Hash;
  /** Which contract of the verifier checks it. */
  family: string;
};
