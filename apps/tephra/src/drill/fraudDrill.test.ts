import { createLogger } from '@tephra/core';
import { expect, it } from 'vitest';
import { DRILL_KINDS, fraudDrill } from './fraudDrill.ts';

it('a proposer lies about one SSTORE, and an honest node proves it on the L1', { timeout: 200_000 }, async () => {
  const texts: string[] = [];
  const result = await fraudDrill('wrong-sstore', {
    logger: createLogger({ name: 'drill', level: 'fatal' }),
    signal: new AbortController().signal,
    onEvent: ({ text }) => texts.push(text),
    l1BlockMs: 250,
  });
  expect(result).toMatchObject({ kind: 'wrong-sstore', reverted: true, slashedWei: 10n ** 18n });
  expect(result.step).toMatchObject({ label: '0x55', family: 'state', instruction: { name: 'SSTORE', depth: 0 } });
  expect(result.moves).toBe(31);
  expect(result.gasOfMoves).toBeLessThan(5_000_000n);
  const order = ['lies', 'objects', 'commits to every state', 'opens a node', 'points to', 'commits to every step'];
  expect(order.map((part) => texts.findIndex((text) => text.includes(part)))).toEqual(
    order.map((part) => texts.findIndex((text) => text.includes(part))).toSorted((a, b) => a - b),
  );
  expect(texts.at(-1)).toMatch(/void|bond/);
});

it('names the lies that can be practised', () => {
  expect(DRILL_KINDS).toContain('wrong-frame');
  expect(new Set(DRILL_KINDS).size).toBe(6);
});
