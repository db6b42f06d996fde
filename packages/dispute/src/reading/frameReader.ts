import { hexToBytes, keccak256 } from '@tephra/engine';
import { frameReaderCode } from '@tephra/l1/bytecode';
import { readWord } from '../commit/hash.ts';

/** Code of the contract that reads frames (contracts/src/rollup/frames/FrameReader.sol), and its hash. */
export const READER_CODE: Uint8Array = hexToBytes(frameReaderCode);
export const READER_HASH: bigint = readWord(keccak256(READER_CODE));
