/** Bytes of a header; content is filled up to a multiple of them. */
export const TAR_BLOCK = 512;

/** One header of the tar format (POSIX ustar, GNU). */
export type TarHeader = {
  /** '0' or '' for a file, 'L' and 'x' for what names the next one, see {@link TarNames}. */
  type: string;
  name: string;
  /** Of the content, bytes. */
  size: number;
  /** Of the content with its filling. */
  paddedSize: number;
};

/** Reads a header; null for the zeros at the end of an archive. */
export function readTarHeader(block: Buffer): TarHeader | null {
  if (block[0] === 0) return null;
  const field = (start: number, length: number) =>
    block.toString('latin1', start, start + length).replace(/\0.*$/s, '');
  const size = Number.parseInt(field(124, 12).trim() || '0', 8);
  const prefix = field(257, 6).startsWith('ustar') ? field(345, 155).trim() : '';
  return {
    type: field(156, 1),
    name: [prefix, field(0, 100)].filter((part) => part !== '').join('/'),
    size,
    paddedSize: Math.ceil(size / TAR_BLOCK) * TAR_BLOCK,
  };
}

/** Names of more than 100 bytes come before their file: as its content (GNU), or among attributes (pax). */
export class TarNames {
  #long: string | undefined;

  /** True when the entry only says how the next one is called. */
  takes(type: string): boolean {
    return type === 'L' || type === 'x';
  }

  take(type: string, content: string): void {
    this.#long = type === 'L' ? content.replace(/\0.*$/s, '') : /^\d+ path=(.*)$/m.exec(content)?.[1];
  }

  /** Name of the entry that came after. */
  of(header: TarHeader): string {
    const name = this.#long ?? header.name;
    this.#long = undefined;
    return name;
  }
}
