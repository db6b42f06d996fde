import { CodecFault } from './batchError.ts';
import { type ByteReader, type ByteWriter, EMPTY } from './bytes.ts';
import { LEGACY_CHAIN_ID_LIMIT, MAX_TRANSACTION_BYTES } from './limits.ts';
import type { TransactionParts } from './transactionParts.ts';

/** What equal calls have in common (README.md, "Body"). */
export type Template = {
  kind: TransactionParts['kind'];
  chainId: bigint;
  from: Uint8Array;
  to: Uint8Array | null;
  dataLength: number;
  /** First bytes of the data: the selector of a call. */
  prefix: Uint8Array;
};

const PREFIX_BYTES = 4;

export function templateOf(parts: TransactionParts): Template {
  const opaque = parts.kind === 0xff;
  return {
    kind: parts.kind,
    chainId: opaque || parts.kind === 0x7e ? 0n : parts.chainId,
    from: parts.kind === 0x7e ? parts.from : EMPTY,
    to: opaque ? null : parts.to,
    dataLength: parts.data.length,
    prefix: opaque ? EMPTY : parts.data.subarray(0, PREFIX_BYTES),
  };
}

/** Bytes of data that are not in the template. */
export function tailLength(template: Template): number {
  return template.dataLength - template.prefix.length;
}

export function writeTemplate(output: ByteWriter, template: Template): void {
  output.byte(template.kind);
  if (hasChainId(template.kind)) output.varint(template.chainId);
  if (template.kind === 0x7e) output.bytes(template.from);
  if (template.kind !== 0xff) {
    output.byte(template.to ? 1 : 0);
    if (template.to) output.bytes(template.to);
  }
  output.varint(template.dataLength);
  output.bytes(template.prefix);
}

/** @throws CodecFault */
export function readTemplate(input: ByteReader): Template {
  const kind = kindOf(input.byte());
  const chainId = hasChainId(kind) ? input.varint() : 0n;
  if (kind === 3 && chainId >= LEGACY_CHAIN_ID_LIMIT) throw new CodecFault(`chain id ${chainId}`, 'LIMIT_EXCEEDED');
  const from = kind === 0x7e ? input.bytes(20) : EMPTY;
  const to = kind === 0xff ? null : readRecipient(input);
  if (kind === 0x7e && to === null) throw new CodecFault('system transaction without recipient');
  const dataLength = input.count(MAX_TRANSACTION_BYTES, 'data length');
  const prefix = kind === 0xff ? EMPTY : input.bytes(Math.min(PREFIX_BYTES, dataLength));
  return { kind, chainId, from, to, dataLength, prefix };
}

function readRecipient(input: ByteReader): Uint8Array | null {
  const flag = input.byte();
  if (flag > 1) throw new CodecFault(`recipient flag ${flag}`);
  return flag === 1 ? input.bytes(20) : null;
}

function hasChainId(kind: Template['kind']): boolean {
  return kind === 1 || kind === 2 || kind === 3 || kind === 4;
}

function kindOf(byte: number): Template['kind'] {
  if (byte <= 4 || byte === 0x7e || byte === 0xff) return byte as Template['kind'];
  throw new CodecFault(`transaction kind ${byte}`);
}
