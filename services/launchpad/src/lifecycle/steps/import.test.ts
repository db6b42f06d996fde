import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LayerImport } from '@tephra/api';
import { systemClock } from '@tephra/core';
import { bridgeAbi, L1Error, l2BridgeAbi } from '@tephra/l1';
import type { Address, Hex } from '@tephra/protocol';
import { tempDir } from '@tephra/testing';
import { decodeFunctionData, encodeFunctionResult, pad, zeroAddress } from 'viem';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { DEFAULT_LAUNCHPAD_OPTIONS } from '../../options.ts';
import type { Layer, LayerUpdate } from '../../store/layer-store.ts';
import type { LifecycleContext, StepRun } from '../context.ts';
import { importTwins } from './import.ts';

const address = (digit: string): Address => `0x${digit.repeat(40)}`;
/** The image on the layer of an L1 token, as the test's node computes it. */
const image = (l1Token: Address): Address => pad(`0x${l1Token.slice(2, 6).toLowerCase()}`, { size: 20 });
const TWINS = [
  { l2Token: address('1'), twin: address('a'), kind: 8 },
  { l2Token: address('2'), twin: address('c'), kind: 5 },
  { l2Token: address('3'), twin: address('d'), kind: 10 },
];

/** Tokens that the layer knows. */
let known: Set<Address>;
let registered: Address[];
let refusals: Record<Address, L1Error>;
let server: Server;
let dir: Awaited<ReturnType<typeof tempDir>>;
let updates: LayerUpdate[];
let warnings: string[];

beforeAll(async () => {
  dir = await tempDir();
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const { method, params } = JSON.parse(body) as { method: string; params: [{ data: Hex } & Address] };
      response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result: nodeAnswer(method, params[0]) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.close();
  await dir.remove();
});
beforeEach(() => {
  known = new Set();
  registered = [];
  refusals = {};
  updates = [];
  warnings = [];
});

function nodeAnswer(method: string, param: { data: Hex } & Address): Hex {
  if (method === 'eth_getCode') return known.has(param.toLowerCase() as Address) ? '0x60' : '0x';
  const { functionName, args } = decodeFunctionData({ abi: l2BridgeAbi, data: param.data });
  if (functionName !== 'l2TokenOf' && functionName !== 'l2Erc1155Of') throw new Error(functionName);
  return encodeFunctionResult({ abi: l2BridgeAbi, functionName, result: image(args[0]) });
}

function given(): { layer: Layer; context: LifecycleContext; run: StepRun } {
  const context = {
    options: { ...DEFAULT_LAUNCHPAD_OPTIONS, nodeStartTimeoutMs: 1_000 },
    deps: {
      clock: systemClock,
      l1: { deployments: { factory: address('7') } },
      driver: {
        launch: async () => undefined,
        target: () => ({ host: '127.0.0.1', port: (server.address() as AddressInfo).port }),
      },
    },
    layers: { list: async () => [{ created_at_block: 4 }] },
    client: {
      getBlockNumber: async () => 9n,
      getContractEvents: async () => TWINS.map((args) => ({ args })),
      readContract: async ({ functionName, args }: { functionName: string; args?: unknown[] }) =>
        functionName === 'bridge'
          ? address('b')
          : (TWINS.find((twin) => twin.l2Token === args?.[0])?.twin ?? zeroAddress),
    },
    funder: {
      send: async ({ data }: { data: Hex }) => {
        const { args } = decodeFunctionData({ abi: bridgeAbi, data });
        const token = (args![0] as Address).toLowerCase() as Address;
        if (refusals[token]) throw refusals[token];
        registered.push(token);
        known.add(image(token));
      },
    },
    dirOf: () => dir.path,
  } as unknown as LifecycleContext;
  const run = {
    signal: new AbortController().signal,
    log: async (level: string, message: string) => {
      if (level === 'warn') warnings.push(message);
    },
    update: async (update: LayerUpdate) => {
      updates.push(update);
    },
  } as unknown as StepRun;
  const layer = {
    ...{ id: 1, name: 'two', import_from: address('9'), imports: null, bridge: address('8'), rollup: address('6') },
    ...{ created_at_block: 1, genesis_config: '0x', settings: { fcfs: true, blockTime: 1 } },
  } as unknown as Layer;
  return { layer, context, run };
}
/** What the layer's row says it imported, in lower case. */
function imported(): { l1Twin: string; l2Token: string }[] {
  const { tokens } = JSON.parse(String(updates.at(-1)?.imports)) as LayerImport;
  return tokens.map(({ l1Twin, l2Token }) => ({ l1Twin: l1Twin.toLowerCase(), l2Token: l2Token.toLowerCase() }));
}

it('registers what the layer does not know, and lists all', async () => {
  known.add(image(address('c')));
  const { layer, context, run } = given();
  await importTwins(layer, context, run);
  expect(registered.sort()).toEqual([address('a'), address('d')]);
  expect(imported()).toMatchObject(TWINS.map(({ twin }) => ({ l1Twin: twin, l2Token: image(twin) })));
  // A second run, as after a crash, sends nothing.
  registered = [];
  await importTwins(layer, context, run);
  expect(registered).toEqual([]);
});

it('goes on without a token that refuses, and says so', async () => {
  refusals[address('a')] = new L1Error('SIMULATION_REVERTED', 'the token answers nothing');
  const { layer, context, run } = given();
  await importTwins(layer, context, run);
  expect(imported().map(({ l1Twin }) => l1Twin)).toEqual([address('c'), address('d')]);
  expect(warnings).toEqual([
    expect.stringContaining(`${address('a')} could not be registered: the token answers nothing`),
  ]);
});

it('leaves an L1 that is away to the next try', async () => {
  refusals[address('c')] = new L1Error('L1_UNREACHABLE', 'no answer', { retryable: true });
  const { layer, context, run } = given();
  await expect(importTwins(layer, context, run)).rejects.toMatchObject({ code: 'L1_UNREACHABLE', retryable: true });
  expect(updates).toEqual([]);
});

it('has nothing to do for a layer that imports nothing, or has done so', async () => {
  const { layer, context, run } = given();
  await importTwins({ ...layer, import_from: null }, context, run);
  await importTwins({ ...layer, imports: { from: address('9'), tokens: [] } }, context, run);
  expect([registered, updates]).toEqual([[], []]);
});
