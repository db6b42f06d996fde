import type { Address } from '@tephra/protocol';
import { erc20Abi, erc721Abi } from 'viem';
import type { TokenStandard } from './ledger.ts';
import type { View } from './view.ts';

/** Candidates that a token's logs name, by the standard that the logs follow: ERC-20, ERC-721, ERC-1155. */
export type Traces = { holders: Set<Address>; ids: Set<bigint>; byId: Map<bigint, Set<Address>> };

const INTERFACE_IDS = { erc721: '0x80ac58cd', erc1155: '0xd9b67a26' } as const;
/** Candidates that are asked about before a token counts as one that does not answer. */
const SAMPLES = 4;
/** ERC-165 allows 30,000 gas; the rest is room for the call itself. Together these bound what a hostile token can burn. */
const ERC165_GAS = 60_000n;
const ANSWER_GAS = 250_000n;
const erc165Abi = [
  {
    type: 'function',
    name: 'supportsInterface',
    stateMutability: 'view',
    inputs: [{ name: 'interfaceId', type: 'bytes4' }],
    outputs: [{ type: 'bool' }],
  },
] as const;

/**
 * Which standard a token follows, by its own word (ERC-165) and, where that says nothing, by how it answers. One token has
 * one twin, so a token of two standards counts as the first of: ERC-721, ERC-1155, ERC-20.
 * @returns undefined when the token refuses every question
 */
export async function standardOf(view: View, token: Address, traces: Traces): Promise<TokenStandard | undefined> {
  const ids = first(traces.ids);
  const holders = first(traces.holders);
  const says = async (standard: keyof typeof INTERFACE_IDS): Promise<boolean> =>
    (await view(token, erc165Abi, 'supportsInterface', [INTERFACE_IDS[standard]], ERC165_GAS)) === true;
  // Without any candidate the logs were too many to be read: then the token's word alone counts.
  const unread = ids.length === 0 && holders.length === 0 && traces.byId.size === 0;
  if ((unread || ids.length > 0) && (await says('erc721'))) return 'erc721';
  if ((unread || traces.byId.size > 0) && (await says('erc1155'))) return 'erc1155';
  for (const holder of holders) {
    if ((await view(token, erc20Abi, 'balanceOf', [holder], ANSWER_GAS)) !== undefined) return 'erc20';
  }
  // Collections from before ERC-165.
  for (const id of ids) if ((await view(token, erc721Abi, 'ownerOf', [id], ANSWER_GAS)) !== undefined) return 'erc721';
  return undefined;
}

function first<T>(items: Iterable<T>): T[] {
  const some: T[] = [];
  for (const item of items) {
    if (some.push(item) === SAMPLES) break;
  }
  return some;
}
