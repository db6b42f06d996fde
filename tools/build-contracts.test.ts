import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildContracts } from './build-contracts.ts';

const root = join(import.meta.dirname, '..');

it('costs nothing when nothing changed', async () => {
  await buildContracts();
  const again = await buildContracts();
  expect(again).toMatchObject({ built: false, contracts: 0 });
}, 120_000);

it('writes code that genesis can hold: no metadata, nothing to link or to fill in', async () => {
  await buildContracts();
  const generated = readFileSync(join(root, 'packages/l1/src/generated/predeployCode.ts'), 'utf8');
  const entries = [...generated.matchAll(/^ {2}(\w+): '(0x[0-9a-f]+)',$/gm)].map(([, name, code]) => [name, code]);
  expect(entries.map(([name]) => name)).toEqual([
    'chainState',
    'outbox',
    'l2Bridge',
    'settler',
    'faucet',
    'baseFeeVault',
    'priorityFeeVault',
    'dataFeeVault',
    'bridgedErc20Impl',
    'bridgedErc721Impl',
    'bridgedErc1155Impl',
  ]);
  for (const [, code] of entries) {
    // "ipfs" and "solc" as CBOR keys are how compiler metadata begins and ends.
    expect(code).not.toMatch(/64697066735822|64736f6c6343/);
    // EIP-170
    expect(code!.length / 2 - 1).toBeLessThanOrEqual(24_576);
  }
}, 120_000);

it('makes no contract that is too large to be deployed', async () => {
  await buildContracts();
  const outDir = join(root, 'contracts/out');
  const sizes = readdirSync(outDir)
    .filter((file) => file.endsWith('.json'))
    .map((file): { contractName: string; deployedBytecode: string } =>
      JSON.parse(readFileSync(join(outDir, file), 'utf8')),
    )
    .map(({ contractName, deployedBytecode }) => ({ contractName, bytes: deployedBytecode.length / 2 - 1 }));
  expect(sizes.length).toBeGreaterThan(100);
  // EIP-170
  expect(sizes.filter(({ bytes }) => bytes > 24_576)).toEqual([]);
}, 120_000);
