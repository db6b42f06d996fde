import { bloomOf } from '../bloom.ts';
import { hexToBytes } from '../bytes.ts';
import type { EncodedLogs, Log } from '../engine.ts';
import { encodeRlp } from '../rlp.ts';

/** What receipts hold of a transaction's logs; null without any. */
export function encodeLogs(logs: Log[]): EncodedLogs | null {
  if (logs.length === 0) return null;
  const rlp = encodeRlp(logs.map((log) => [hexToBytes(log.address), log.topics.map(hexToBytes), hexToBytes(log.data)]));
  return { rlp, bloom: bloomOf(logs) };
}
