import { beforeEach, expect, test, vi } from 'vitest';

const KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
const ADDRESS = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266';
const stored = new Map<string, string>();

beforeEach(() => {
  stored.clear();
  vi.resetModules();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  });
});

test('keys survive a reload, in order and by name', async () => {
  const first = await import('./pageKeys.ts');
  const made = first.createPageKey();
  expect(made.name).toBe('Key 1');
  expect(first.importPageKey(` ${KEY.slice(2)} `)).toEqual({ name: 'Key 2', address: ADDRESS, privateKey: KEY });
  vi.resetModules();
  const later = await import('./pageKeys.ts');
  expect(later.pageKeys()).toEqual([made, { name: 'Key 2', address: ADDRESS, privateKey: KEY }]);
  later.removePageKey(made.address);
  expect(later.pageKeys().map((key) => key.name)).toEqual(['Key 2']);
  expect(later.createPageKey().name).toBe('Key 1');
});

test('what is no key, or is here already, is refused in words', async () => {
  const { importPageKey, pageKeys } = await import('./pageKeys.ts');
  expect(() => importPageKey('0x12')).toThrow('64 hexadecimal digits');
  expect(() => importPageKey(`0x${'00'.repeat(32)}`)).toThrow('outside the range');
  importPageKey(KEY);
  expect(() => importPageKey(KEY)).toThrow('here already');
  expect(pageKeys()).toHaveLength(1);
});

test('unreadable storage is taken as empty', async () => {
  stored.set('tephra.page-keys', '[{"name":1},{"name":"x","privateKey":"0x1"},7]');
  const { pageKeys } = await import('./pageKeys.ts');
  expect(pageKeys()).toEqual([]);
});
