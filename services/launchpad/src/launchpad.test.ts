import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { openDatabase } from '@tephra/db';
import { createL1Client, rollupFactoryAbi } from '@tephra/l1';
import { tempDir, waitUntil } from '@tephra/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, startTestL1, type TestL1, untilStatus } from './testing/harness.ts';

let l1: TestL1;
beforeAll(async () => {
  l1 = await startTestL1();
});
afterAll(() => l1?.stop());

const DONE = {
  phase: 'done',
  written: 0,
  planned: 0,
  windowEnd: null,
  escrowWei: null,
  gasUsed: 0,
  error: null,
  unsettled: [],
  entries: [],
};

describe('Launchpad', () => {
  it('brings every layer back after a restart, with the same token', async () => {
    await using dir = await tempDir();
    const db = await openDatabase({ kind: 'memory' });
    const first = await startPlatform({ l1, db, dir: dir.path });
    const { flashlayer } = await first.api.createFlashlayer({ body: { flashlayer: { name: 'stays' } } });
    await untilStatus(first, flashlayer.id, 'STATUS_ACTIVE');
    const { token } = first.launchpad;
    await first.stop();
    const second = await startPlatform({ l1, db, dir: dir.path });
    expect(second.launchpad.token).toBe(token);
    const call = { body: { jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] } };
    expect((await second.call('POST', '/rpc/stays', call)).status).toBe(200);
    await second.stop();
    await db.destroy();
  });

  it('takes over contracts that an interrupted launch had made', async () => {
    await using dir = await tempDir();
    const db = await openDatabase({ kind: 'memory' });
    const first = await startPlatform({ l1, db, dir: dir.path });
    const { flashlayer } = await first.api.createFlashlayer({ body: { flashlayer: { name: 'torn' } } });
    await untilStatus(first, flashlayer.id, 'STATUS_ACTIVE');
    const before = await first.api.getFlashlayer({ params: { id: flashlayer.id } });
    await first.stop();
    // As if the process had died after sending and before writing down what came of it.
    const none = { rollup: null, inbox: null, bridge: null, native_twin: null, created_at_block: null };
    await db
      .updateTable('layers')
      .set({ ...none, status: 'STATUS_DEPLOYING', health: 'starting' })
      .execute();
    await db.updateTable('steps').set({ status: 'running' }).where('name', '=', 'l1-contracts').execute();
    await db.updateTable('steps').set({ status: 'pending' }).where('position', '>', 3).execute();

    const second = await startPlatform({ l1, db, dir: dir.path });
    await untilStatus(second, flashlayer.id, 'STATUS_ACTIVE');
    const after = await second.api.getFlashlayer({ params: { id: flashlayer.id } });
    expect(after.contracts).toEqual(before.contracts);
    expect(after.steps[3]?.l1TransactionHash).toBe(before.steps[3]?.l1TransactionHash);
    const client = createL1Client({ rpcUrl: l1.access.rpcUrl, chainId: 900 });
    const created = await client.getContractEvents({
      address: l1.deployments.factory,
      abi: rollupFactoryAbi,
      eventName: 'RollupCreated',
      args: { chainId: BigInt(flashlayer.resources.chainId) },
      fromBlock: 0n,
    });
    expect(created).toHaveLength(1);
    await second.stop();
    await db.destroy();
  });

  it('ends a free trial by itself when its time is over', async () => {
    const platform = await startPlatform({ l1, options: { freeTrialMs: 500 } });
    const body = { freeTrial: true, flashlayer: { name: 'trial' } };
    const { flashlayer } = await platform.api.createFlashlayer({ body });
    await waitUntil(
      async () =>
        (await platform.api.getFlashlayer({ params: { id: flashlayer.id } })).flashlayer.status === 'STATUS_SETTLING',
      { what: 'the end of the trial' },
    );
    await writeFile(join(platform.dir, 'chains', flashlayer.id, 'settlement.json'), JSON.stringify(DONE));
    await untilStatus(platform, flashlayer.id, 'STATUS_TERMINATED');
    await platform.stop();
  });

  it('ends a layer whose launch failed before anything was made', async () => {
    const platform = await startPlatform({
      l1,
      access: { deployments: { ...l1.access.deployments, factory: `0x${'1'.repeat(40)}` } },
    });
    const { flashlayer } = await platform.api.createFlashlayer({ body: { flashlayer: { name: 'lost' } } });
    await untilStatus(platform, flashlayer.id, 'STATUS_FAILED');
    await platform.api.destroyFlashlayer({ body: { id: flashlayer.id } });
    await untilStatus(platform, flashlayer.id, 'STATUS_TERMINATED');
    expect((await platform.api.getSettlement({ params: { id: flashlayer.id } })).phase).toBe('done');
    await platform.stop();
  });

  it('keeps to its limit of layers', async () => {
    const platform = await startPlatform({ l1, options: { maxLivingLayers: 1 } });
    const { flashlayer } = await platform.api.createFlashlayer({ body: { flashlayer: { name: 'one' } } });
    await untilStatus(platform, flashlayer.id, 'STATUS_ACTIVE');
    await expect(platform.api.createFlashlayer({ body: { flashlayer: { name: 'two' } } })).rejects.toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      status: 429,
    });
    await platform.stop();
  });

  it('says when its port is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    await expect(startPlatform({ l1, options: { port } })).rejects.toMatchObject({ code: 'PORT_TAKEN' });
    server.close();
  });
});
