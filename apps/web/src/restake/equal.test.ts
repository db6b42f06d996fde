import { expect, test } from 'vitest';
import { equalSnippets } from './equal.ts';

const input = {
  action: 'deposit',
  symbol: 'ALT',
  account: '0xabc',
  devIndex: 3,
  origin: 'http://localhost:8080',
} as const;
const codes = (snippets: ReturnType<typeof equalSnippets>) => snippets.map(({ code }) => code).join('\n');

test('commands sign with the chosen dev account, and read what the page reads', () => {
  expect(codes(equalSnippets(input))).toBe(
    [
      './tephra restake deposit --token ALT --amount 1 --account 3',
      './tephra restake delegate 0xOPERATOR --account 3',
      './tephra restake undelegate --account 3',
      './tephra restake complete --account 3',
      './tephra restake rewards --claim --account 3',
      'curl http://localhost:8080/v1/restaking/stakers/0xabc',
    ].join('\n'),
  );
});

test('the first account needs no flag, another wallet brings its key', () => {
  for (const devIndex of [0, null]) expect(codes(equalSnippets({ ...input, devIndex }))).not.toContain('--account');
  expect(equalSnippets({ ...input, action: 'withdraw' })[0]?.label).toBe('Withdraw');
});
