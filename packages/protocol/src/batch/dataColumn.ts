import { CodecFault } from './batchError.ts';
import { type ByteReader, ByteWriter } from './bytes.ts';
import { lzCompress } from './lz.ts';
import { type Template, tailLength } from './template.ts';
import type { TransactionParts } from './transactionParts.ts';

const ROWS = 0;
const PLANES = 1;
/** Beyond this, calls are hash lists or code, in which rows repeat and planes never do. */
const LONGEST_PLANE_TAIL = 1024;
/** Calls that are compressed both ways to choose a layout. */
const SAMPLE = 96;

/** Tails of all transactions, template by template, in the layout that makes the smaller code. */
export function dataColumn(templates: Template[], indexes: number[], transactions: TransactionParts[]): Uint8Array {
  const tails: Uint8Array[][] = templates.map(() => []);
  transactions.forEach((parts, i) => {
    const index = indexes[i]!;
    tails[index]!.push(parts.data.subarray(templates[index]!.prefix.length));
  });
  const output = new ByteWriter();
  templates.forEach((template, i) => {
    writeTails(output, tails[i]!, tailLength(template));
  });
  return output.finish();
}

/** Whole data of each transaction, in order. @throws CodecFault */
export function readDataColumn(input: ByteReader, templates: Template[], indexes: number[]): Uint8Array[] {
  const counts = new Array<number>(templates.length).fill(0);
  for (const index of indexes) counts[index]!++;
  const tails = templates.map((template, i) => readTails(input, counts[i]!, tailLength(template)));
  const taken = new Array<number>(templates.length).fill(0);
  return indexes.map((index) => {
    const template = templates[index]!;
    const data = new Uint8Array(template.dataLength);
    data.set(template.prefix);
    data.set(tails[index]!(taken[index]!++), template.prefix.length);
    return data;
  });
}

function writeTails(output: ByteWriter, tails: Uint8Array[], length: number): void {
  const rows = new Uint8Array(tails.length * length);
  tails.forEach((tail, i) => {
    rows.set(tail, i * length);
  });
  if (tails.length > 1 && length > 0 && length <= LONGEST_PLANE_TAIL) {
    const sample = tails.slice(0, SAMPLE);
    const inPlanes = lzCompress(planesOf(sample, length)).length;
    if (inPlanes < lzCompress(rows.subarray(0, sample.length * length)).length) {
      output.byte(PLANES);
      output.bytes(planesOf(tails, length));
      return;
    }
  }
  output.byte(ROWS);
  output.bytes(rows);
}

function planesOf(tails: Uint8Array[], length: number): Uint8Array {
  const planes = new Uint8Array(tails.length * length);
  tails.forEach((tail, i) => {
    for (let j = 0; j < length; j++) planes[j * tails.length + i] = tail[j]!;
  });
  return planes;
}

function readTails(input: ByteReader, count: number, length: number): (i: number) => Uint8Array {
  const layout = input.byte();
  const source = input.bytes(count * length);
  if (layout === ROWS) return (i) => source.subarray(i * length, (i + 1) * length);
  if (layout !== PLANES) throw new CodecFault(`data layout ${layout}`);
  return (i) => {
    const tail = new Uint8Array(length);
    for (let j = 0; j < length; j++) tail[j] = source[j * count + i]!;
    return tail;
  };
}
