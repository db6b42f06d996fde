import { type Address, decodeAbiParameters, encodeAbiParameters, type Hash, type Hex, keccak256, toBytes } from 'viem';
import { ProtocolError } from '../errors.ts';
import { exact } from './exact.ts';

/**
 * That a block and all of its ancestors follow the rules of a rollup (contracts/src/vital/IVitalAttestation.sol,
 * `BlockStatement`): what operators of VITAL sign of a proof of validity.
 */
export type VitalBlockStatement = {
  /** Lower case. */
  rollup: Address;
  /** The rollup's when it was signed: voided packs take what was signed before with them. */
  revertEpoch: bigint;
  number: bigint;
  blockHash: Hash;
  outputRoot: Hash;
  l1OriginNumber: bigint;
  /** The statement speaks of the L1 with this hash at that number. */
  l1OriginHash: Hash;
  /** L1 block whose stakes count; operators take the origin's number, so that all take the same. */
  referenceBlock: number;
};

/** That a pack says what its blocks and frames are: what operators of VITAL sign of a pack. */
export type VitalPackStatement = {
  /** Lower case. */
  rollup: Address;
  revertEpoch: bigint;
  packHash: Hash;
  /** As in {@link VitalBlockStatement}, of the pack's last block. */
  referenceBlock: number;
};

/** What a task of VITAL is about, in its id. */
export type VitalTask =
  | {
      kind: 'block';
      rollup: Address;
      revertEpoch: bigint;
      number: bigint;
      l1OriginNumber: bigint;
      l1OriginHash: Hash;
    }
  | { kind: 'pack'; rollup: Address; revertEpoch: bigint; index: bigint; packHash: Hash };

const BLOCK = [
  {
    type: 'tuple',
    components: [
      { name: 'rollup', type: 'address' },
      { name: 'revertEpoch', type: 'uint64' },
      { name: 'number', type: 'uint64' },
      { name: 'blockHash', type: 'bytes32' },
      { name: 'outputRoot', type: 'bytes32' },
      { name: 'l1OriginNumber', type: 'uint64' },
      { name: 'l1OriginHash', type: 'bytes32' },
      { name: 'referenceBlock', type: 'uint32' },
    ],
  },
] as const;
const PACK = [
  {
    type: 'tuple',
    components: [
      { name: 'rollup', type: 'address' },
      { name: 'revertEpoch', type: 'uint64' },
      { name: 'packHash', type: 'bytes32' },
      { name: 'referenceBlock', type: 'uint32' },
    ],
  },
] as const;
const DOMAIN = [{ type: 'bytes32' }, { type: 'uint256' }, { type: 'address' }] as const;
const BLOCK_TYPEHASH = keccak256(
  toBytes(
    'TephraVitalBlock(uint256 chainId,address attestation,address rollup,uint64 revertEpoch,uint64 number,bytes32 blockHash,bytes32 outputRoot,uint64 l1OriginNumber,bytes32 l1OriginHash,uint32 referenceBlock)',
  ),
);
const PACK_TYPEHASH = keccak256(
  toBytes(
    'TephraVitalPack(uint256 chainId,address attestation,address rollup,uint64 revertEpoch,bytes32 packHash,uint32 referenceBlock)',
  ),
);

/** `abi.encode(BlockStatement)`. */
export function encodeVitalBlock(statement: VitalBlockStatement): Hex {
  return encodeAbiParameters(BLOCK, [statement]);
}

/** @throws ProtocolError ATTESTATION_MALFORMED for what is not exactly an encoded statement */
export function decodeVitalBlock(content: Hex): VitalBlockStatement {
  const decode = () => lowered(decodeAbiParameters(BLOCK, content)[0]);
  return exact(content, 'a statement about a block', decode, encodeVitalBlock);
}

/** Four words in the order of {@link VitalPackStatement}. */
export function encodeVitalPack(statement: VitalPackStatement): Hex {
  return encodeAbiParameters(PACK, [statement]);
}

/** @throws ProtocolError ATTESTATION_MALFORMED for what is not exactly an encoded statement */
export function decodeVitalPack(content: Hex): VitalPackStatement {
  const decode = () => lowered(decodeAbiParameters(PACK, content)[0]);
  return exact(content, 'a statement about a pack', decode, encodeVitalPack);
}

/** What operators sign of a block; equals `VitalAttestation.blockDigest`. */
export function vitalBlockDigest(l1ChainId: bigint, attestation: Address, statement: VitalBlockStatement): Hash {
  return keccak256(encodeAbiParameters([...DOMAIN, ...BLOCK], [BLOCK_TYPEHASH, l1ChainId, attestation, statement]));
}

/** What operators sign of a pack; equals `VitalAttestation.packDigest`. */
export function vitalPackDigest(l1ChainId: bigint, attestation: Address, statement: VitalPackStatement): Hash {
  return keccak256(encodeAbiParameters([...DOMAIN, ...PACK], [PACK_TYPEHASH, l1ChainId, attestation, statement]));
}

/**
 * Name of a task at operators and aggregator. Both find it without an event on the L1: it follows from the block or the pack.
 * A block's names the origin, because after an L1 reorganisation the same number is asked for again.
 */
export function vitalTaskId(task: VitalTask): string {
  const { rollup, revertEpoch } = task;
  if (task.kind === 'pack') return `pack:${rollup}:${revertEpoch}:${task.index}:${task.packHash}`;
  return `${vitalBlockPrefix({ rollup, revertEpoch, number: task.number })}${task.l1OriginNumber}-${task.l1OriginHash}`;
}

/** What the ids of all tasks about one block of one epoch begin with. */
export function vitalBlockPrefix(
  block: Pick<VitalBlockStatement, 'rollup' | 'revertEpoch' | 'number'>,
): `block:${string}:` {
  return `block:${block.rollup}:${block.revertEpoch}:${block.number}:`;
}

const ADDRESS = '(0x[0-9a-f]{40})';
const NUMBER = '(0|[1-9]\\d{0,18})';
const HASH = '(0x[0-9a-f]{64})';
const BLOCK_ID = new RegExp(`^block:${ADDRESS}:${NUMBER}:${NUMBER}:${NUMBER}-${HASH}$`);
const PACK_ID = new RegExp(`^pack:${ADDRESS}:${NUMBER}:${NUMBER}:${HASH}$`);

/** @throws ProtocolError ATTESTATION_MALFORMED */
export function parseVitalTaskId(taskId: string): VitalTask {
  const block = BLOCK_ID.exec(taskId);
  if (block) {
    const [, rollup, epoch, number, origin, hash] = block;
    return {
      kind: 'block',
      rollup: rollup as Address,
      revertEpoch: BigInt(epoch!),
      number: BigInt(number!),
      l1OriginNumber: BigInt(origin!),
      l1OriginHash: hash as Hash,
    };
  }
  const pack = PACK_ID.exec(taskId);
  if (pack) {
    const [, rollup, epoch, index, hash] = pack;
    return {
      kind: 'pack',
      rollup: rollup as Address,
      revertEpoch: BigInt(epoch!),
      index: BigInt(index!),
      packHash: hash as Hash,
    };
  }
  throw new ProtocolError('ATTESTATION_MALFORMED', `${taskId} names no task of VITAL`, {
    hint: 'A task is block:<rollup>:<epoch>:<number>:<origin> or pack:<rollup>:<epoch>:<index>:<hash>.',
  });
}

function lowered<T extends { rollup: Address }>(statement: T): T {
  return { ...statement, rollup: statement.rollup.toLowerCase() as Address };
}
