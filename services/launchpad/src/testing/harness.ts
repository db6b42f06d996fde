import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ApiClient, createApiClient } from '@tephra/api';
import { createLogger, Metrics, systemClock } from '@tephra/core';
import { type Database, openDatabase } from '@tephra/db';
import { type Deployments, deployPlatform } from '@tephra/l1';
import { encodeGenesisConfig, GENESIS_DEFAULTS } from '@tephra/protocol';
import { ANVIL_KEYS, type Anvil, startAnvil, type TempDir, tempDir, waitUntil } from '@tephra/testing';
import { keccak256, zeroAddress, zeroHash } from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import { ProcessDriver } from '../driver/process-driver.ts';
import { Launchpad } from '../launchpad.ts';
import { DEFAULT_LAUNCHPAD_OPTIONS, type L1Access, type LaunchpadDeps, type LaunchpadOptions } from '../options.ts';

export const logger = createLogger({ name: 'launchpad-test', level: 'silent' });

/** A genesis configuration for nodes that only need its chain id. */
export const GENESIS = encodeGenesisConfig({
  chainId: 10_000_001n,
  timestamp: 1n,
  blockGasLimit: 30_000_000n,
  gasless: true,
  ...GENESIS_DEFAULTS,
  minBaseFee: 0n,
  tokenName: 'test',
  tokenSymbol: 'TST',
  tokenDecimals: 18,
  owner: zeroAddress,
  faucetOperator: zeroAddress,
  faucetReserve: 0n,
  l1Origin: { number: 0n, hash: zeroHash, timestamp: 0n },
  accounts: [],
});

/** An L1 with the platform's contracts. */
export type TestL1 = { anvil: Anvil; deployments: Deployments; access: L1Access; stop(): Promise<void> };

export async function startTestL1(): Promise<TestL1> {
  const anvil = await startAnvil();
  const deployments = await deployPlatform(
    { rpcUrl: anvil.rpcUrl, l1ChainId: anvil.chainId, privateKey: ANVIL_KEYS[0], pollIntervalMs: 20 },
    { logger },
  );
  // The read depth needs blocks on top of the first.
  await anvil.rpc('anvil_mine', ['0x5']);
  return {
    anvil,
    deployments,
    access: {
      rpcUrl: anvil.rpcUrl,
      publicRpcUrl: anvil.rpcUrl,
      chainId: anvil.chainId,
      embedded: true,
      deployments: { factory: deployments.factory, batchRegistry: deployments.batchRegistry },
      funderKey: ANVIL_KEYS[0],
      readDepth: 1,
      challengePeriodDefault: 10,
      travel: async (seconds) => {
        await anvil.rpc('evm_increaseTime', [seconds]);
        await anvil.rpc('evm_mine');
      },
      devAccounts: ANVIL_KEYS.map((privateKey) => ({ privateKey, address: privateKeyToAddress(privateKey) })),
    },
    stop: () => anvil.stop(),
  };
}

export type TestPlatform = {
  launchpad: Launchpad;
  driver: ProcessDriver;
  url: string;
  api: ApiClient;
  db: Database;
  dir: string;
  /** One call with the token (or without) that gives status and JSON. */
  call(method: string, path: string, options?: CallOptions): Promise<{ status: number; json: Json; headers: Headers }>;
  stop(): Promise<void>;
};
/** Parsed JSON of any shape, for assertions. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into answers that may be of the wrong shape.
export type Json = any;
export type CallOptions = { body?: unknown; headers?: Record<string, string>; token?: string | null };

export type PlatformSetup = {
  l1: TestL1;
  db?: Database;
  dir?: string;
  options?: Partial<LaunchpadOptions>;
  access?: Partial<L1Access>;
  parts?: Pick<LaunchpadDeps, 'mounts' | 'operatorHosts'>;
};

/** A launchpad with tiny nodes on a free port. */
export async function startPlatform(setup: PlatformSetup): Promise<TestPlatform> {
  const temp: TempDir | undefined = setup.dir === undefined ? await tempDir() : undefined;
  const dir = setup.dir ?? temp?.path ?? '';
  const db = setup.db ?? (await openDatabase({ kind: 'memory' }));
  const driver = new ProcessDriver(
    {
      command: { file: process.execPath, args: [fileURLToPath(new URL('./tiny-node.ts', import.meta.url))] },
      logsDir: join(dir, 'logs'),
      sparesDir: join(dir, 'spares'),
      backoff: { baseMs: 20, maxMs: 100 },
      crashLoop: { exits: 3, windowMs: 20_000, retryMs: 60_000 },
    },
    { clock: systemClock, logger },
  );
  const launchpad = await Launchpad.create(
    { ...DEFAULT_LAUNCHPAD_OPTIONS, port: 0, dataDir: dir, webDir: null, version: '0.0.0-test', ...setup.options },
    {
      db,
      l1: { ...setup.l1.access, ...setup.access },
      driver,
      computeGenesis: async (encoded) => ({ outputRoot: keccak256(encoded) }),
      stvfHash: keccak256('0x00'),
      clock: systemClock,
      logger,
      metrics: new Metrics(),
      ...setup.parts,
    },
  );
  await launchpad.start();
  const url = `http://127.0.0.1:${launchpad.port}`;
  return {
    launchpad,
    driver,
    url,
    db,
    dir,
    api: createApiClient({ baseUrl: url, token: launchpad.token }),
    call: async (method, path, { body, headers = {}, token = launchpad.token } = {}) => {
      const response = await fetch(url + path, {
        method,
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, json: text === '' ? undefined : parse(text) };
    },
    stop: async () => {
      await launchpad.stop();
      if (!setup.db) await db.destroy();
      await temp?.remove();
    },
  };
}

/** Waits until a layer has a status. */
export async function untilStatus(platform: TestPlatform, id: string, status: string): Promise<void> {
  const end = await waitUntil(
    async () => {
      const detail = await platform.api.getFlashlayer({ params: { id } });
      const reached = detail.flashlayer.status === status || detail.flashlayer.status === 'STATUS_FAILED';
      return reached ? detail : undefined;
    },
    { what: `layer ${id} to reach ${status}` },
  );
  if (end.flashlayer.status !== status) throw new Error(JSON.stringify(end.steps.find((step) => step.error)));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
