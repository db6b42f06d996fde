import { readFile, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { errorEnvelope, flashlayerAnswer, type LayerEvent } from '@tephra/api';
import type { Database } from '@tephra/db';
import { waitUntil } from '@tephra/testing';
import { beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type TestL1, type TestPlatform, untilStatus } from './testing/harness.ts';
import { onDatabases } from './testing/on-databases.ts';

/** The reference's own request. */
const referenceBody = (name: string) => ({
  freeTrial: true,
  flashlayer: {
    name,
    settings: {
      fcfs: true,
      gasless: true,
      blockTime: '0.5',
      tokenSymbol: 'ETH',
      blockGasLimit: '70000000',
      tokenDecimals: '18',
      genesisAccounts: [
        { account: '0x55085B2Fd83323d98d30d6B3342cc39de6D527f8', balance: '21000000000000000000000000' },
        { account: '0x9434e7d062bF1257BF726a96A83fAE177703ccFD', balance: '21000000000000000000000000' },
      ],
    },
  },
});

onDatabases((given) => {
  let platform: TestPlatform;
  let db: Database;
  let l1: TestL1;
  beforeAll(() => {
    ({ platform, db, l1 } = given());
  });

  it("launches from the reference's request and answers in its shape", async () => {
    const { status, json } = await platform.call('POST', '/v1/flashlayer/create', { body: referenceBody('freetrial') });
    expect(status).toBe(200);
    const base = platform.launchpad.url;
    const chainId = json.flashlayer.resources.chainId;
    expect(Number(chainId)).toBeGreaterThanOrEqual(10_000_001);
    expect(json).toEqual({
      flashlayer: {
        name: 'freetrial',
        status: 'STATUS_INITIALIZING',
        settings: {
          blockTime: 0.5,
          gasless: true,
          fcfs: true,
          genesisAccounts: referenceBody('').flashlayer.settings.genesisAccounts,
          tokenDecimals: '18',
          tokenSymbol: 'ETH',
          blockGasLimit: '70000000',
        },
        resources: {
          rpc: `${base}/rpc/freetrial`,
          explorer: `${base}/explorer?rpcUrl=${base}/rpc/freetrial`,
          faucet: `${base}/faucet?chainId=${chainId}`,
          chainId,
          rpcWs: `${base.replace('http', 'ws')}/rpc/freetrial`,
        },
        createdAt: json.flashlayer.createdAt,
        id: json.flashlayer.id,
        tier: 'FLASHLAYER_TIER_FREE_TRIAL',
      },
    });
    expect(Date.parse(json.flashlayer.createdAt)).not.toBeNaN();
    await untilStatus(platform, json.flashlayer.id, 'STATUS_ACTIVE');

    const info = await platform.call('GET', `/v1/flashlayer/info/${json.flashlayer.id}`);
    expect(flashlayerAnswer.parse(info.json).flashlayer).toEqual({ ...json.flashlayer, status: 'STATUS_ACTIVE' });
    const detail = await platform.api.getFlashlayer({ params: { id: json.flashlayer.id } });
    expect(detail.steps.map((step) => [step.name, step.status, step.attempt])).toEqual(
      ['reserve', 'keys', 'genesis', 'l1-contracts', 'node', 'first-block', 'endpoints'].map((name) => [
        name,
        'done',
        1,
      ]),
    );
    expect(detail.steps.find((step) => step.name === 'l1-contracts')?.l1TransactionHash).toMatch(/^0x[0-9a-f]{64}$/);
    expect(detail.chain?.head).toBeGreaterThanOrEqual(1);
    expect(detail.health).toBe('healthy');
    expect(Date.parse(detail.expiresAt ?? '')).toBe(Date.parse(detail.activeAt ?? '') + 2 * 60 * 60 * 1_000);
    expect(detail.contracts?.createdAtBlock).toBeGreaterThan(0);
  });

  it('keeps keys and configuration of a node private', async () => {
    const [layer] = (await platform.api.listFlashlayers({ query: { name: 'freetrial' } })).flashlayers;
    const dir = join(platform.dir, 'chains', layer?.id ?? '');
    expect((await stat(dir)).mode & 0o077).toBe(0);
    for (const file of ['keys.json', 'node.json']) expect((await stat(join(dir, file))).mode & 0o077).toBe(0);
    const stored = await db.selectFrom('api_tokens').select('hash').execute();
    expect(JSON.stringify(stored)).not.toContain(platform.launchpad.token);
  });

  it('names every violated field in one answer', async () => {
    const { status, json, headers } = await platform.call('POST', '/v1/flashlayer/create', {
      body: { flashlayer: { name: 'X', settings: { blockTime: 61, tokenSymbol: 'E', blockGasLimit: 1, extra: 1 } } },
    });
    expect(status).toBe(400);
    const { error } = errorEnvelope.parse(json);
    expect(error.code).toBe('INVALID_ARGUMENT');
    expect(error.fields.map((field) => field.path).sort()).toEqual([
      'flashlayer.name',
      'flashlayer.settings.blockGasLimit',
      'flashlayer.settings.blockTime',
      'flashlayer.settings.extra',
      'flashlayer.settings.tokenSymbol',
    ]);
    expect(error.requestId).toBe(headers.get('x-request-id'));
    const empty = await platform.call('POST', '/v1/flashlayer/create');
    expect([empty.status, empty.json.error.fields[0].path]).toEqual([400, 'flashlayer.name']);
    const broken = await platform.call('POST', '/v1/flashlayer/create', { body: '{"a":' });
    expect([broken.status, broken.json.error.code]).toEqual([400, 'INVALID_ARGUMENT']);
    const form = await platform.call('POST', '/v1/flashlayer/create', {
      body: 'a=b',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect([form.status, form.json.error.code]).toEqual([400, 'INVALID_ARGUMENT']);
    const large = await platform.call('POST', '/v1/flashlayer/create', { body: 'x'.repeat(1_100_000) });
    expect([large.status, large.json.error.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });

  it('refuses by name what does not work yet', async () => {
    const body = { ...referenceBody('later'), restakingTrial: true };
    const { status, json } = await platform.call('POST', '/v1/flashlayer/create', { body });
    expect([status, json.error.code]).toEqual([422, 'UNSUPPORTED']);
    expect(json.error.fields.map((field: { path: string }) => field.path)).toEqual(['restakingTrial']);
  });

  it('keeps names of living layers unique', async () => {
    const { status, json } = await platform.call('POST', '/v1/flashlayer/create', { body: referenceBody('freetrial') });
    expect([status, json.error.code, json.error.fields[0].path]).toEqual([409, 'ALREADY_EXISTS', 'flashlayer.name']);
  });

  it('answers a repeated Idempotency-Key with the first answer', async () => {
    const headers = { 'idempotency-key': 'once' };
    const body = referenceBody('idem');
    const answers = await Promise.all(
      [1, 2, 3].map(() => platform.call('POST', '/v1/flashlayer/create', { body, headers })),
    );
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer.json))).size).toBe(1);
    await untilStatus(platform, answers[0]?.json.flashlayer.id, 'STATUS_ACTIVE');
    const later = await platform.call('POST', '/v1/flashlayer/create', { body, headers });
    expect(later.json).toEqual(answers[0]?.json);
    const other = await platform.call('POST', '/v1/flashlayer/create', { body: referenceBody('idem2'), headers });
    expect([other.status, other.json.error.code]).toEqual([409, 'IDEMPOTENCY_MISMATCH']);
  });

  it('asks for a token and for no other', async () => {
    const paths = [
      '/v1/flashlayer',
      '/v1/flashlayer/1',
      '/v1/flashlayer/info/1',
      '/v1/platform',
      '/v1/flashlayer/1/events',
    ];
    for (const path of paths) {
      for (const token of [null, 'wrong', '']) {
        const { status, json } = await platform.call('GET', path, { token });
        expect([path, status, json.error.code]).toEqual([path, 401, 'UNAUTHENTICATED']);
      }
    }
    for (const method of ['GET', 'POST', 'DELETE']) {
      expect((await platform.call(method, '/v1/flashlayer/destroy?id=1', { token: null })).status).toBe(401);
    }
    expect((await platform.call('GET', '/healthz', { token: null })).json.status).toBe('ok');
    expect((await platform.call('GET', '/readyz', { token: null })).status).toBe(200);
    expect((await platform.call('GET', '/metrics', { token: null })).json).toContain(
      'tephra_launchpad_request_seconds',
    );
  });

  it('lists, filters and says what is not there', async () => {
    const { flashlayers } = await platform.api.listFlashlayers();
    expect(flashlayers.map((layer) => layer.name)).toEqual(['idem', 'freetrial']);
    const { flashlayers: one } = await platform.api.listFlashlayers({
      query: { chainId: flashlayers[0]?.resources.chainId },
    });
    expect(one.map((layer) => layer.name)).toEqual(['idem']);
    const first = await platform.api.listFlashlayers({ query: { limit: 1, living: 'true' } });
    expect([first.flashlayers.map((layer) => layer.name), first.nextCursor]).toEqual([['idem'], flashlayers[0]?.id]);
    const second = await platform.api.listFlashlayers({ query: { limit: 1, cursor: first.nextCursor ?? '' } });
    expect([second.flashlayers.map((layer) => layer.name), second.nextCursor]).toEqual([['freetrial'], null]);
    for (const path of ['/v1/flashlayer/999', '/v1/flashlayer/info/999', '/v1/flashlayer/999/logs', '/v1/nothing']) {
      const { status, json } = await platform.call('GET', path);
      expect([path, status, json.error.code]).toEqual([path, 404, 'NOT_FOUND']);
    }
    expect((await platform.call('GET', '/v1/flashlayer/abc')).status).toBe(400);
    expect((await platform.call('POST', '/v1/flashlayer/destroy', { body: {} })).json.error.fields[0].path).toBe('id');
    expect((await platform.call('POST', '/v1/flashlayer/destroy', { body: { id: 999 } })).status).toBe(404);
  });

  it('streams events from the start or from the last seen, then live', async () => {
    const [layer] = (await platform.api.listFlashlayers({ query: { name: 'freetrial' } })).flashlayers;
    const id = layer?.id ?? '';
    const read = async (lastEventId: string | undefined, until: (event: LayerEvent) => boolean) => {
      const abort = new AbortController();
      const events: LayerEvent[] = [];
      const options = { signal: abort.signal, ...(lastEventId === undefined ? {} : { lastEventId }) };
      for await (const event of platform.api.watchFlashlayer(id, options)) {
        events.push(event);
        if (until(event)) break;
      }
      abort.abort();
      return events;
    };
    const isActive = (event: LayerEvent): boolean => event.event === 'status' && event.data.status === 'STATUS_ACTIVE';
    const all = await read(undefined, isActive);
    const ids = all.flatMap((event) => (event.id === undefined ? [] : [Number(event.id)]));
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    const steps = all.flatMap((event) => (event.event === 'step' ? [`${event.data.name} ${event.data.status}`] : []));
    expect(steps.filter((step) => step.endsWith('done'))).toHaveLength(7);
    expect(steps.indexOf('keys running')).toBeLessThan(steps.indexOf('keys done'));

    const rest = await read(all.at(-3)?.id, isActive);
    expect(rest.map((event) => event.id)).toEqual(all.slice(-2).map((event) => event.id));
  });

  it('reads the log, uses the faucet within its limits, previews a settlement', async () => {
    const [layer] = (await platform.api.listFlashlayers({ query: { name: 'freetrial' } })).flashlayers;
    const params = { id: layer?.id ?? '' };
    expect((await platform.api.getFlashlayerLogs({ params })).lines[0]).toContain('tiny node of freetrial');
    const address = '0x55085B2Fd83323d98d30d6B3342cc39de6D527f8';
    const given = await platform.api.useFaucet({ params, body: { address } });
    expect(given).toEqual({ transactionHash: `0x${'ab'.repeat(32)}`, amount: (10n ** 19n).toString() });
    await expect(platform.api.useFaucet({ params, body: { address, amount: '0' } })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: [{ path: 'amount' }],
    });
    for (let index = 0; index < 3; index++) await platform.api.useFaucet({ params, body: { address, amount: 1 } });
    await expect(platform.api.useFaucet({ params, body: { address } })).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    const preview = await platform.api.previewSettlement({ params });
    expect(preview.counts.nativeHolders).toBe(2);
    expect(preview.estimate.covered).toBe(true);
  });

  it('tells about the platform, the local session and the clock of the L1', async () => {
    const info = await platform.api.getPlatform();
    expect(info).toMatchObject({ l1: { chainId: 900, embedded: true }, layers: { living: 2, total: 2 } });
    expect(info.accounts?.[0]).toMatchObject({ devOnly: true });
    const session = await platform.call('GET', '/v1/session', { token: null });
    expect(session.json).toEqual({ token: platform.launchpad.token });
    const before = await platform.api.getDevnetTime();
    const after = await platform.api.travel({ body: { seconds: 600 } });
    expect(after.l1Timestamp - before.l1Timestamp).toBeGreaterThanOrEqual(600);
    expect((await platform.call('POST', '/v1/devnet/time', { body: { seconds: 0 } })).status).toBe(400);
  });

  it('documents every route', async () => {
    const { json } = await platform.call('GET', '/docs/json', { token: null });
    expect(Object.keys(json.paths)).toEqual(
      expect.arrayContaining([
        '/v1/flashlayer/create',
        '/v1/flashlayer/{id}/events',
        '/v1/flashlayer/destroy',
        '/readyz',
      ]),
    );
    expect(Object.keys(json.paths['/v1/flashlayer/destroy']).sort()).toEqual(['delete', 'get', 'post']);
    expect((await platform.call('GET', '/docs/', { token: null })).status).toBe(200);
  });

  it('refuses foreign hosts and pages of other sites', async () => {
    const foreign = await rawGet(platform.url, '/v1/session', { host: 'evil.example' });
    expect(foreign.status).toBe(403);
    expect((await rawGet(platform.url, '/healthz', { host: 'evil.example:8080' })).status).toBe(403);
    const cross = await platform.call('GET', '/v1/flashlayer', { headers: { origin: 'https://evil.example' } });
    expect([cross.status, cross.json.error.code]).toEqual([403, 'FORBIDDEN']);
    expect((await platform.call('GET', '/v1/flashlayer', { headers: { origin: platform.url } })).status).toBe(200);
    expect((await rawGet(platform.url, '/v1/session', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  it('passes JSON-RPC on over HTTP and WebSocket, by name and id', async () => {
    const [layer] = (await platform.api.listFlashlayers({ query: { name: 'freetrial' } })).flashlayers;
    const body = { jsonrpc: '2.0', id: 7, method: 'eth_chainId', params: [] };
    for (const key of ['freetrial', layer?.id]) {
      const { status, json, headers } = await platform.call('POST', `/rpc/${key}`, { body, token: null });
      expect([status, json]).toEqual([
        200,
        { jsonrpc: '2.0', id: 7, result: `0x${Number(layer?.resources.chainId).toString(16)}` },
      ]);
      expect(headers.get('access-control-allow-origin')).toBe('*');
    }
    const keys = JSON.parse(await readFile(join(platform.dir, 'chains', layer?.id ?? '', 'keys.json'), 'utf8'));
    const admin = { body: { ...body, method: 'admin_status' }, token: keys.adminToken };
    expect((await platform.call('POST', '/rpc/freetrial', admin)).json.error.message).toBe(
      'the admin token is missing',
    );
    expect((await platform.call('OPTIONS', '/rpc/freetrial', { token: null })).status).toBe(204);
    expect((await platform.call('GET', '/rpc/freetrial', { token: null })).status).toBe(405);
    const unknown = await platform.call('POST', '/rpc/nobody', { body, token: null });
    expect([unknown.status, unknown.json.error.message]).toEqual([404, 'there is no living layer nobody']);

    const socket = new WebSocket(`${platform.url.replace('http', 'ws')}/rpc/freetrial`);
    const echo = await new Promise<string>((resolve, reject) => {
      socket.on('open', () => socket.send('hello'));
      socket.on('message', (data) => resolve(String(data)));
      socket.on('error', reject);
    });
    expect(echo).toBe('echo hello');
    socket.close();
  });

  it('starts a node again that ended, and hides the gap from callers', async () => {
    const [layer] = (await platform.api.listFlashlayers({ query: { name: 'freetrial' } })).flashlayers;
    const id = Number(layer?.id);
    const call = (method: string) =>
      platform.call('POST', '/rpc/freetrial', { body: { jsonrpc: '2.0', id: 1, method, params: [] }, token: null });
    const before = platform.driver.target(id)?.port;
    await call('test_die');
    await waitUntil(() => platform.driver.target(id)?.port !== before, { what: 'the node to end' });
    expect((await call('eth_blockNumber')).status).toBe(200);
    await waitUntil(async () => (await platform.api.getFlashlayer({ params: { id } })).restarts === 1, {
      what: 'the count',
    });
  });

  it('ends a layer: closes it on the L1, keeps the ledger, frees the rest', async () => {
    const [layer] = (await platform.api.listFlashlayers({ query: { name: 'freetrial' } })).flashlayers;
    const id = layer?.id ?? '';
    const dir = join(platform.dir, 'chains', id);
    // The reference's form: a GET with a body.
    const destroyed = await rawGet(
      platform.url,
      '/v1/flashlayer/destroy',
      { authorization: `Bearer ${platform.launchpad.token}` },
      `{"id": ${id}}`,
    );
    expect([destroyed.status, destroyed.body]).toEqual([200, '{}']);
    expect((await platform.api.getFlashlayer({ params: { id } })).flashlayer.status).toBe('STATUS_SETTLING');
    const owner = '0x55085B2Fd83323d98d30d6B3342cc39de6D527f8';
    await writeFile(join(dir, 'settlement.json'), JSON.stringify(settlementOf(owner)));
    await untilStatus(platform, id, 'STATUS_TERMINATED');

    const ledger = await platform.api.getSettlement({ params: { id } });
    expect(ledger).toMatchObject({
      phase: 'done',
      counts: { total: 2, paid: 1, claimable: 1, pending: 0 },
      l1GasUsed: '123456',
      unsettled: [{ reason: 'over-quota', items: 70_000 }],
      layer: { name: 'freetrial' },
      l1: { chainId: 900, bridge: expect.stringMatching(/^0x/), rollup: expect.stringMatching(/^0x/) },
      items: [
        { index: 0, asset: { type: 'native', symbol: 'ETH', name: 'freetrial' }, owner, amount: '21', status: 'paid' },
        { index: 1, asset: { type: 'erc20', name: 'Ether', l1Token: null }, amount: '5', status: 'claimable' },
      ],
    });
    const paid = await platform.api.getSettlement({
      params: { id },
      query: { status: 'paid', owner: owner.toLowerCase() },
    });
    expect(paid.items).toHaveLength(1);
    expect(await readFile(join(dir, 'node.json')).catch((error) => error.code)).toBe('ENOENT');
    expect(platform.driver.state(Number(id))).toBe('stopped');
    const detail = await platform.api.getFlashlayer({ params: { id } });
    expect(detail.steps.filter((step) => step.phase === 'end').map((step) => step.status)).toEqual(
      Array(4).fill('done'),
    );
    expect(detail.chain).toBeNull();
    // Once more is no error.
    expect((await platform.call('DELETE', `/v1/flashlayer/destroy?id=${id}`)).json).toEqual({});
    const living = await platform.api.listFlashlayers({ query: { living: 'true' } });
    expect(living.flashlayers.map((layer) => layer.name)).toEqual(['idem']);
  });

  it('redeploys a terminated layer with the same name and settings on a chain id of its own', async () => {
    const [old] = (await platform.api.listFlashlayers({ query: { name: 'freetrial' } })).flashlayers;
    const [living] = (await platform.api.listFlashlayers({ query: { name: 'idem' } })).flashlayers;
    const refused = await platform.call('POST', `/v1/flashlayer/${living?.id}/redeploy`);
    expect([refused.status, refused.json.error.code]).toEqual([409, 'FAILED_PRECONDITION']);
    const importing = (ref: string) =>
      platform.call('POST', '/v1/flashlayer/create', { body: { flashlayer: { name: 'next' }, import: ref } });
    const answers = [
      await importing('idem'),
      await importing('nobody'),
      await importing('no-one'),
      await importing('999'),
    ];
    expect(answers.map(({ status, json }) => [status, json.error.code, json.error.fields[0].path])).toEqual([
      [409, 'FAILED_PRECONDITION', 'import'],
      ...Array(3).fill([400, 'INVALID_ARGUMENT', 'import']),
    ]);
    const stranger = await importing(l1.deployments.factory);
    expect([stranger.status, stranger.json.error.message]).toEqual([400, expect.stringContaining('no rollup at')]);
    const path = `/v1/flashlayer/${old?.id}/redeploy`;
    const taken = await platform.call('POST', path, { body: { name: 'idem' } });
    expect([taken.status, taken.json.error.code]).toEqual([409, 'ALREADY_EXISTS']);
    const headers = { 'idempotency-key': 'again' };
    const [again, repeated] = [
      await platform.call('POST', path, { headers }),
      await platform.call('POST', path, { headers }),
    ];
    expect(repeated.json).toEqual(again.json);
    const { flashlayer } = flashlayerAnswer.parse(again.json);
    expect(flashlayer).toMatchObject({ name: 'freetrial', settings: old?.settings, tier: old?.tier });
    expect([old?.id, old?.resources.chainId]).not.toContain(flashlayer.id);
    expect(flashlayer.resources.chainId).not.toBe(old?.resources.chainId);
    await untilStatus(platform, flashlayer.id, 'STATUS_ACTIVE');
    const detail = await platform.api.getFlashlayer({ params: { id: flashlayer.id } });
    expect(detail.redeployedFrom).toBe(old?.id);
  });

  it('shows a failed step and goes on from it', async () => {
    const { flashlayer } = await platform.api.createFlashlayer({ body: { flashlayer: { name: 'crasher' } } });
    await untilStatus(platform, flashlayer.id, 'STATUS_FAILED');
    const detail = await platform.api.getFlashlayer({ params: { id: flashlayer.id } });
    const failed = detail.steps.find((step) => step.status === 'failed');
    expect(failed).toMatchObject({ name: 'node', error: { code: 'NODE_CRASH_LOOP' } });
    expect(failed?.error?.message).toContain('it crashes by its name');
    await db.updateTable('layers').set({ name: 'healed' }).where('id', '=', Number(flashlayer.id)).execute();
    await platform.api.retryFlashlayer({ params: { id: flashlayer.id } });
    await untilStatus(platform, flashlayer.id, 'STATUS_ACTIVE');
    const after = await platform.api.getFlashlayer({ params: { id: flashlayer.id } });
    expect(after.steps.map((step) => step.attempt)).toEqual([1, 1, 1, 1, 2, 1, 1]);
    await expect(platform.api.retryFlashlayer({ params: { id: flashlayer.id } })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
    });
  });
});

function settlementOf(owner: string) {
  const entry = { twin: null, tokenId: null, l1TransactionHash: null };
  return {
    phase: 'done',
    written: '0x2',
    planned: '0x2',
    terminalPack: '0x3',
    windowEnd: '0x10',
    counts: {},
    escrowWei: '0x0',
    gasUsed: '0x1e240',
    error: null,
    unsettled: [{ token: `0x${'ee'.repeat(20)}`, standard: 'erc20', reason: 'over-quota', items: 70_000 }],
    entries: [
      {
        ...entry,
        index: '0x0',
        asset: 'native',
        standard: 'native',
        token: null,
        to: owner,
        amount: '0x15',
        status: 'paid',
        l1TransactionHash: `0x${'cd'.repeat(32)}`,
      },
      {
        ...entry,
        index: '0x1',
        asset: 'erc20',
        standard: 'erc20',
        token: `0x${'0'.repeat(40)}`,
        to: owner,
        amount: '5',
        status: 'claimable',
      },
    ],
  };
}

/** A request that fetch would not send: with another Host, or GET with a body. */
function rawGet(
  base: string,
  path: string,
  headers: Record<string, string>,
  body = '',
): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(base);
  const extra = body ? { 'content-type': 'application/json', 'content-length': String(body.length) } : {};
  return new Promise((resolve, reject) => {
    const call = request(
      { hostname, port, path, method: 'GET', headers: { host: `127.0.0.1:${port}`, ...extra, ...headers } },
      (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text }));
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}
