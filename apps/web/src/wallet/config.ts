import { defineChain } from 'viem';
import { createConfig, http } from 'wagmi';

/**
 * wagmi is used for what wallets are: discovery (EIP-6963), connection, account changes and coming back after a reload.
 * Chains come and go here, so clients are made per chain by wallet.tsx, not by this list.
 */
const embeddedL1 = defineChain({
  id: 900,
  name: 'Embedded L1',
  nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
  rpcUrls: { default: { http: ['http://localhost:8545'] } },
});

export const wagmiConfig = createConfig({
  chains: [embeddedL1],
  connectors: [],
  multiInjectedProviderDiscovery: true,
  transports: { [embeddedL1.id]: http() },
});
