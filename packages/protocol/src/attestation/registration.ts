import { type Address, type Hash, hashTypedData } from 'viem';

/**
 * Digest whose point an operator signs with its BLS key to prove that it owns it (proof of possession), before
 * `RegistryCoordinator.registerOperator`. EIP-712 under the registry coordinator's domain of the public middleware.
 */
export function pubkeyRegistrationDigest(chainId: bigint, registryCoordinator: Address, operator: Address): Hash {
  return hashTypedData({
    domain: { name: 'AVSRegistryCoordinator', version: 'v0.0.1', chainId, verifyingContract: registryCoordinator },
    types: { BN254PubkeyRegistration: [{ name: 'operator', type: 'address' }] },
    primaryType: 'BN254PubkeyRegistration',
    message: { operator },
  });
}
