import { readBytes } from '../commit/wordTree.ts';
import type { Ref } from './state.ts';

/** Bytes of what a reference names, from `from` on; zeros beyond its end. */
export function refBytes(ref: Ref, from = 0, length = ref.length): Uint8Array {
  const available = Math.max(0, Math.min(length, ref.length - from));
  const bytes = new Uint8Array(length);
  if (available > 0) bytes.set(readBytes(ref.tree, ref.offset + from, available));
  return bytes;
}
