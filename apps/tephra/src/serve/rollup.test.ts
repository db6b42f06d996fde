import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { tempDir } from '@tephra/testing';
import { expect, test } from 'vitest';
import { MAIN } from '../cli/paths.ts';

test('a node that cannot start ends by itself, though its parent lives on', async () => {
  await using dir = await tempDir();
  const config = path.join(dir.path, 'node.json');
  const key = `0x${'11'.repeat(32)}`;
  const address = `0x${'22'.repeat(20)}`;
  await writeFile(
    config,
    JSON.stringify({
      name: 'broken',
      dataDir: dir.path,
      rpcPort: 0,
      l1: { rpcUrl: 'http://127.0.0.1:9', chainId: 900, factory: address, rollup: address, createdAtBlock: 0 },
      genesisConfig: '0x00',
      blockTimeMs: 1000,
      producerKey: key,
      proposerKey: key,
      faucetKey: key,
      packs: {},
      adminToken: 'secret',
    }),
  );
  // stdin stays open: the parent is there.
  const child = spawn(process.execPath, [MAIN, 'serve', 'rollup', '--config', config], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code, stderr).toBeGreaterThan(0);
  expect(stderr).not.toBe('');
});
