import type { Database } from '@tephra/db';
import { beforeAll, expect, it } from 'vitest';
import type { TestPlatform } from './testing/harness.ts';
import { onDatabases } from './testing/on-databases.ts';

onDatabases((given) => {
  let platform: TestPlatform;
  let db: Database;
  beforeAll(() => {
    ({ platform, db } = given());
  });

  it('makes a token that is shown once, works and stops working when revoked', async () => {
    const { token, apiToken } = await platform.api.createToken({ body: { name: ' CI ', scope: 'read' } });
    expect(apiToken).toMatchObject({ name: 'CI', scope: 'read', expiresAt: null, lastUsedAt: null });
    expect((await platform.call('GET', '/v1/flashlayer', { token })).status).toBe(200);
    const listed = await platform.call('GET', '/v1/tokens');
    expect(listed.json.tokens[0]).toMatchObject({ id: apiToken.id, lastUsedAt: expect.any(String) });
    expect(JSON.stringify([listed.json, await db.selectFrom('api_tokens').selectAll().execute()])).not.toContain(token);
    expect((await platform.call('DELETE', `/v1/tokens/${apiToken.id}`)).json).toEqual({});
    expect((await platform.call('GET', '/v1/flashlayer', { token })).status).toBe(401);
    expect((await platform.call('DELETE', `/v1/tokens/${apiToken.id}`)).status).toBe(404);
  });

  it('lets each scope do what it names and no more', async () => {
    type Call = { method: string; path: string; body?: unknown };
    const create: Call = { method: 'POST', path: '/v1/flashlayer/create', body: { flashlayer: { name: 'no name' } } };
    const destroy: Call = { method: 'GET', path: '/v1/flashlayer/destroy?id=99' };
    const look: Call = { method: 'GET', path: '/v1/platform' };
    const tokens: Call = { method: 'GET', path: '/v1/tokens' };
    const allowed: Record<string, Call[]> = {
      read: [look],
      write: [look, create, destroy],
      admin: [look, create, destroy, tokens],
    };
    for (const scope of ['read', 'write', 'admin'] as const) {
      const { token } = await platform.api.createToken({ body: { name: scope, scope } });
      for (const call of [look, create, destroy, tokens]) {
        const { status, json } = await platform.call(call.method, call.path, { token, body: call.body });
        const forbidden = !allowed[scope]?.includes(call);
        expect([scope, call.path, status === 403]).toEqual([scope, call.path, forbidden]);
        if (forbidden) expect(json.error).toMatchObject({ code: 'FORBIDDEN', hint: expect.stringContaining('admin') });
      }
    }
  });

  it('names what is wrong with a request, and keeps the local token', async () => {
    const wrong = await platform.call('POST', '/v1/tokens', { body: { name: '', scope: 'root', expiresInDays: 0 } });
    expect(wrong.status).toBe(400);
    expect(wrong.json.error.fields.map((field: { path: string }) => field.path)).toEqual([
      'name',
      'scope',
      'expiresInDays',
    ]);
    const { tokens } = await platform.api.listTokens();
    const local = tokens.find((token) => token.name === 'local developer');
    expect((await platform.call('DELETE', `/v1/tokens/${local?.id}`)).json.error.code).toBe('FAILED_PRECONDITION');
  });

  it('ends a token with its time', async () => {
    const { token, apiToken } = await platform.api.createToken({ body: { name: 'short', expiresInDays: 1 } });
    expect(Date.parse(apiToken.expiresAt ?? '') - Date.parse(apiToken.createdAt)).toBe(86_400_000);
    expect((await platform.call('GET', '/v1/platform', { token })).status).toBe(200);
    await db
      .updateTable('api_tokens')
      .set({ expires_at: new Date(Date.now() - 1) })
      .where('id', '=', Number(apiToken.id))
      .execute();
    expect((await platform.call('GET', '/v1/platform', { token })).status).toBe(401);
    expect((await platform.api.listTokens()).tokens.map(({ id }) => id)).not.toContain(apiToken.id);
  });

  it('lists in pages that neither repeat nor leave out', async () => {
    for (let index = 0; index < 5; index++) await platform.api.createToken({ body: { name: `page ${index}` } });
    const all = (await platform.api.listTokens()).tokens.map(({ id }) => id);
    const paged: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await platform.api.listTokens({ query: { limit: 2, ...(cursor === undefined ? {} : { cursor }) } });
      expect(page.tokens.length).toBeLessThanOrEqual(2);
      paged.push(...page.tokens.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(all);
    expect((await platform.call('GET', '/v1/tokens?limit=0')).status).toBe(400);
    expect((await platform.call('GET', '/v1/tokens?limit=5000')).status).toBe(400);
  });
});
