import { lookup } from 'node:dns';
import { get as httpGet, type IncomingMessage, type RequestOptions } from 'node:http';
import { get as httpsGet } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

const MAX_BYTES = 64 * 1024;
const TIMEOUT_MS = 5_000;
const MAX_REDIRECTS = 3;

/** Addresses that are not on the open internet: a URI that strangers write must not make this machine ask its neighbours. */
const PRIVATE = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  PRIVATE.addSubnet(net, prefix, 'ipv4');
}
/** Of IPv6 only global unicast is open, without documentation, 6to4 and Teredo, which hide IPv4 addresses. */
const OPEN_V6 = new BlockList();
OPEN_V6.addSubnet('2000::', 3, 'ipv6');
for (const [net, prefix] of [
  ['2001:db8::', 32],
  ['2001::', 32],
  ['2002::', 16],
] as const) {
  PRIVATE.addSubnet(net, prefix, 'ipv6');
}

/** True for an address of the open internet. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !PRIVATE.check(address, 'ipv4');
  return family === 6 && OPEN_V6.check(address, 'ipv6') && !PRIVATE.check(address, 'ipv6');
}

export type FetchMetadataOptions = {
  /** Which addresses may be asked; default {@link isPublicAddress}. */
  allow?: (address: string) => boolean;
  timeoutMs?: number;
};

/**
 * The text at an http(s) URI: at most 64 KiB, within 5 s, through at most 3 redirects, from addresses of the open internet.
 * @throws Error saying what kept it
 */
export async function fetchMetadata(uri: string, options: FetchMetadataOptions = {}): Promise<string> {
  const signal = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
  let url = new URL(uri);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const answer = await request(url, options.allow ?? isPublicAddress, signal);
    const { statusCode = 0 } = answer;
    const { location } = answer.headers;
    if (statusCode >= 300 && statusCode < 400 && location !== undefined) {
      answer.destroy();
      url = new URL(location, url);
      continue;
    }
    if (statusCode !== 200) {
      answer.destroy();
      throw new Error(`the server answers with status ${statusCode}`);
    }
    return readText(answer);
  }
  throw new Error(`it is redirected more than ${MAX_REDIRECTS} times`);
}

function request(url: URL, allow: (address: string) => boolean, signal: AbortSignal): Promise<IncomingMessage> {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error(`${url.protocol} is not fetched`);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) && !allow(host)) throw new Error(`${host} is not an address of the open internet`);
  // Checked where the connection gets its address: a name that is looked up twice may give two answers.
  const guarded: LookupFunction = (name, lookupOptions, callback) => {
    lookup(name, { ...lookupOptions, all: true }, (error, addresses) => {
      const open = addresses?.filter(({ address }) => allow(address)) ?? [];
      const [first] = open;
      if (error || !first) {
        const reason = error ?? new Error(`${name} is not on the open internet`);
        callback(reason, lookupOptions.all ? [] : '', 0);
      } else if (lookupOptions.all) callback(null, open);
      else callback(null, first.address, first.family);
    });
  };
  const options: RequestOptions = {
    signal,
    lookup: guarded,
    headers: { accept: 'application/json, text/plain;q=0.5', 'user-agent': 'tephra-indexer' },
  };
  return new Promise((resolve, reject) => {
    const call = url.protocol === 'https:' ? httpsGet(url, options, resolve) : httpGet(url, options, resolve);
    call.once('error', reject);
  });
}

async function readText(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MAX_BYTES) {
      answer.destroy();
      throw new Error(`it is larger than ${MAX_BYTES} bytes`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
