/**
 * Layers beside each other on one machine, through the loss of the whole platform. `TEPHRA_LAYERS` sets how many (default 4;
 * 20 fit into 24 GiB, `./tephra bench layers` measures them).
 */
import { type ApiClient, createApiClient, type LayerDetail } from '@tephra/api';
import { type TempDir, tempDir, waitUntil } from '@tephra/testing';
import { createWalletClient, type Hex, http } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rpc, startUp, type Up } from './support/up.ts';

const LAYERS = Number(process.env.TEPHRA_LAYERS ?? 4);

let dir: TempDir;
let up: Up;
let api: ApiClient;

async function start(): Promise<void> {
  up = await startUp(['--data-dir', dir.path]);
  api = createApiClient({ baseUrl: up.ready.url, token: up.ready.token });
}
beforeAll(async () => {
  dir = await tempDir();
  await start();
});
afterAll(async () => {
  await up?.end();
  await dir.remove();
});

const names = Array.from({ length: LAYERS }, (_, index) => `side${index + 1}`);
const urlOf = (name: string): string => `${up.ready.url}/rpc/${name}`;

async function launch(name: string): Promise<LayerDetail> {
  const { flashlayer } = await api.createFlashlayer({ body: { flashlayer: { name, settings: { blockTime: 0.5 } } } });
  return waitUntil(
    async () => {
      const detail = await api.getFlashlayer({ params: { id: flashlayer.id } });
      const failed = detail.steps.find((step) => step.status === 'failed');
      if (failed) throw new Error(JSON.stringify(failed));
      return detail.flashlayer.status === 'STATUS_ACTIVE' && detail;
    },
    { what: `layer ${name}`, timeoutMs: 120_000, intervalMs: 200 },
  );
}

/** A transaction of its own on each chain; resolves with the receipt's block. */
async function use(name: string, chainId: number): Promise<bigint> {
  const account = privateKeyToAccount(up.ready.accounts[0]!.privateKey);
  const chain = {
    id: chainId,
    name,
    nativeCurrency: { name: 'Coin', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [urlOf(name)] } },
  };
  const wallet = createWalletClient({ account, chain, transport: http(urlOf(name)) });
  const hash = await wallet.sendTransaction({
    to: account.address,
    gas: 30_000n,
    maxFeePerGas: 0n,
    maxPriorityFeePerGas: 0n,
  });
  const receipt = await waitUntil(
    () => rpc<{ blockNumber: Hex } | null>(urlOf(name), 'eth_getTransactionReceipt', [hash]),
    { what: `a receipt on ${name}` },
  );
  return BigInt(receipt.blockNumber);
}

const healthy = (name: string) =>
  waitUntil(
    async () => {
      const [layer] = (await api.listFlashlayers({ query: { name } })).flashlayers;
      const detail = await api.getFlashlayer({ params: { id: layer!.id } });
      return detail.health === 'healthy' && detail.chain !== null && detail;
    },
    { what: `layer ${name} to be healthy`, timeoutMs: 120_000, intervalMs: 200 },
  );

test(`${LAYERS} layers launch at once, work, and survive SIGKILL of the platform`, { timeout: 400_000 }, async () => {
  const details = await Promise.all(names.map(launch));
  const chainIds = details.map(({ flashlayer }) => Number(flashlayer.resources.chainId)).sort();
  expect(chainIds).toEqual(Array.from({ length: LAYERS }, (_, index) => 10_000_001 + index));
  const blocks = await Promise.all(
    details.map(({ flashlayer }) => use(flashlayer.name, Number(flashlayer.resources.chainId))),
  );
  expect(blocks.every((block) => block > 0n)).toBe(true);

  await up.end('SIGKILL');
  await start();
  const after = await Promise.all(names.map(healthy));
  for (const detail of after) {
    const before = details.find(({ flashlayer }) => flashlayer.id === detail.flashlayer.id);
    expect(detail.contracts).toEqual(before?.contracts);
    expect(detail.chain!.head).toBeGreaterThanOrEqual(before!.chain!.head);
  }
  // Numbers go on where they were: a crash skips none.
  const next = await launch('next');
  expect([next.flashlayer.id, next.flashlayer.resources.chainId]).toEqual([
    String(LAYERS + 1),
    String(10_000_001 + LAYERS),
  ]);
});
