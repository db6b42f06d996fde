import { join } from 'node:path';
import type { PackAnswer } from '@tephra/api';
import { packHash } from '@tephra/protocol';
import { privateKeyToAddress } from 'viem/accounts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { layerKeysIn } from '../layers/keys.ts';
import { startPlatform, startTestL1, type TestL1, type TestPlatform, untilStatus } from '../testing/harness.ts';
import { PackPoster, testWord } from '../testing/post-pack.ts';

let l1: TestL1;
let platform: TestPlatform;

beforeAll(async () => {
  l1 = await startTestL1();
  platform = await startPlatform({ l1 });
});
afterAll(async () => {
  await platform?.stop();
  await l1?.stop();
});

/** A layer with its contracts, and the key that may post packs to them. */
async function layerWithPoster(name: string) {
  const { flashlayer } = await platform.api.createFlashlayer({
    body: {
      freeTrial: true,
      flashlayer: {
        name,
        settings: {
          ...{ fcfs: true, gasless: true, blockTime: '0.5', tokenSymbol: 'TST', tokenDecimals: '18' },
          ...{ blockGasLimit: '70000000', genesisAccounts: [] },
        },
      },
    },
  });
  const before = await platform.call('GET', `/v1/flashlayer/${flashlayer.id}/packs`);
  expect(before.json).toMatchObject({ items: [], nextCursor: null, finalisedPack: 0, firstContested: null });
  await untilStatus(platform, flashlayer.id, 'STATUS_ACTIVE');
  const { contracts } = await platform.api.getFlashlayer({ params: { id: flashlayer.id } });
  const { proposer } = await layerKeysIn(join(platform.dir, 'chains', flashlayer.id));
  return {
    id: flashlayer.id,
    proposer: privateKeyToAddress(proposer),
    poster: await PackPoster.create(l1, contracts!.rollup, proposer),
  };
}

it('shows packs with their windows, frames and roots, in pages and by block', async () => {
  const { id, proposer, poster } = await layerWithPoster('packs');
  const first = await poster.post('one', 3);
  const second = await poster.post('two', 2);
  const list = (query: Record<string, string> = {}) => platform.api.listPacks({ params: { id }, query });

  const { items, finalisedPack, l1Timestamp } = await list();
  expect(finalisedPack).toBe(0);
  const shown = ({ index, firstBlock, lastBlock, status }: PackAnswer) => [index, firstBlock, lastBlock, status];
  expect(items.map(shown)).toEqual([
    [2, 4, 5, 'open'],
    [1, 1, 3, 'open'],
  ]);
  expect(items[0]).toMatchObject({
    packHash: packHash(second.pack),
    outputRoot: second.pack.outputRoots[1],
    proposer,
    terminal: false,
    certificate: null,
    challenges: [],
    waitsFor: null,
    reverted: null,
    posted: { l1Block: Number(second.submitted.receipt.blockNumber), transactionHash: second.submitted.hash },
  });
  expect(items[0]!.windowEnd).toBe(items[0]!.posted.at + 10);
  expect(l1Timestamp).toBeGreaterThanOrEqual(items[0]!.posted.at);

  const page = await list({ limit: '1' });
  expect([page.items.map(shown), page.nextCursor]).toEqual([[[2, 4, 5, 'open']], '1']);
  const rest = await list({ limit: '1', cursor: page.nextCursor! });
  expect([rest.items.map(shown), rest.nextCursor]).toEqual([[[1, 1, 3, 'open']], null]);
  expect((await list({ block: '3' })).items.map(({ index }) => index)).toEqual([1]);
  expect((await list({ block: '6' })).items).toEqual([]);

  const { postings, content } = await platform.api.getPack({ params: { id, index: '1' } });
  expect(postings).toEqual([items[1]]);
  expect(content).toEqual({
    parentOutputRoot: first.pack.parentOutputRoot,
    contentRoot: testWord('one content'),
    stateRoot: testWord('one state'),
    blockHash: testWord('one block'),
    outboxRoot: testWord('one outbox'),
    inboxPosition: 0,
    l1Origin: { number: Number(first.pack.output.l1OriginNumber), hash: first.pack.output.l1OriginHash },
    outputRoots: first.pack.outputRoots,
    frames: [{ hash: first.pack.frames[0], bytes: 12, transactionHash: first.frame.hash }],
  });

  await l1.access.travel!(11);
  await expect.poll(async () => (await list()).items.map(({ status }) => status)).toEqual(['final', 'final']);
});

it('says what there is not', async () => {
  const { id } = await layerWithPoster('nothing');
  const pack = await platform.call('GET', `/v1/flashlayer/${id}/packs/1`);
  expect([pack.status, pack.json.error.code, pack.json.error.hint]).toEqual([
    404,
    'NOT_FOUND',
    `GET /v1/flashlayer/${id}/packs lists all.`,
  ]);
  const dispute = await platform.call('GET', `/v1/flashlayer/${id}/disputes/1`);
  expect([dispute.status, dispute.json.error.code]).toEqual([404, 'NOT_FOUND']);
  expect((await platform.api.listDisputes({ params: { id } })).items).toEqual([]);
  for (const path of ['9999/packs', '9999/disputes', '9999/packs/1', '9999/disputes/1'])
    expect((await platform.call('GET', `/v1/flashlayer/${path}`)).status, path).toBe(404);
  expect((await platform.call('GET', `/v1/flashlayer/${id}/packs/x`)).status).toBe(400);
  expect((await platform.call('GET', `/v1/flashlayer/${id}/packs`, { token: null })).status).toBe(401);
});
