import type { Flashlayer } from '@tephra/api';
import { l2BridgeAbi } from '@tephra/l1/abis';
import { PREDEPLOYS } from '@tephra/protocol';
import { type Address, numberToHex } from 'viem';
import { layerChainOf, publicClientOf } from '../chain/layerChain.ts';
import { readToken } from '../chain/tokens.ts';
import { TRANSFER_BATCH_TOPIC, TRANSFER_SINGLE_TOPIC, TRANSFER_TOPIC } from '../chain/transfers.ts';

/** A token of a living layer by the name it gives itself. */
export type KnownToken = { layer: Flashlayer; address: Address; name: string; symbol: string };

const LOG_BLOCKS = 5_000n;
const MOST_TOKENS = 60;

/** Tokens that moved lately on a layer, or came over its bridge, with their names. */
export async function readLayerTokens(layer: Flashlayer): Promise<KnownToken[]> {
  const client = publicClientOf(layerChainOf(layer));
  const latest = await client.getBlockNumber();
  const [logs, bridged] = await Promise.all([
    client.request({
      method: 'eth_getLogs',
      params: [
        {
          fromBlock: numberToHex(latest >= LOG_BLOCKS ? latest - LOG_BLOCKS + 1n : 0n),
          toBlock: numberToHex(latest),
          topics: [[TRANSFER_TOPIC, TRANSFER_SINGLE_TOPIC, TRANSFER_BATCH_TOPIC]],
        },
      ],
    }),
    client
      .readContract({ address: PREDEPLOYS.l2Bridge, abi: l2BridgeAbi, functionName: 'bridgedTokens' })
      .catch((): readonly Address[] => []),
  ]);
  const addresses = new Set([...bridged, ...logs.map((log) => log.address)].map((each) => each.toLowerCase()));
  const tokens = await Promise.all(
    [...addresses].slice(0, MOST_TOKENS).map(async (address): Promise<KnownToken | null> => {
      const { name, symbol } = await readToken(client, address as Address);
      return name === null && symbol === null
        ? null
        : { layer, address: address as Address, name: name ?? symbol ?? '', symbol: symbol ?? '' };
    }),
  );
  return tokens.filter((token) => token !== null);
}

/** Tokens whose name, symbol or layer hold every word. */
export function matchTokens(text: string, tokens: readonly KnownToken[]): KnownToken[] {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return tokens.filter(({ name, symbol, layer }) => {
    const own = `${name} ${symbol}`.toLowerCase();
    const all = `${own} ${layer.name}`;
    return words.every((word) => all.includes(word)) && words.some((word) => own.includes(word));
  });
}
