import type { Flashlayer, PlatformInfo } from '@tephra/api';
import { isAddress, isHash } from 'viem';
import { l1ChainOf, layerChainOf, publicClientOf } from '../chain/layerChain.ts';
import { readToken } from '../chain/tokens.ts';
import { shortHex } from './format.ts';
import { STATUS } from './layerStatus.ts';

/** One line of the search: a place to go to, or something the page itself does. */
export type SearchHit = {
  kind: 'Page' | 'Layer' | 'Block' | 'Transaction' | 'Address' | 'Contract' | 'Token' | 'Action';
  title: string;
  note?: string;
  /** Path, with search parameters where the page has some. */
  to: string;
  act?: 'scheme' | 'keys';
};

const PAGES: SearchHit[] = [
  { kind: 'Page', title: 'Overview: accounts, URLs and contracts', to: '/' },
  { kind: 'Action', title: 'Launch a layer', to: '/launch' },
  { kind: 'Page', title: 'Layers', to: '/layers' },
  { kind: 'Page', title: 'Faucet', to: '/faucet' },
  { kind: 'Page', title: 'Restake: position, operator, withdrawals, rewards', to: '/restake' },
  { kind: 'Page', title: 'Operators and AVSs', to: '/operators' },
  { kind: 'Action', title: 'Restake ETH or a token', to: '/restake?action=deposit' },
  { kind: 'Action', title: 'Withdraw restaked stake', to: '/restake?action=withdraw' },
  { kind: 'Action', title: 'Change between light and dark colours', to: '', act: 'scheme' },
  { kind: 'Action', title: 'Make, bring or forget keys of this page', to: '', act: 'keys' },
];

/** Parts of a layer and what can be done there; `living`: only while it takes transactions. */
const LAYER_PARTS: readonly { part: string; path: string; kind: 'Page' | 'Action'; living: boolean }[] = [
  { part: 'blocks', path: 'blocks', kind: 'Page', living: true },
  { part: 'packs on the L1', path: 'packs', kind: 'Page', living: false },
  { part: 'disputes', path: 'disputes', kind: 'Page', living: false },
  { part: 'bridge', path: 'bridge', kind: 'Page', living: true },
  { part: 'settlement', path: 'settlement', kind: 'Page', living: false },
  { part: 'deposit from the L1', path: 'bridge?direction=deposit', kind: 'Action', living: true },
  { part: 'withdraw to the L1', path: 'bridge?direction=withdraw', kind: 'Action', living: true },
];
const MOST_LOCAL = 14;

/** Pages, layers and actions that hold the words; pages and layers when there are none. */
export function localHits(text: string, layers: readonly Flashlayer[]): SearchHit[] {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (hay: string) => words.every((word) => hay.toLowerCase().includes(word));
  const hits: SearchHit[] = PAGES.filter((page) => fits(page.title));
  for (const layer of layers) {
    const base = `/layers/${layer.id}`;
    const note = STATUS[layer.status].label;
    const { name } = layer;
    if (fits(`${name} ${layer.resources.chainId}`)) hits.push({ kind: 'Layer', title: name, note, to: base });
    if (words.length === 0) continue;
    for (const { part, path, kind, living } of LAYER_PARTS) {
      if (living && layer.status !== 'STATUS_ACTIVE') continue;
      if (fits(`${name} ${part}`) && !fits(name)) {
        hits.push({ kind, title: `${name}: ${part}`, note, to: `${base}/${path}` });
      }
    }
  }
  return hits.slice(0, MOST_LOCAL);
}

export type Query = { kind: 'hash' | 'address' | 'number'; value: string } | null;

/** What a search text can mean on a chain. */
export function readQuery(text: string): Query {
  const value = text.trim();
  if (isHash(value)) return { kind: 'hash', value };
  if (isAddress(value, { strict: false })) return { kind: 'address', value };
  const digits = value.replaceAll(',', '').replace(/^#/, '');
  if (/^\d{1,15}$/.test(digits)) return { kind: 'number', value: digits };
  return null;
}

/** Layers whose chain answers. */
export function livingLayers(layers: readonly Flashlayer[]): Flashlayer[] {
  return layers.filter((layer) => layer.status === 'STATUS_ACTIVE' || layer.status === 'STATUS_SETTLING');
}

/** Asks every living layer, and the L1, whether it knows the hash, block number or address. */
export async function remoteHits(
  text: string,
  layers: readonly Flashlayer[],
  l1: PlatformInfo['l1'] | undefined,
): Promise<SearchHit[]> {
  const query = readQuery(text);
  if (query === null) return [];
  const found = await Promise.all([
    ...livingLayers(layers).map((layer) => ask(layer, query).catch((): SearchHit[] => [])),
    ...(l1 !== undefined && query.kind === 'hash' ? [askL1(l1, query.value as `0x${string}`)] : []),
  ]);
  return found.flat();
}

async function askL1(l1: PlatformInfo['l1'], hash: `0x${string}`): Promise<SearchHit[]> {
  const known = await publicClientOf(l1ChainOf(l1))
    .getTransaction({ hash })
    .catch(() => null);
  if (known === null) return [];
  return [{ kind: 'Transaction', title: shortHex(hash, 10, 6), note: 'L1', to: `/l1/tx/${hash}` }];
}

async function ask(layer: Flashlayer, query: NonNullable<Query>): Promise<SearchHit[]> {
  const client = publicClientOf(layerChainOf(layer));
  const base = `/layers/${layer.id}`;
  const note = layer.name;
  if (query.kind === 'address') {
    const address = query.value as `0x${string}`;
    const code = await client.getCode({ address });
    const to = `${base}/address/${address}`;
    const short = shortHex(address, 10, 6);
    if (code === undefined || code === '0x') return [{ kind: 'Address', title: short, note, to }];
    const { name, symbol } = await readToken(client, address);
    const named = name ?? symbol;
    return [
      { kind: named === null ? 'Contract' : 'Token', title: named === null ? short : `${named} ${short}`, note, to },
    ];
  }
  if (query.kind === 'number') {
    const latest = await client.getBlockNumber();
    if (BigInt(query.value) > latest) return [];
    return [{ kind: 'Block', title: `Block ${query.value}`, note, to: `${base}/block/${query.value}` }];
  }
  const hash = query.value as `0x${string}`;
  const [transaction, block] = await Promise.all([
    client.getTransaction({ hash }).catch(() => null),
    client.getBlock({ blockHash: hash }).catch(() => null),
  ]);
  const hits: SearchHit[] = [];
  if (transaction !== null) {
    hits.push({ kind: 'Transaction', title: shortHex(hash, 10, 6), note, to: `${base}/tx/${hash}` });
  }
  if (block !== null) {
    hits.push({ kind: 'Block', title: `Block ${block.number}`, note, to: `${base}/block/${block.number}` });
  }
  return hits;
}
