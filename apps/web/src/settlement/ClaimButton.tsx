import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { PublicLedger, SettlementItem } from '@tephra/api';
import { bridgeAbi } from '@tephra/l1/abis';
import { useState } from 'react';
import { type Address, encodeFunctionData } from 'viem';
import { l1ChainOf, publicClientOf } from '../chain/layerChain.ts';
import { describeError } from '../lib/errors.ts';
import { shortHex } from '../lib/format.ts';
import { notifyError } from '../lib/notify.ts';
import { useSign } from '../wallet/sign.tsx';

/** Retries the payment of a credit: the push failed and the L1 bridge holds it for its owner. */
export function ClaimButton({ item, l1, bridge }: { item: SettlementItem; l1: PublicLedger['l1']; bridge: Address }) {
  const sign = useSign();
  const queryClient = useQueryClient();
  const [busy, setBusy] = useState(false);
  const claim = async () => {
    setBusy(true);
    try {
      const chain = l1ChainOf(l1);
      const index = BigInt(item.index);
      const executed = await publicClientOf(chain).readContract({
        address: bridge,
        abi: bridgeAbi,
        functionName: 'isExecuted',
        args: [index],
      });
      if (!executed) throw new Error('It was not pushed yet; the command below does that, for this and all others.');
      const receipt = await sign({
        chain,
        to: bridge,
        data: encodeFunctionData({ abi: bridgeAbi, functionName: 'claim', args: [index] }),
        sentence: `Pay item ${item.index} of the ledger to ${shortHex(item.owner)}.`,
        after: 'It goes to its owner, whoever signs.',
      });
      if (receipt !== null) await queryClient.invalidateQueries({ queryKey: ['settlement'] });
    } catch (error) {
      notifyError('It was not paid', describeError(error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button size="compact-xs" variant="default" loading={busy} onClick={() => void claim()}>
      Pay out
    </Button>
  );
}
