import { validatePov } from '@tephra/engine/stvf';
import { decodePov, encodePov, type Hex } from '@tephra/protocol';
import { describe, expect, it } from 'vitest';
import { MAX_CONTENT_TRANSACTIONS } from '../transition/limits.ts';
import { settlement } from './scenarios.ts';
import { ProvenLine, povDeps } from './testing.ts';

describe('a block of more transactions than a dispute has room for', () => {
  it('is refused, however little gas they take', { timeout: 60_000 }, async () => {
    const line = await ProvenLine.create();
    line.l1.deliver({ kind: 'close', data: '0x' });
    await line.block([]);
    const raw = settlement(0n, '0x', 0n);
    await line.block([raw]);
    const pov = decodePov(line.prove(2, 2).bytes);
    const withCount = (count: number) => () => {
      const transactions = Array.from({ length: count }, (): Hex => raw);
      validatePov(encodePov({ ...pov, blocks: [{ ...pov.blocks[0]!, transactions }] }), {}, povDeps);
    };
    // The most are gone through to the end, where the claim about one of them doesn't hold.
    expect(withCount(MAX_CONTENT_TRANSACTIONS)).toThrow(expect.objectContaining({ code: 'WRONG_STATE_ROOT' }));
    const refusal = { code: 'TRANSACTION_INVALID', details: { reason: 'gas limit reached' } };
    expect(withCount(MAX_CONTENT_TRANSACTIONS + 1)).toThrow(
      expect.objectContaining({ ...refusal, details: expect.objectContaining(refusal.details) }),
    );
  });
});
