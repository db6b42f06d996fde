import { createRequire } from 'node:module';
import path from 'node:path';
import { type EVMBLSInterface, MCLBLS } from '@ethereumjs/evm';

type Mcl = { init(curve: number): Promise<void>; BLS12_381: number };

/**
 * BLS12-381 by mcl in WebAssembly: five to fifteen times as fast as JavaScript, in which a block full of it would take half
 * a minute. The package keeps one curve per loaded copy, and who signs in this process may need another one (BN254): so this
 * is a copy of its own.
 */
export async function createMclBls(): Promise<EVMBLSInterface> {
  const mcl = loadApart();
  await mcl.init(mcl.BLS12_381);
  return new MCLBLS(mcl);
}

function loadApart(): Mcl {
  const require = createRequire(import.meta.url);
  const entry = require.resolve('mcl-wasm');
  const folder = path.dirname(entry) + path.sep;
  const shared = Object.entries(require.cache).filter(([file]) => file.startsWith(folder));
  for (const [file] of shared) delete require.cache[file];
  const mcl = require(entry) as Mcl;
  for (const file of Object.keys(require.cache)) if (file.startsWith(folder)) delete require.cache[file];
  for (const [file, loaded] of shared) require.cache[file] = loaded;
  return mcl;
}
