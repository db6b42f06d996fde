import type { Flashlayer } from '@tephra/api';
import { isAddress, isHash } from 'viem';
import { layerChainOf, publicClientOf } from '../chain/layerChain.ts';
import { shortHex } from './format.ts';
import { STATUS } from './layerStatus.ts';

export type SearchHit = {
  kind: 'Page' | 'Layer' | 'Block' | 'Transaction' | 'Address';
  title: string;
  note?: string;
  to: string;
};

const PAGES: SearchHit[] = [
  { kind: 'Page', title: 'Overview: accounts, URLs and contracts', to: '/' },
  { kind: 'Page', title: 'Launch a layer', to: '/launch' },
  { kind: 'Page', title: 'Layers', to: '/layers' },
  { kind: 'Page', title: 'Faucet', to: '/faucet' },
];

/** Pages and layers that hold the words; everything when there are none. */
export function localHits(text: string, layers: readonly Flashlayer[]): SearchHit[] {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (hay: string) => words.every((word) => hay.toLowerCase().includes(word));
  const hits: SearchHit[] = PAGES.filter((page) => fits(page.title));
  for (const layer of layers) {
    const base = `/layers/${layer.id}`;
    const note = STATUS[layer.status].label;
    const name = layer.name;
    if (fits(`${name} ${layer.resources.chainId}`)) hits.push({ kind: 'Layer', title: name, note, to: base });
    if (words.length > 0) {
      for (const [part, path] of LAYER_PARTS) {
        if (fits(`${name} ${part}`) && !fits(name))
          hits.push({ kind: 'Page', title: `${name}: ${part}`, note, to: `${base}/${path}` });
      }
    }
  }
  return hits.slice(0, 12);
}

const LAYER_PARTS = [
  ['blocks', 'blocks'],
  ['bridge', 'bridge'],
  ['settlement', 'settlement'],
] as const;

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

/** Asks every living layer whether it knows the hash, block number or address. */
export async function remoteHits(text: string, layers: readonly Flashlayer[]): Promise<SearchHit[]> {
  const query = readQuery(text);
  if (query === null) return [];
  const living = layers.filter((layer) => layer.status === 'STATUS_ACTIVE' || layer.status === 'STATUS_SETTLING');
  const found = await Promise.all(living.map((layer) => ask(layer, query).catch((): SearchHit[] => [])));
  return found.flat();
}

async function ask(layer: Flashlayer, query: NonNullable<Query>): Promise<SearchHit[]> {
  const client = publicClientOf(layerChainOf(layer));
  const base = `/layers/${layer.id}`;
  if (query.kind === 'address') {
    return [
      { kind: 'Address', title: shortHex(query.value, 10, 6), note: layer.name, to: `${base}/address/${query.value}` },
    ];
  }
  if (query.kind === 'number') {
    const latest = await client.getBlockNumber();
    if (BigInt(query.value) > latest) return [];
    return [{ kind: 'Block', title: `Block ${query.value}`, note: layer.name, to: `${base}/block/${query.value}` }];
  }
  const hash = query.value as `0x${string}`;
  const [transaction, block] = await Promise.all([
    client.getTransaction({ hash }).catch(() => null),
    client.getBlock({ blockHash: hash }).catch(() => null),
  ]);
  const hits: SearchHit[] = [];
  if (transaction !== null) {
    hits.push({ kind: 'Transaction', title: shortHex(hash, 10, 6), note: layer.name, to: `${base}/tx/${hash}` });
  }
  if (block !== null) {
    hits.push({ kind: 'Block', title: `Block ${block.number}`, note: layer.name, to: `${base}/block/${block.number}` });
  }
  return hits;
}
