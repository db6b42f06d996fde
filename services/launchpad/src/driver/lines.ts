import type { Readable } from 'node:stream';

/** Longest line that is kept whole, characters. */
const MAX_LINE = 16_384;

/** Calls `onLine` for each line of a stream, without its end; overlong ones are cut, the last needs no newline. */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE) rest = rest.slice(0, MAX_LINE);
    for (const line of lines) onLine(line.replace(/\r$/, '').slice(0, MAX_LINE));
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
    rest = '';
  });
  stream.on('error', () => undefined);
}
