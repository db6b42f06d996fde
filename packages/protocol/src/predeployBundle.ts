import { bytesToHex, type Hex, hexToBytes } from 'viem';
import { ByteReader, ByteWriter } from './batch/bytes.ts';
import { MAX_BODY_BYTES } from './batch/limits.ts';
import { lzCompress, lzDecompress } from './batch/lz.ts';
import { ProtocolError } from './errors.ts';
import { PREDEPLOY_NAMES, PREDEPLOYS, type PredeployName } from './predeploys.ts';

/** Runtime bytecode by predeploy. */
export type PredeployCode = Partial<Record<PredeployName, Hex>>;

/**
 * Code of the predeploys as it travels to the L1 with a chain's genesis configuration: varint length, then the LZ code (as
 * in batch frames) of a row of entries: last byte of the address, varint length, code.
 */
export function encodePredeployBundle(code: PredeployCode): Hex {
  const entries = new ByteWriter();
  for (const name of PREDEPLOY_NAMES) {
    const runtime = code[name];
    if (runtime === undefined) continue;
    const bytes = hexToBytes(runtime);
    entries.byte(idOf(name));
    entries.varint(bytes.length);
    entries.bytes(bytes);
  }
  const output = new ByteWriter();
  output.varint(entries.length);
  output.bytes(lzCompress(entries.finish()));
  return bytesToHex(output.finish());
}

/** @throws ProtocolError GENESIS_CONFIG_MALFORMED */
export function decodePredeployBundle(bundle: Hex): PredeployCode {
  try {
    const input = new ByteReader(hexToBytes(bundle));
    const length = input.count(MAX_BODY_BYTES, 'bundle length');
    const entries = new ByteReader(lzDecompress(input.bytes(input.remaining), length));
    const code: PredeployCode = {};
    while (entries.remaining > 0) {
      const id = entries.byte();
      const name = PREDEPLOY_NAMES.find((candidate) => idOf(candidate) === id);
      if (name === undefined || code[name] !== undefined) throw new Error(`predeploy ${id} is unknown or listed twice`);
      code[name] = bytesToHex(entries.bytes(entries.count(length, 'code length')));
    }
    return code;
  } catch (cause) {
    throw new ProtocolError('GENESIS_CONFIG_MALFORMED', 'The code of the predeploys cannot be decoded', {
      hint: 'Take the configuration from the RollupCreated event of the factory, or update this software.',
      cause,
    });
  }
}

function idOf(name: PredeployName): number {
  return Number(BigInt(PREDEPLOYS[name]) & 0xffn);
}
