import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Chain } from 'viem';
import { describeError } from '../lib/errors.ts';
import { notifyDone, notifyError } from '../lib/notify.ts';
import { useSign } from '../wallet/sign.tsx';
import type { TransferStep } from './transfer.ts';

/** Signs the steps of a transfer one after another; stops where the visitor says no. */
export function useTransfer(input: {
  chain: Chain;
  /** What follows from the last step. */
  after: string;
  done: string;
  failed: string;
}): { busy: boolean; run: (plan: () => Promise<TransferStep[]>) => Promise<boolean> } {
  const { chain, after, done, failed } = input;
  const sign = useSign();
  const queryClient = useQueryClient();
  const [busy, setBusy] = useState(false);
  const run = async (plan: () => Promise<TransferStep[]>): Promise<boolean> => {
    setBusy(true);
    try {
      const steps = await plan();
      for (const [at, step] of steps.entries()) {
        const last = at === steps.length - 1;
        const next = last ? after : `Signature ${at + 1} of ${steps.length}; ${steps.length - at - 1} to follow.`;
        const receipt = await sign({ chain, ...step, after: next });
        if (receipt === null) return false;
      }
      notifyDone(done);
      await Promise.all(
        ['bridge-history', 'holdings', 'balance', 'l1-balance', 'l1-token', 'l1-items'].map((key) =>
          queryClient.invalidateQueries({ queryKey: [key] }),
        ),
      );
      return true;
    } catch (error) {
      notifyError(failed, describeError(error).message);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, run };
}
