import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { fetchMetadata, isPublicAddress } from './fetch-metadata.ts';

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

const anywhere = { allow: () => true };

describe('fetchMetadata', () => {
  it('reads a document, through redirects', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/a') response.writeHead(302, { location: '/b' }).end();
      else response.end('{"name":"A"}');
    });
    expect(await fetchMetadata(`${url}/a`, anywhere)).toBe('{"name":"A"}');
  });

  it('refuses other statuses, endless redirects, other protocols and what is too large', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/large') response.end('x'.repeat(70_000));
      else if (request.url === '/file') response.writeHead(302, { location: 'file:///etc/passwd' }).end();
      else if (request.url === '/missing') response.writeHead(404).end();
      else response.writeHead(302, { location: '/again' }).end();
    });
    await expect(fetchMetadata(`${url}/large`, anywhere)).rejects.toThrow(/larger than 65536/);
    await expect(fetchMetadata(`${url}/file`, anywhere)).rejects.toThrow(/file: is not fetched/);
    await expect(fetchMetadata(`${url}/missing`, anywhere)).rejects.toThrow(/404/);
    await expect(fetchMetadata(`${url}/again`, anywhere)).rejects.toThrow(/redirected more than/);
  });

  it('gives up on a server that does not come to an end', async () => {
    const url = await serve((_request, response) => {
      response.write('{');
    });
    await expect(fetchMetadata(url, { ...anywhere, timeoutMs: 50 })).rejects.toThrow(/abort/i);
  });

  it('asks nobody in the neighbourhood, by address, by name, or by redirect', async () => {
    let asked = 0;
    const url = await serve((_request, response) => {
      asked++;
      response.end('{}');
    });
    await expect(fetchMetadata(url)).rejects.toThrow(/not on the open internet/);
    await expect(fetchMetadata(url.replace('localhost', '127.0.0.1'))).rejects.toThrow(/open internet/);
    await expect(fetchMetadata(url.replace('localhost', '2130706433'))).rejects.toThrow(/open internet/);
    await expect(fetchMetadata(url.replace('localhost', '[::ffff:127.0.0.1]'))).rejects.toThrow(/open internet/);
    expect(asked).toBe(0);
  });
});

describe('isPublicAddress', () => {
  it.each([
    ['8.8.8.8', true],
    ['172.15.0.1', true],
    ['2606:4700::1111', true],
    ['10.1.2.3', false],
    ['172.31.255.255', false],
    ['169.254.169.254', false],
    ['100.64.0.1', false],
    ['0.0.0.0', false],
    ['255.255.255.255', false],
    ['::1', false],
    ['fe80::1', false],
    ['fd00::1', false],
    ['::ffff:8.8.8.8', false],
    ['2002:7f00:1::', false],
    ['not an address', false],
  ])('%s: %s', (address, open) => {
    expect(isPublicAddress(address)).toBe(open);
  });
});
