import type { AssetKind, Direction } from './kinds.ts';

/** The CLI command that does what the form does. */
export function equalCommand(layer: string, direction: Direction, asset: AssetKind): string {
  const what: Record<AssetKind, string> = {
    native: '--amount 1',
    eth: '--amount 1',
    erc20: '--asset 0xTOKEN --amount 1',
    erc721: '--asset 0xTOKEN --token-id 1',
    erc1155: '--asset 0xTOKEN --token-id 1 --amount 1',
  };
  return `./tephra ${direction} ${layer} ${what[asset]}${direction === 'withdraw' ? ' --finalise' : ''}`;
}
