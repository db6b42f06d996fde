import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createLogger } from '@tephra/core';
import { bridgeAbi, chainStateAbi, createL1Client } from '@tephra/l1';
import { encodeGenesisConfig, type Hex, PREDEPLOYS } from '@tephra/protocol';
import { waitUntil } from '@tephra/testing';
import { encodeFunctionData } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RollupNode, type RollupNodeOptions } from './node.ts';
import { L1TestChain, PROPOSER_KEY } from './testing/l1-chain.ts';

const logger = createLogger({ name: 'node-test', level: 'silent' });

/** Stands before the L1 and can be shut. */
class Gate {
  open = true;
  readonly #server: Server;
  constructor(target: string) {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      if (!this.open) return response.destroy();
      const answer = await fetch(target, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: Buffer.concat(chunks),
      });
      response.setHeader('content-type', 'application/json');
      return response.end(await answer.text());
    });
  }
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

let l1: L1TestChain;
let gate: Gate;
let options: RollupNodeOptions;
let node: RollupNode;

beforeAll(async () => {
  l1 = await L1TestChain.create();
  gate = new Gate(l1.anvil.rpcUrl);
  options = {
    name: 'tested',
    version: '0.0.0',
    dataDir: l1.folder('node'),
    rpcPort: 0,
    l1: {
      rpcUrl: await gate.listen(),
      chainId: l1.anvil.chainId,
      depth: 1,
      pollIntervalMs: 50,
      factory: l1.deployments.factory,
      rollup: l1.rollup,
      createdAtBlock: Number(l1.createdAtBlock),
    },
    genesisConfig: encodeGenesisConfig(l1.config),
    blockTimeMs: 200,
    history: 128,
    ordering: 'fcfs',
    producerKey: `0x${'21'.repeat(32)}`,
    proposerKey: PROPOSER_KEY,
    faucetKey: PROPOSER_KEY,
    // Packs have tests of their own; here they would race with the deposits' nonces.
    packs: { intervalMs: 3_600_000, idleIntervalMs: 3_600_000, maxBlocks: 512 },
    adminToken: 'secret',
  };
  await l1.mine(3);
  node = new RollupNode(options, { logger });
  await node.start();
});

afterAll(async () => {
  await node?.stop();
  gate?.close();
  await l1?.[Symbol.asyncDispose]();
});

const layer = () => createL1Client({ rpcUrl: `http://127.0.0.1:${node.port}`, retryCount: 0 });
const inboxPosition = () =>
  layer().readContract({ address: PREDEPLOYS.chainState, abi: chainStateAbi, functionName: 'inboxPosition' });
const ready = async () => {
  const response = await fetch(`http://127.0.0.1:${node.port}/readyz`);
  return { ...((await response.json()) as { problem?: string }), status: response.status };
};

async function deposit(): Promise<void> {
  const data = encodeFunctionData({ abi: bridgeAbi, functionName: 'depositEth', args: [l1.user.address] });
  await l1.sender.send({ to: l1.bridge, data, value: 5n });
}

async function newBlocks(): Promise<void> {
  const head = await layer().getBlockNumber();
  await waitUntil(async () => (await layer().getBlockNumber()) > head + 1n, { what: 'new blocks' });
}

async function send(): Promise<Hex> {
  return layer().sendRawTransaction({ serializedTransaction: await l1.transaction({ value: 1n }) });
}

describe('RollupNode', () => {
  it('tells its port, makes blocks and takes in a deposit', async () => {
    expect(Number(await readFile(path.join(options.dataDir, 'node.port'), 'utf8'))).toBe(node.port);
    await newBlocks();
    await deposit();
    await l1.mine(1);
    await waitUntil(async () => (await inboxPosition()) === 1n, { what: 'the deposit' });
    expect(await ready()).toMatchObject({ status: 200 });
    const metrics = await (await fetch(`http://127.0.0.1:${node.port}/metrics`)).text();
    expect(metrics).toMatch(/tephra_head_block \d+/);
    // A full node, too young to have given up anything.
    expect(metrics).toMatch(/tephra_state_oldest_block 0\n/);
    expect(metrics).toMatch(/tephra_state_entries [1-9]\d*\n/);
  });

  it('lets nobody else into its folder', async () => {
    const second = new RollupNode(options, { logger });
    await expect(second.start()).rejects.toMatchObject({ code: 'DATA_DIR_LOCKED' });
    await second.stop();
    await newBlocks();
  });

  it('goes on, and even starts, without the L1, and catches up when it is back', async () => {
    const hash = await send();
    gate.open = false;
    await newBlocks();
    await node.stop();
    node = new RollupNode(options, { logger });
    await node.start();
    await newBlocks();
    expect((await layer().getTransactionReceipt({ hash })).status).toBe('success');
    expect(await ready()).toMatchObject({ status: 503, problem: 'the L1 does not answer' });
    await deposit();
    await l1.mine(1);
    gate.open = true;
    await waitUntil(async () => (await inboxPosition()) === 2n, { what: 'the second deposit', timeoutMs: 50_000 });
    await waitUntil(async () => (await ready()).status === 200, { what: 'readiness' });
  });

  it('rolls back when the L1 drops the block that it stands on, and keeps what it acknowledged', async () => {
    const before = await inboxPosition();
    await deposit();
    await l1.mine(2);
    await waitUntil(async () => (await inboxPosition()) === before + 1n, { what: 'the third deposit' });
    const hash = await send();
    await newBlocks();
    // The deposit is gone from the L1, and with it the block that took it in.
    await l1.anvil.rpc('anvil_reorg', [3, []]);
    await l1.mine(2);
    await waitUntil(async () => (await inboxPosition()) === before, { what: 'the rollback' });
    await waitUntil(
      async () =>
        (
          await layer()
            .getTransactionReceipt({ hash })
            .catch(() => undefined)
        )?.status === 'success',
      {
        what: 'the acknowledged transaction',
      },
    );
    await newBlocks();
  });
});
