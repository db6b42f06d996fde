import { expect, it } from 'vitest';
import { renderLogLine } from './log-line.ts';

const plain = { style: (_: unknown, text: string) => text };

it('shows time, level, message and the rest', () => {
  const line = JSON.stringify({
    level: 'info',
    time: '2026-11-22T17:08:31.006Z',
    pid: 7,
    name: 'mint',
    pack: '3',
    msg: 'pack posted',
  });
  expect(renderLogLine(line, plain)).toBe('17:08:31.006 INFO  pack posted  pack=3');
});

it('shows errors by their message and quotes what has spaces', () => {
  const line = JSON.stringify({
    level: 'warn',
    time: '2026-11-22T17:08:31.006Z',
    err: { message: 'no answer', stack: 'x' },
    why: 'a b',
    msg: 'm',
  });
  expect(renderLogLine(line, plain)).toBe('17:08:31.006 WARN  m  err="no answer" why="a b"');
});

it.each(['--- node ended (killed by SIGKILL), next start in 200 ms', '{broken', '{"a":1}'])(
  'leaves %s alone',
  (line) => {
    expect(renderLogLine(line, plain)).toBe(line);
  },
);
