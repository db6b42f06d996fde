import type { Address } from 'viem';

/**
 * Addresses that the protocol itself uses on every chain (contracts/src/predeploys/IPredeploys.sol), checksummed.
 * `system` is a sender that nobody holds a key of; it has no code.
 */
export const PREDEPLOYS = {
  system: '0x00000000000000000000000000000000007EFFff',
  chainState: '0x00000000000000000000000000000000007E0001',
  outbox: '0x00000000000000000000000000000000007e0002',
  l2Bridge: '0x00000000000000000000000000000000007e0003',
  settler: '0x00000000000000000000000000000000007E0004',
  faucet: '0x00000000000000000000000000000000007e0005',
  baseFeeVault: '0x00000000000000000000000000000000007e0006',
  priorityFeeVault: '0x00000000000000000000000000000000007E0007',
  bridgedErc20Impl: '0x00000000000000000000000000000000007e0008',
  bridgedErc721Impl: '0x00000000000000000000000000000000007E0009',
  dataFeeVault: '0x00000000000000000000000000000000007E000A',
  bridgedErc1155Impl: '0x00000000000000000000000000000000007E000B',
} as const satisfies Record<string, Address>;

/** Predeploys that can have code. */
export type PredeployName = Exclude<keyof typeof PREDEPLOYS, 'system'>;

export const PREDEPLOY_NAMES = (Object.keys(PREDEPLOYS) as (keyof typeof PREDEPLOYS)[]).filter(
  (name): name is PredeployName => name !== 'system',
);
