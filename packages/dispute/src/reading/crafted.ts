import { lzCompress, lzDecompress } from '@tephra/protocol';

/** Frames that no encoder makes, for tests and measurements. */

export function varint(value: bigint | number): number[] {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

/** A frame with such columns. @param code the same in another code than ours */
export function frameOf(
  firstBlock: bigint | number,
  body: Uint8Array | readonly number[],
  signatures: Uint8Array = new Uint8Array(0),
  code: Uint8Array = lzCompress(Uint8Array.from(body)),
): Uint8Array {
  const head = [1, ...varint(firstBlock), ...varint(body.length), ...varint(code.length)];
  const frame = new Uint8Array(head.length + code.length + signatures.length);
  frame.set(head);
  frame.set(code, head.length);
  frame.set(signatures, head.length + code.length);
  return frame;
}

/** The frame with its columns changed. */
export function withBody(frame: Uint8Array, change: (body: Uint8Array) => Uint8Array): Uint8Array {
  let at = 1;
  const read = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = frame[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const firstBlock = read();
  const size = Number(read());
  const codeSize = Number(read());
  const body = lzDecompress(frame.subarray(at, at + codeSize), size);
  return frameOf(firstBlock, change(body), frame.subarray(at + codeSize));
}
