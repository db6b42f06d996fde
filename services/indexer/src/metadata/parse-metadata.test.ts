import { expect, it } from 'vitest';
import { parseMetadata } from './parse-metadata.ts';

it('takes texts and http links, whatever else is in the document', () => {
  const text = JSON.stringify({
    name: '  Example Operator ',
    website: '<https://example.com/>',
    description: 'x'.repeat(3_000),
    logo: 'javascript:alert(1)',
    twitter: 7,
    more: { than: 'asked' },
  });
  expect(parseMetadata(text)).toEqual({
    name: 'Example Operator',
    website: 'https://example.com/',
    description: 'x'.repeat(2_000),
    logo: '',
    twitter: '',
  });
});

it.each(['', '[]', 'null', '"text"', '{'])('refuses %s', (text) => {
  expect(() => parseMetadata(text)).toThrow();
});
