import { expect, test } from 'vitest';
import { uriPattern } from './uriPattern.ts';

test('finds the id between prefix and suffix', () => {
  expect(uriPattern([{ id: 7n, uri: 'ipfs://x/7.json' }])).toEqual({ prefix: 'ipfs://x/', suffix: '.json' });
});

test('tells the id from equal digits elsewhere by a second token', () => {
  const samples = [
    { id: 1n, uri: 'https://host1/1/meta?v=1' },
    { id: 2n, uri: 'https://host1/2/meta?v=1' },
  ];
  expect(uriPattern(samples)).toEqual({ prefix: 'https://host1/', suffix: '/meta?v=1' });
});

test('gives the empty pattern when there is none', () => {
  expect(uriPattern([])).toEqual({ prefix: '', suffix: '' });
  expect(uriPattern([{ id: 5n, uri: 'data:,hello' }])).toEqual({ prefix: '', suffix: '' });
  expect(
    uriPattern([
      { id: 1n, uri: 'a/1' },
      { id: 2n, uri: 'b/2' },
    ]),
  ).toEqual({ prefix: '', suffix: '' });
});
