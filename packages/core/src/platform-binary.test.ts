import { accessSync, constants } from 'node:fs';
import { expect, it } from 'vitest';
import { platformBinary } from './platform-binary.ts';

it('finds an installed executable and names the package that is missing', () => {
  accessSync(platformBinary('@foundry-rs/anvil', import.meta.url), constants.X_OK);
  expect(() => platformBinary('@foundry-rs/no-such-tool', import.meta.url)).toThrow(
    /no-such-tool is not installed: no package @foundry-rs\/no-such-tool-/,
  );
});
