import { rollupAbi, TransactionSender } from '@tephra/l1';
import { encodeFunctionData } from 'viem';
import { layerKeysIn } from '../layers/keys.ts';
import type { LifecycleContext } from '../lifecycle/context.ts';
import type { Layer } from '../store/layer-store.ts';

const TRANSFER_GAS = 21_000n;

/** Withdraws the bond and sends the proposer's balance to the platform's account; gives the wei sent. @throws L1Error */
export async function sweepProposer(layer: Layer, context: LifecycleContext, signal: AbortSignal): Promise<bigint> {
  const { client, deps } = context;
  const { proposer: privateKey } = await layerKeysIn(context.dirOf(layer.id));
  const sender = await TransactionSender.create(
    { rpcUrl: deps.l1.rpcUrl, privateKey, chainId: deps.l1.chainId },
    { logger: deps.logger, clock: deps.clock },
  );
  if (layer.rollup) {
    const bond = await client.readContract({
      address: layer.rollup,
      abi: rollupAbi,
      functionName: 'bondOf',
      args: [sender.address],
    });
    if (bond > 0n) {
      await sender.send({
        to: layer.rollup,
        data: encodeFunctionData({ abi: rollupAbi, functionName: 'withdrawBond' }),
        signal,
      });
    }
  }
  const [balance, { maxFeePerGas }] = await Promise.all([
    client.getBalance({ address: sender.address }),
    client.estimateFeesPerGas(),
  ]);
  // Twice the fee stays for a base fee that rises meanwhile.
  const value = balance - TRANSFER_GAS * maxFeePerGas * 2n;
  if (value <= 0n) return 0n;
  await sender.send({ to: context.funder.address, value, gas: TRANSFER_GAS, signal });
  return value;
}
