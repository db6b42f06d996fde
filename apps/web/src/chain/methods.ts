import { chainStateAbi, demoNftAbi, faucetAbi, l2BridgeAbi, outboxAbi, settlerAbi } from '@tephra/l1/abis';
import { type Abi, erc20Abi, erc721Abi, type Hex, toFunctionSelector } from 'viem';

const SELECTORS: ReadonlyMap<string, string> = selectorsOf([
  erc20Abi,
  erc721Abi,
  l2BridgeAbi,
  outboxAbi,
  faucetAbi,
  settlerAbi,
  chainStateAbi,
  demoNftAbi,
]);

function selectorsOf(abis: readonly Abi[]): Map<string, string> {
  const known = new Map<string, string>();
  for (const abi of abis) {
    for (const item of abi) if (item.type === 'function') known.set(toFunctionSelector(item), item.name);
  }
  return known;
}

/** Name of the called function where it is a usual one, else its selector; empty for a plain transfer. */
export function methodOf(input: Hex): string {
  if (input.length < 10) return '';
  const selector = input.slice(0, 10);
  return SELECTORS.get(selector) ?? selector;
}
