/** 40s: block information. */
import * as context from '../context';
import * as source from '../source';
import * as u256 from '../u256';

const HASH: usize = memory.data(32, 16);

export function opBlockhash(sp: usize): void {
  const p = sp - 32;
  const current = load<u64>(context.NUMBER);
  const wanted = load<u64>(p);
  if (!u256.fitsU64(p) || wanted >= current || current - wanted > 256) {
    u256.setU64(p, 0);
    return;
  }
  source.blockHash(wanted, HASH);
  u256.fromBytes(HASH, p);
}

export function opBlobhash(sp: usize): void {
  const p = sp - 32;
  if (!u256.fitsU64(p) || load<u64>(p) >= <u64>context.blobCount) u256.setU64(p, 0);
  else u256.fromBytes(context.blobHashes + (<usize>load<u64>(p) << 5), p);
}
