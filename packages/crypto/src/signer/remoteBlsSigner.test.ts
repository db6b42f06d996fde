import { encodeG1, encodeG2 } from '@tephra/protocol';
import { keccak256, toHex } from 'viem';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Bls, loadBls } from '../bls/bls.ts';
import { operatorId } from '../bls/operatorId.ts';
import { LocalBlsSigner } from './localBlsSigner.ts';
import { RemoteBlsSigner } from './remoteBlsSigner.ts';

let bls: Bls;
beforeAll(async () => {
  bls = await loadBls();
});
const digest = keccak256(toHex('to sign'));

/** A signer service as `fetch`; `change` makes it lie. */
function service(value: bigint, change: (path: string, honest: unknown) => unknown = (_, honest) => honest) {
  const secret = bls.secretKey(value);
  const { g1, g2 } = bls.publicKeys(secret);
  const requests: Request[] = [];
  const answer = async (url: string, init: RequestInit): Promise<Response> => {
    requests.push(new Request(url, { ...init, signal: null }));
    const path = new URL(url).pathname;
    const honest = path.startsWith('/v1/bls/keys/')
      ? { g1: encodeG1(g1), g2: encodeG2(g2) }
      : encodeG1(bls.sign(secret, (JSON.parse(String(init.body)) as { digest: typeof digest }).digest));
    const changed = change(path, honest);
    return changed instanceof Response ? changed : Response.json(changed);
  };
  return { id: operatorId(g1), g1, g2, requests, fetch: answer as unknown as typeof fetch };
}

describe('RemoteBlsSigner', () => {
  test('answers like a local signer of the same key', async () => {
    const remote = service(77n);
    const signer = await RemoteBlsSigner.create({ url: 'http://signer', operatorId: remote.id, token: 't' }, remote);
    const local = await LocalBlsSigner.create(bls.secretKey(77n));
    expect(await signer.publicKeys()).toEqual(await local.publicKeys());
    expect(await signer.sign(digest)).toEqual(await local.sign(digest));
    expect(remote.requests.map((request) => [request.method, request.headers.get('authorization')])).toEqual([
      ['GET', 'Bearer t'],
      ['POST', 'Bearer t'],
    ]);
  });

  test.each<[string, (path: string, honest: unknown) => unknown]>([
    ['another operator’s keys', () => ({ g1: encodeG1(service(78n).g1), g2: encodeG2(service(78n).g2) })],
    ['keys that do not belong together', (_, honest) => ({ ...(honest as object), g2: encodeG2(service(78n).g2) })],
    [
      'a signature of another message',
      (path, honest) => (path.endsWith('sign') ? encodeG1(bls.hashToG1(digest)) : honest),
    ],
    ['a point off the curve', (path, honest) => (path.endsWith('sign') ? encodeG1({ X: 1n, Y: 1n }) : honest)],
    ['no JSON', () => new Response('hello')],
    ['an endless answer', () => new Response(' '.repeat(20_000))],
    ['null', () => Response.json(null)],
  ])('does not believe %s', async (_, change) => {
    const remote = service(77n, change);
    const signer = await RemoteBlsSigner.create({ url: 'http://signer', operatorId: remote.id }, remote);
    await expect(signer.sign(digest)).rejects.toMatchObject({ code: 'SIGNER_LIED' });
  });

  test('tells refusal from absence', async () => {
    const with_ = async (fetch_: typeof fetch) =>
      (await RemoteBlsSigner.create({ url: 'http://signer', operatorId: service(77n).id }, { fetch: fetch_ })).sign(
        digest,
      );
    await expect(with_(async () => new Response('', { status: 403 }))).rejects.toMatchObject({
      code: 'SIGNER_REFUSED',
      retryable: false,
    });
    await expect(with_(async () => new Response('', { status: 502 }))).rejects.toMatchObject({
      code: 'SIGNER_UNREACHABLE',
      retryable: true,
    });
    await expect(with_(() => Promise.reject(new Error('connect ECONNREFUSED')))).rejects.toMatchObject({
      code: 'SIGNER_UNREACHABLE',
      retryable: true,
    });
  });
});
