import type { LayerSettings } from '@tephra/api';
import { Metrics, Mutex, systemClock } from '@tephra/core';
import { type Database, openDatabase } from '@tephra/db';
import { createL1Client, demoErc20Abi, demoErc20Bytecode, L1Error, rollupAbi, TransactionSender } from '@tephra/l1';
import { type Address, decodeGenesisConfig, genesisSupply } from '@tephra/protocol';
import { ANVIL_KEYS, tempDir } from '@tephra/testing';
import { encodeDeployData, encodeFunctionData, keccak256, toHex } from 'viem';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_LAUNCHPAD_OPTIONS } from '../../options.ts';
import { EventStore } from '../../store/event-store.ts';
import { type Layer, LayerStore } from '../../store/layer-store.ts';
import { SettlementStore } from '../../store/settlement-store.ts';
import { logger, startTestL1, type TestL1 } from '../../testing/harness.ts';
import type { LifecycleContext, StepRun } from '../context.ts';
import { close } from './close.ts';
import { genesis } from './genesis.ts';
import { keys } from './keys.ts';
import { l1Contracts } from './l1-contracts.ts';

let l1: TestL1;
let db: Database;
let context: LifecycleContext;
let run: StepRun;
let layer: Layer;
let count = 0;
let dir: Awaited<ReturnType<typeof tempDir>>;

beforeAll(async () => {
  l1 = await startTestL1();
  db = await openDatabase({ kind: 'memory' });
  dir = await tempDir();
});
afterAll(async () => {
  await db?.destroy();
  await l1?.stop();
  await dir?.remove();
});

beforeEach(async () => {
  const events = new EventStore({ db, clock: systemClock, logger });
  const layers = new LayerStore(db);
  context = {
    options: { ...DEFAULT_LAUNCHPAD_OPTIONS, dataDir: dir.path, webDir: null, version: 'test' },
    deps: {
      db,
      l1: l1.access,
      clock: systemClock,
      logger,
      metrics: new Metrics(),
      computeGenesis: async (encoded) => ({ outputRoot: keccak256(encoded) }),
      stvfHash: keccak256('0x00'),
      driver: undefined as never,
    },
    layers,
    events,
    settlements: new SettlementStore(db),
    funder: await TransactionSender.create(
      { rpcUrl: l1.access.rpcUrl, privateKey: ANVIL_KEYS[0], chainId: 900, pollIntervalMs: 10 },
      { logger },
    ),
    client: createL1Client({ rpcUrl: l1.access.rpcUrl, chainId: 900 }),
    allowance: new Mutex(),
    dirOf: (id) => `${dir.path}/${id}`,
    localUrl: () => '',
  };
  layer = await insert({});
  run = {
    signal: new AbortController().signal,
    log: async () => undefined,
    transaction: async (hash) => {
      await layers.updateStep(layer.id, 'l1-contracts', { l1_transaction_hash: hash });
    },
    update: (update) => layers.update(layer.id, update),
  };
  await keys(layer, context, run);
  await genesis(await fresh(), context, run);
});

function insert(settings: Partial<LayerSettings>): Promise<Layer> {
  return context.layers.nextChainId().then((chainId) =>
    context.layers.insert({
      name: `layer${++count}`,
      chainId,
      tier: 'FLASHLAYER_TIER_BASIC',
      settings: {
        fcfs: true,
        gasless: true,
        blockTime: 1,
        tokenSymbol: 'ETH',
        tokenDecimals: '18',
        blockGasLimit: '30000000',
        genesisAccounts: [],
        ...settings,
      },
      owner: context.funder.address,
      challengePeriod: 10,
      createdAt: new Date(),
    }),
  );
}

/** A layer of an L1 currency, up to its contracts. */
async function backed(settings: Partial<LayerSettings>): Promise<Layer> {
  layer = await insert(settings);
  await keys(layer, context, run);
  await genesis(await fresh(), context, run);
  await l1Contracts(await fresh(), context, run);
  return fresh();
}

async function fresh(): Promise<Layer> {
  const row = await context.layers.get(layer.id);
  if (!row) throw new Error('the layer is gone');
  return row;
}

/** A sender that loses the answer of what it sent, as a crash does. */
function forgetful(sender: TransactionSender): TransactionSender {
  return {
    address: sender.address,
    send: async (request: Parameters<TransactionSender['send']>[0]) => {
      await sender.send(request);
      throw new L1Error('REVERTED', 'a second one was refused');
    },
  } as unknown as TransactionSender;
}

describe('who verifies a layer', () => {
  const ATTESTATION: Address = `0x${'0b'.repeat(20)}`;
  const attested = async (verification: LayerSettings['verification'], attestation?: () => Address | null) => {
    context.deps = { ...context.deps, l1: { ...context.deps.l1, ...(attestation ? { attestation } : {}) } };
    const { attestation: found, rollup } = await backed({ verification });
    const contract = { address: rollup!, abi: rollupAbi } as const;
    const [onL1, delay] = await Promise.all([
      context.client.readContract({ ...contract, functionName: 'attestation' }),
      context.client.readContract({ ...contract, functionName: 'maxPackDelay' }),
    ]);
    return { found: found?.toLowerCase() ?? null, isOnL1: BigInt(onL1) !== 0n, delay };
  };

  it('is VITAL where operators run, unless the layer wants it otherwise', async () => {
    const verified = { found: ATTESTATION, isOnL1: true, delay: 120n };
    const posted = { found: null, isOnL1: false, delay: 3_600n };
    expect(await attested(undefined, () => ATTESTATION)).toEqual(verified);
    expect(await attested('vital', () => ATTESTATION)).toEqual(verified);
    expect(await attested('posted', () => ATTESTATION)).toEqual(posted);
    // Operators are still coming up.
    expect(await attested(undefined, () => null)).toEqual(posted);
  });

  it('is waited for by a layer that asks for it, where operators come up', async () => {
    let asked = 0;
    expect(await attested('vital', () => (asked++ < 2 ? null : ATTESTATION))).toMatchObject({ found: ATTESTATION });
    expect(asked).toBe(3);
  });

  it('cannot be VITAL on a platform without operators', async () => {
    await expect(attested('vital')).rejects.toMatchObject({ code: 'VERIFIERS_MISSING' });
  });
});

describe('l1-contracts', () => {
  it('makes contracts that are funded and owned as promised', async () => {
    await l1Contracts(await fresh(), context, run);
    const made = await fresh();
    expect(made.rollup).toMatch(/^0x/);
    expect(await context.client.getBalance({ address: made.bridge! })).toBe(context.options.settlementEscrowWei);
    expect(await context.client.getBalance({ address: made.rollup! })).toBe(context.options.bondWei);
    expect(await context.client.getBalance({ address: made.proposer! })).toBe(context.options.proposerFundsWei);
    const before = made.rollup;
    await l1Contracts(await fresh(), context, run);
    expect((await fresh()).rollup).toBe(before);
  });

  it('takes over what a transaction made whose answer was lost', async () => {
    await l1Contracts(await fresh(), { ...context, funder: forgetful(context.funder) }, run);
    expect((await fresh()).created_at_block).toBeGreaterThan(0);
  });

  it("does not take over a stranger's chain", async () => {
    await l1Contracts(await fresh(), context, run);
    const none = { rollup: null, inbox: null, bridge: null, native_twin: null, created_at_block: null };
    await context.layers.update(layer.id, { ...none, genesis_output_root: keccak256(toHex('other')) });
    await expect(l1Contracts(await fresh(), context, run)).rejects.toMatchObject({ code: 'CHAIN_ID_TAKEN' });
  });
});

describe('a layer whose currency is of the L1', () => {
  const genesisAccounts = [{ account: `0x${'77'.repeat(20)}` as const, balance: '5000000000000000000' }];

  it('locks the ETH of its genesis, its faucet and the gas money of its operator', async () => {
    const made = await backed({ currencyMode: 'eth', gasless: false, genesisAccounts, faucetReserve: '2000' });
    const locked = 5_000_000_000_000_000_000n + 2_000n + 10n ** 17n;
    const balance = await context.client.getBalance({ address: made.bridge! });
    expect(balance - context.options.settlementEscrowWei).toBe(locked);
    expect(genesisSupply(decodeGenesisConfig(made.genesis_config!))).toBe(locked);
  });

  it('locks the tokens of its genesis, and leaves no allowance behind', async () => {
    const args = ['Coin', 'COIN'] as const;
    const { receipt } = await context.funder.send({
      to: null,
      data: encodeDeployData({ abi: demoErc20Abi, bytecode: demoErc20Bytecode, args }),
    });
    const token = receipt.contractAddress!;
    const call = (functionName: 'mint' | 'approve', to: Address, amount: bigint) =>
      context.funder.send({
        to: token,
        data: encodeFunctionData({ abi: demoErc20Abi, functionName, args: [to, amount] }),
      });
    await call('mint', context.funder.address, 10n ** 19n);
    // What an attempt left that broke off.
    await call('approve', l1.access.deployments.factory, 7n);
    const made = await backed({ currencyMode: 'erc20', currencyToken: token, genesisAccounts });
    const read = { address: token, abi: demoErc20Abi } as const;
    const [locked, left] = await Promise.all([
      context.client.readContract({ ...read, functionName: 'balanceOf', args: [made.bridge!] }),
      context.client.readContract({
        ...read,
        functionName: 'allowance',
        args: [context.funder.address, l1.access.deployments.factory],
      }),
    ]);
    expect([locked, left]).toEqual([5_000_000_000_000_000_000n, 0n]);
  });
});

describe('close', () => {
  it('closes once, also when an answer was lost, and has nothing to do without contracts', async () => {
    await close(await fresh(), context, run);
    await l1Contracts(await fresh(), context, run);
    await close(await fresh(), { ...context, funder: forgetful(context.funder) }, run);
    const sends: unknown[] = [];
    const counting = { ...context, funder: { send: async (request: unknown) => sends.push(request) } };
    await close(await fresh(), counting as unknown as LifecycleContext, run);
    expect(sends).toEqual([]);
  });
});
