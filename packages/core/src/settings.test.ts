import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { defineSettings, flagAttribute, SettingsError } from './settings.ts';

const settings = defineSettings({
  port: {
    env: 'TEPHRA_PORT',
    flag: '--port <port>',
    description: 'Port of the page and API.',
    parse: z.coerce.number('must be a number').int().max(65_535),
    default: 8080,
  },
  l1Port: { flag: '--l1-port <port>', description: 'Port of the L1.', parse: z.coerce.number(), default: 8545 },
  l1Key: { env: 'TEPHRA_L1_KEY', description: 'Funded key | L1.', parse: z.string().min(3), secret: true },
  name: { env: 'TEPHRA_NAME', flag: '--name <name>', description: 'Name.', parse: z.string(), required: true },
});

describe('defineSettings', () => {
  it('takes flags over environment over defaults', () => {
    const sources = {
      flags: { port: '1', l1Port: undefined },
      env: { TEPHRA_PORT: '2', TEPHRA_NAME: 'x', TEPHRA_L1_KEY: '' },
    };
    const values = settings.resolve(sources);
    expect(values).toEqual({ port: 1, l1Port: 8545, l1Key: undefined, name: 'x' });
    expectTypeOf(values.port).toEqualTypeOf<number>();
    expectTypeOf(values.l1Key).toEqualTypeOf<string | undefined>();
    expectTypeOf(values.name).toEqualTypeOf<string>();
    expect(settings.resolve({ env: { TEPHRA_PORT: '2', TEPHRA_NAME: 'x' } }).port).toBe(2);
  });

  it('names every bad setting by where it came from', () => {
    try {
      settings.resolve({ flags: { port: 'http' }, env: { TEPHRA_L1_KEY: 'k' } });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(SettingsError);
      const message = (error as SettingsError).message;
      expect(message).toContain('--port: must be a number');
      expect(message).toContain('TEPHRA_L1_KEY: ');
      expect(message).toContain('--name or TEPHRA_NAME: is required');
    }
  });

  it('renders its reference', () => {
    const text = settings.renderMarkdown();
    expect(text).toContain('| `--port <port>` | `TEPHRA_PORT` | `8080` | Port of the page and API. |');
    expect(text).toContain('| - | `TEPHRA_L1_KEY` | secret | Funded key \\| L1. |');
  });

  it('derives the attribute of a flag', () => {
    expect(flagAttribute('-p, --l1-rpc-url <url>')).toBe('l1RpcUrl');
    expect(flagAttribute('--no-color')).toBe('color');
  });
});
