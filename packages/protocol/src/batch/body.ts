import { CodecFault } from './batchError.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { dataColumn, readDataColumn } from './dataColumn.ts';
import { readIntegers, writeIntegers } from './integerColumn.ts';
import { MAX_FRAME_ITEMS, MAX_TRANSACTION_BYTES } from './limits.ts';
import { readAccessLists, readAuthorizations, writeAccessLists, writeAuthorizations } from './listColumns.ts';
import { readTemplate, type Template, templateOf, writeTemplate } from './template.ts';
import type { SignedParts, SystemParts, TransactionParts } from './transactionParts.ts';

/** Content of one frame. */
export type FrameContent = {
  continuesBlock: boolean;
  blockGoesOn: boolean;
  transactionGoesOn: boolean;
  /** `transactions` is the number that begin in this frame. */
  blocks: { timestamp: bigint; l1OriginNumber: bigint; transactions: number }[];
  carry: Uint8Array;
  transactions: TransactionParts[];
};

export function encodeBody(content: FrameContent): { body: Uint8Array; signatures: Uint8Array } {
  const output = new ByteWriter();
  output.byte((content.continuesBlock ? 1 : 0) | (content.blockGoesOn ? 2 : 0) | (content.transactionGoesOn ? 4 : 0));
  output.varint(content.blocks.length);
  writeIntegers(
    output,
    content.blocks.map((block) => block.timestamp),
  );
  writeIntegers(
    output,
    content.blocks.map((block) => block.l1OriginNumber),
  );
  writeIntegers(
    output,
    content.blocks.map((block) => BigInt(block.transactions)),
  );
  output.varint(content.carry.length);
  output.bytes(content.carry);

  const { templates, indexes } = templatesOf(content.transactions);
  output.varint(templates.length);
  for (const template of templates) writeTemplate(output, template);
  writeIntegers(
    output,
    indexes.map((index) => BigInt(index)),
  );
  const { signed, priced, listed, system } = selectColumns(content.transactions);
  writeIntegers(
    output,
    signed.map((parts) => parts.nonce),
  );
  writeIntegers(
    output,
    priced.map((parts) => parts.gasLimit),
  );
  writeIntegers(
    output,
    signed.map((parts) => parts.fee),
  );
  writeIntegers(
    output,
    signed.filter((parts) => hasPriorityFee(parts.kind)).map((parts) => parts.priorityFee),
  );
  writeIntegers(
    output,
    priced.map((parts) => parts.value),
  );
  writeAccessLists(
    output,
    listed.map((parts) => parts.accessList),
  );
  writeAuthorizations(
    output,
    signed.filter((parts) => parts.kind === 4).map((parts) => parts.authorizations),
  );
  for (const parts of system) output.bytes(parts.sourceHash);
  output.bytes(dataColumn(templates, indexes, content.transactions));
  return { body: output.finish(), signatures: encodeSignatures(signed) };
}

/** @throws CodecFault */
export function decodeBody(body: Uint8Array, signatures: Uint8Array): FrameContent {
  const input = new ByteReader(body);
  const flags = input.byte();
  if (flags > 7) throw new CodecFault(`flags ${flags}`);
  const blocks = readBlocks(input);
  const carry = input.bytes(input.count(MAX_TRANSACTION_BYTES, 'carry'));
  const templates: Template[] = [];
  const templateCount = input.count(MAX_FRAME_ITEMS, 'templates');
  for (let i = 0; i < templateCount; i++) templates.push(readTemplate(input));

  const total = blocks.reduce((sum, block) => sum + block.transactions, 0);
  const indexes = readIntegers(input, total).map(Number);
  const kinds = indexes.map((index) => {
    const template = templates[index];
    if (!template) throw new CodecFault(`template ${index} does not exist`);
    return template.kind;
  });
  const signedCount = kinds.filter((kind) => kind <= 4).length;
  const pricedCount = kinds.filter((kind) => kind !== 0xff).length;
  const nonces = readIntegers(input, signedCount);
  const gasLimits = readIntegers(input, pricedCount);
  const fees = readIntegers(input, signedCount);
  const priorityFees = readIntegers(input, kinds.filter(hasPriorityFee).length);
  const values = readIntegers(input, pricedCount);
  const lists = readAccessLists(input, kinds.filter(hasAccessList).length);
  const authorizations = readAuthorizations(input, kinds.filter((kind) => kind === 4).length);
  const systemCount = kinds.filter((kind) => kind === 0x7e).length;
  if (systemCount * 32 > input.remaining) throw new CodecFault('ends too early');
  const sourceHashes = Array.from({ length: systemCount }, () => input.bytes(32));
  const data = readDataColumn(input, templates, indexes);
  if (input.remaining > 0) throw new CodecFault(`${input.remaining} bytes too many`);
  const signatureOf = readSignatures(signatures, signedCount);

  const next = { signed: 0, priced: 0, priority: 0, listed: 0, authorized: 0, system: 0 };
  const transactions = indexes.map((index, i): TransactionParts => {
    const template = templates[index]!;
    const bytes = data[i]!;
    if (template.kind === 0xff) return { kind: 0xff, data: bytes };
    const gasLimit = gasLimits[next.priced]!;
    const value = values[next.priced++]!;
    if (template.kind === 0x7e) {
      const sourceHash = sourceHashes[next.system++]!;
      return { kind: 0x7e, sourceHash, from: template.from, to: template.to!, value, gasLimit, data: bytes };
    }
    const position = next.signed++;
    return {
      kind: template.kind,
      chainId: template.chainId,
      nonce: nonces[position]!,
      gasLimit,
      fee: fees[position]!,
      priorityFee: hasPriorityFee(template.kind) ? priorityFees[next.priority++]! : 0n,
      to: template.to,
      value,
      data: bytes,
      accessList: hasAccessList(template.kind) ? lists[next.listed++]! : [],
      authorizations: template.kind === 4 ? authorizations[next.authorized++]! : [],
      ...signatureOf(position),
    };
  });
  return {
    continuesBlock: (flags & 1) !== 0,
    blockGoesOn: (flags & 2) !== 0,
    transactionGoesOn: (flags & 4) !== 0,
    blocks,
    carry,
    transactions,
  };
}

const hasPriorityFee = (kind: TransactionParts['kind']): boolean => kind === 2 || kind === 4;
const hasAccessList = (kind: TransactionParts['kind']): boolean => kind === 1 || kind === 2 || kind === 4;

function readBlocks(input: ByteReader): FrameContent['blocks'] {
  const count = input.count(MAX_FRAME_ITEMS, 'blocks');
  if (count === 0) throw new CodecFault('frame without blocks');
  const timestamps = readIntegers(input, count);
  const origins = readIntegers(input, count);
  const counts = readIntegers(input, count);
  let total = 0n;
  return timestamps.map((timestamp, i) => {
    const transactions = counts[i]!;
    total += transactions;
    // Each transaction takes a byte of the template column or more.
    if (total > MAX_FRAME_ITEMS) throw new CodecFault(`${total} transactions`, 'LIMIT_EXCEEDED');
    if (total > BigInt(input.remaining)) throw new CodecFault('more transactions than bytes');
    return { timestamp, l1OriginNumber: origins[i]!, transactions: Number(transactions) };
  });
}

function templatesOf(transactions: TransactionParts[]): { templates: Template[]; indexes: number[] } {
  const templates: Template[] = [];
  const known = new Map<string, number>();
  const indexes = transactions.map((parts) => {
    const template = templateOf(parts);
    const writer = new ByteWriter();
    writeTemplate(writer, template);
    const key = String.fromCharCode(...writer.finish());
    let index = known.get(key);
    if (index === undefined) {
      index = templates.push(template) - 1;
      known.set(key, index);
    }
    return index;
  });
  return { templates, indexes };
}

function selectColumns(transactions: TransactionParts[]): {
  signed: SignedParts[];
  priced: (SignedParts | SystemParts)[];
  listed: SignedParts[];
  system: SystemParts[];
} {
  const signed: SignedParts[] = [];
  const priced: (SignedParts | SystemParts)[] = [];
  const system: SystemParts[] = [];
  for (const parts of transactions) {
    if (parts.kind === 0xff) continue;
    priced.push(parts);
    if (parts.kind === 0x7e) system.push(parts);
    else signed.push(parts);
  }
  return { signed, priced, system, listed: signed.filter((parts) => hasAccessList(parts.kind)) };
}

function encodeSignatures(signed: SignedParts[]): Uint8Array {
  const parityBytes = Math.ceil(signed.length / 8);
  const output = new Uint8Array(parityBytes + 64 * signed.length);
  signed.forEach((parts, i) => {
    if (parts.parity === 1) output[i >> 3]! |= 1 << (i & 7);
    output.set(parts.r, parityBytes + 32 * i);
    output.set(parts.s, parityBytes + 32 * (signed.length + i));
  });
  return output;
}

function readSignatures(
  source: Uint8Array,
  count: number,
): (position: number) => { parity: number; r: Uint8Array; s: Uint8Array } {
  const parityBytes = Math.ceil(count / 8);
  if (source.length !== parityBytes + 64 * count) {
    throw new CodecFault(`${count} signatures in ${source.length} bytes`);
  }
  if (count % 8 !== 0 && source[parityBytes - 1]! >> (count % 8) !== 0)
    throw new CodecFault('parity bits beyond the last');
  const word = (index: number) => source.subarray(parityBytes + 32 * index, parityBytes + 32 * (index + 1));
  return (position) => ({
    parity: (source[position >> 3]! >> (position & 7)) & 1,
    r: word(position),
    s: word(count + position),
  });
}
