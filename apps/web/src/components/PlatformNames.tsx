import { PREDEPLOYS } from '@tephra/protocol';
import { type ReactNode, useMemo } from 'react';
import { usePlatform } from '../lib/queries.ts';
import { type Names, NamesProvider } from './names.tsx';

const PREDEPLOY_NAMES: Record<keyof typeof PREDEPLOYS, string> = {
  system: 'System',
  chainState: 'Chain state',
  outbox: 'Outbox',
  l2Bridge: 'Layer bridge',
  settler: 'Settler',
  faucet: 'Faucet',
  baseFeeVault: 'Base fee vault',
  priorityFeeVault: 'Priority fee vault',
  dataFeeVault: 'Data fee vault',
  bridgedErc20Impl: 'Bridged ERC-20 code',
  bridgedErc721Impl: 'Bridged ERC-721 code',
  bridgedErc1155Impl: 'Bridged ERC-1155 code',
};

/** Names of what is the same on every layer: predeploys, dev accounts, platform contracts. */
export function PlatformNames({ children }: { children: ReactNode }) {
  const { data: platform } = usePlatform();
  const names = useMemo(() => {
    const all: Record<string, string> = {};
    for (const [key, address] of Object.entries(PREDEPLOYS)) {
      all[address] = PREDEPLOY_NAMES[key as keyof typeof PREDEPLOYS];
    }
    for (const [index, account] of (platform?.accounts ?? []).entries()) all[account.address] = `Account ${index}`;
    if (platform !== undefined) {
      all[platform.contracts.rollupFactory] = 'Rollup factory';
      all[platform.contracts.batchRegistry] = 'Batch registry';
    }
    return all satisfies Names;
  }, [platform]);
  return <NamesProvider names={names}>{children}</NamesProvider>;
}
