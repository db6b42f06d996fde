import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { renderDocs } from './docs.ts';
import { ROOT } from './paths.ts';
import { createProgram } from './program.ts';

const pages = renderDocs(createProgram(() => async () => undefined, '0.0.0'));

it.each(Object.entries(pages))('%s is up to date (else run ./tephra dev docs)', (file, text) => {
  expect(readFileSync(path.join(ROOT, file), 'utf8')).toBe(text);
});
