import { decodeAbiParameters, encodeAbiParameters, type Hash, type Hex, keccak256 } from 'viem';
import type { Pack } from './types.ts';

/** ABI of struct Output (contracts/src/rollup/IRollup.sol). */
export const OUTPUT_COMPONENTS = [
  { name: 'stateRoot', type: 'bytes32' },
  { name: 'blockHash', type: 'bytes32' },
  { name: 'outboxRoot', type: 'bytes32' },
  { name: 'inboxPosition', type: 'uint64' },
  { name: 'inboxAccumulator', type: 'bytes32' },
  { name: 'l1OriginNumber', type: 'uint64' },
  { name: 'l1OriginHash', type: 'bytes32' },
  { name: 'historyRoot', type: 'bytes32' },
] as const;

/** ABI of struct Pack (contracts/src/rollup/IRollup.sol). */
export const PACK_COMPONENTS = [
  { name: 'index', type: 'uint64' },
  { name: 'firstBlock', type: 'uint64' },
  { name: 'lastBlock', type: 'uint64' },
  { name: 'parentOutputRoot', type: 'bytes32' },
  { name: 'contentRoot', type: 'bytes32' },
  { name: 'output', type: 'tuple', components: OUTPUT_COMPONENTS },
  { name: 'outputRoots', type: 'bytes32[]' },
  { name: 'frames', type: 'bytes32[]' },
  { name: 'terminal', type: 'bool' },
] as const;

/** abi.encode(pack). */
export function encodePack(pack: Pack): Hex {
  return encodeAbiParameters([{ type: 'tuple', components: PACK_COMPONENTS }], [pack]);
}

/** Reads what {@link encodePack} wrote. @throws what viem throws for other bytes */
export function decodePack(encoded: Hex): Pack {
  const [pack] = decodeAbiParameters([{ type: 'tuple', components: PACK_COMPONENTS }], encoded);
  return { ...pack, outputRoots: [...pack.outputRoots], frames: [...pack.frames] };
}

/** What the L1 keeps of a pack: keccak256(abi.encode(pack)). */
export function packHash(pack: Pack): Hash {
  return keccak256(encodePack(pack));
}
