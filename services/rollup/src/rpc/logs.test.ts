import { logsBloom } from '@tephra/engine';
import type { Address, Hash } from '@tephra/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bloomTest, logMatches } from './logs.ts';

const addresses = ['aa', 'bb', 'cc'].map((byte): Address => `0x${byte.repeat(20)}`);
const topics = ['01', '02', '03'].map((byte): Hash => `0x${byte.repeat(32)}`);

const anyLog = fc.record({
  address: fc.constantFrom(...addresses),
  topics: fc.array(fc.constantFrom(...topics), { maxLength: 4 }),
  data: fc.constant('0x' as const),
});
const anyCriteria = fc.record({
  addresses: fc.option(fc.subarray(addresses, { minLength: 1 }).map((list) => new Set(list))),
  topics: fc.array(fc.option(fc.subarray(topics, { minLength: 1 })), { maxLength: 4 }),
});

test('the bloom never hides a log that matches', () => {
  fc.assert(
    fc.property(fc.array(anyLog, { maxLength: 5 }), anyCriteria, (logs, criteria) => {
      if (logs.some((log) => logMatches(log, criteria))) expect(bloomTest(criteria)(logsBloom(logs))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('the bloom rules out what is not there', () => {
  const bloom = logsBloom([{ address: addresses[0]!, topics: [topics[0]!], data: '0x' }]);
  expect(bloomTest({ addresses: new Set([addresses[1]!]), topics: [] })(bloom)).toBe(false);
  expect(bloomTest({ addresses: null, topics: [null, [topics[2]!]] })(bloom)).toBe(false);
  expect(bloomTest({ addresses: null, topics: [] })(bloom)).toBe(true);
});

test('topics are matched by place; more topics than the log has do not match', () => {
  const log = { address: addresses[0]!, topics: [topics[0]!, topics[1]!], data: '0x' as const };
  const match = (wanted: (Hash[] | null)[]) => logMatches(log, { addresses: null, topics: wanted });
  expect(match([])).toBe(true);
  expect(match([null, [topics[1]!, topics[2]!]])).toBe(true);
  expect(match([[topics[1]!]])).toBe(false);
  expect(match([null, null, null])).toBe(false);
});
