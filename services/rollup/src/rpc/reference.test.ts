import { expect, test } from 'vitest';
import { METHODS } from './methods/index.ts';
import { renderRpcReference } from './reference.ts';
import { unsupportedMethods } from './unsupported.ts';

test.each(METHODS.map((method) => [method.name, method] as const))('%s says what it takes', (_name, method) => {
  const { doc, optional } = method;
  const marks = (doc.params ?? []).map((param) => /^[a-z]+(\?)?: \S/i.exec(param)?.[1] === '?');
  expect(marks).toEqual([...optional]);
  expect(doc.text).toMatch(/[.]$/);
  expect(doc.result).not.toBe('');
});

test('methods stand once and in order', () => {
  const names = METHODS.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)].sort());
});

test('nothing is both there and refused', () => {
  const there = new Set(METHODS.map(({ name }) => name));
  expect(unsupportedMethods().filter(([name]) => there.has(name))).toEqual([]);
});

test('the reference names every method', () => {
  const page = renderRpcReference();
  for (const { name } of METHODS) expect(page).toContain(`### ${name}\n`);
});
