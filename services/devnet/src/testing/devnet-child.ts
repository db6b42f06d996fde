/** A devnet as a process of its own, for tests that kill it: `node devnet-child.ts <dataDir> <snapshotBlocks>`. */
import { createLogger } from '@tephra/core';
import { Devnet } from '../devnet.ts';

const [dataDir = '', snapshotBlocks = '50'] = process.argv.slice(2);
const devnet = await Devnet.create(
  { port: 0, dataDir, blockTimeMs: 100, snapshotBlocks: Number(snapshotBlocks) },
  { logger: createLogger({ name: 'devnet', level: 'warn' }) },
);
await devnet.start();
process.stdout.write(`${JSON.stringify({ rpcUrl: devnet.rpcUrl, anvilPid: devnet.anvilPid })}\n`);
process.once('SIGTERM', () => void devnet.stop().then(() => process.exit(0)));
