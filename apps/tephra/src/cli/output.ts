import { styleText } from 'node:util';

type Writable = { write(text: string): unknown; isTTY?: boolean };
type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red';

export type OutputOptions = {
  stdout: Writable;
  stderr: Writable;
  /** Machine mode: results are JSON on stdout, nothing else is. */
  json: boolean;
  /** ANSI styles; off with NO_COLOR and when stdout is no terminal. */
  colour: boolean;
};

/** Results go to stdout, everything that accompanies them to stderr. */
export class Output {
  readonly json: boolean;
  readonly #options: OutputOptions;
  #statusOpen = false;

  constructor(options: OutputOptions) {
    this.#options = options;
    this.json = options.json;
  }

  /** The command's result: one JSON line in machine mode, else the text. */
  result(value: unknown, text: () => string): void {
    this.#closeStatus();
    this.#options.stdout.write(this.json ? `${toJson(value)}\n` : `${text()}\n`);
  }

  /** What is going on, one line; not shown in machine mode. */
  progress(text: string): void {
    if (this.json) return;
    this.#closeStatus();
    this.#options.stderr.write(`${text}\n`);
  }

  /** Like progress, but replaces the former status on a terminal; elsewhere it is not printed at all. */
  status(text: string): void {
    if (this.json || !this.#options.stderr.isTTY) return;
    this.#options.stderr.write(`\r\x1b[2K${text}`);
    this.#statusOpen = true;
  }

  /** Raw text to stderr, in machine mode too. */
  error(text: string): void {
    this.#closeStatus();
    this.#options.stderr.write(`${text}\n`);
  }

  style(style: Style, text: string): string {
    return this.#options.colour ? styleText(style, text, { validateStream: false }) : text;
  }

  #closeStatus(): void {
    if (this.#statusOpen) this.#options.stderr.write('\r\x1b[2K');
    this.#statusOpen = false;
  }
}

/** JSON with bigints as decimal strings. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? inner.toString() : inner));
}
