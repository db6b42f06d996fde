/** The CLI command that does what the form does. */
export function equalCommand(
  layer: string,
  direction: 'deposit' | 'withdraw',
  asset: 'native' | 'erc20' | 'erc721',
): string {
  const what = {
    native: '--amount 1',
    erc20: '--asset 0xTOKEN --amount 1',
    erc721: '--asset 0xTOKEN --token-id 1',
  }[asset];
  return `./tephra ${direction} ${layer} ${what}${direction === 'withdraw' ? ' --finalise' : ''}`;
}
