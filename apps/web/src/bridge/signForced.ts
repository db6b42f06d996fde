import { FORCED_GAS_LIMIT } from '@tephra/protocol';
import type { Address, Chain, Hex, PublicClient } from 'viem';
import type { Wallet } from '../wallet/wallet.tsx';

/**
 * Signs a transaction of the layer without sending it: with the sender's next nonce, and a fee that holds even if the base
 * fee doubles until the layer reads it.
 * @throws Error when it would fail now, or needs more gas than a forced transaction may use.
 */
export async function signForced(
  wallet: Wallet,
  chain: Chain,
  layer: PublicClient,
  transaction: { to: Address; value: bigint; data: Hex },
): Promise<Hex> {
  const client = await wallet.clientFor(chain);
  const { account } = client;
  if (account.type !== 'local') throw new Error('This wallet cannot sign without sending; paste a signed transaction.');
  const [nonce, estimate, fees] = await Promise.all([
    layer.getTransactionCount({ address: account.address, blockTag: 'pending' }),
    layer.estimateGas({ account: account.address, ...transaction }),
    layer.estimateFeesPerGas({ chain: null, type: 'eip1559' }),
  ]);
  const gas = estimate + estimate / 5n;
  if (gas > FORCED_GAS_LIMIT) {
    throw new Error(`It needs about ${estimate} gas; a forced transaction may use ${FORCED_GAS_LIMIT}.`);
  }
  return account.signTransaction({
    type: 'eip1559',
    chainId: chain.id,
    nonce,
    gas,
    maxFeePerGas: fees.maxFeePerGas * 2n,
    maxPriorityFeePerGas: fees.maxPriorityFeePerGas,
    ...transaction,
  });
}
