import type { Address, Hash, Hex } from '@tephra/protocol';
import { encodeAbiParameters, encodeFunctionData, getAddress, getContractAddress, parseAbi, slice } from 'viem';
import type { L1Client } from '../client.ts';
import { emptyImplementationBytecode, upgradeableProxyBytecode } from '../generated/bytecode.ts';
import type { TransactionSender } from '../sender/transaction-sender.ts';
import { type Create2Contract, create2Contract, DeploymentError, sendUnlessDone } from './create2.ts';

const PROXY_ADMIN_ABI = parseAbi([
  'function upgradeAndCall(address proxy, address implementation, bytes data) payable',
]);
/** ERC-1967. */
const IMPLEMENTATION_SLOT: Hash = '0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc';
const UPGRADE_GAS = 600_000n;

/** What stands behind proxies until they get their implementations. */
export const emptyImplementation: Create2Contract = create2Contract(emptyImplementationBytecode);

/** A proxy and what it becomes. */
export type ProxyUpgrade = {
  proxy: Address;
  implementation: Address;
  /** Call that initializes it, absent where there is nothing to initialize. */
  call?: Hex;
  /** Gas of that call, default 300,000. */
  callGas?: bigint;
};

/**
 * A transparent proxy without implementation. Its address depends on neither the implementation's nor on when it is deployed,
 * so that contracts that know each other can be deployed in any order.
 * @param owner of its ProxyAdmin
 */
export function proxyContract(owner: Address, salt: Hash): Create2Contract {
  const parameters = encodeAbiParameters(
    [{ type: 'address' }, { type: 'address' }, { type: 'bytes' }],
    [emptyImplementation.address, owner, '0x'],
  );
  return create2Contract(upgradeableProxyBytecode, parameters, salt);
}

/**
 * Gives those proxies their implementation that have none, each with its initialization in one transaction, all at once and in
 * the given order. The sender owns their admins.
 * @throws DeploymentError DEPLOYMENT_MISMATCH when a proxy has another implementation; L1Error when sending fails
 */
export async function upgradeProxies(sender: TransactionSender, upgrades: ProxyUpgrade[]): Promise<void> {
  const current = await Promise.all(upgrades.map(({ proxy }) => implementationOf(sender.client, proxy)));
  const waiting = upgrades.filter(({ proxy, implementation }, index) => {
    if (current[index] === implementation) return false;
    if (current[index] === emptyImplementation.address) return true;
    throw new DeploymentError(
      'DEPLOYMENT_MISMATCH',
      `the proxy ${proxy} has the implementation ${current[index]}, not ${implementation}`,
      { hint: 'it was deployed by another version; upgrade it by its admin, or deploy under another name' },
    );
  });
  await Promise.all(
    waiting.map(({ proxy, implementation, call, callGas }) =>
      sendUnlessDone(
        sender,
        {
          to: proxyAdminOf(proxy),
          data: encodeFunctionData({
            abi: PROXY_ADMIN_ABI,
            functionName: 'upgradeAndCall',
            args: [proxy, implementation, call ?? '0x'],
          }),
          // An estimate would fail where an earlier one of these is still on its way.
          gas: UPGRADE_GAS + (call === undefined ? 0n : (callGas ?? 300_000n)),
        },
        async () => (await implementationOf(sender.client, proxy)) === implementation,
      ),
    ),
  );
}

/** A proxy's constructor creates its admin first. */
function proxyAdminOf(proxy: Address): Address {
  return getContractAddress({ from: proxy, nonce: 1n });
}

async function implementationOf(client: L1Client, proxy: Address): Promise<Address> {
  const word = await client.getStorageAt({ address: proxy, slot: IMPLEMENTATION_SLOT });
  return getAddress(slice(word ?? '0x', 12));
}
