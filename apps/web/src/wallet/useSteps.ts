import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Address, Chain, Hex } from 'viem';
import { describeError } from '../lib/errors.ts';
import { notifyDone, notifyError } from '../lib/notify.ts';
import { useSign } from './sign.tsx';

/** One of several transactions that belong together, before it is signed. */
export type Step = { to: Address; data: Hex; value: bigint; sentence: string };

/** What a transaction may have changed; everything else is polled. */
const TOUCHED = ['bridge-history', 'holdings', 'balance', 'l1-balance', 'l1-token', 'l1-items', 'restaking'];

/** Signs steps one after another; stops where the visitor says no. */
export function useSteps(input: {
  chain: Chain;
  /** What follows from the last step, in a sentence. */
  after: string;
  done: string;
  failed: string;
}): { busy: boolean; run: (plan: () => Promise<Step[]>) => Promise<boolean> } {
  const { chain, after, done, failed } = input;
  const sign = useSign();
  const queryClient = useQueryClient();
  const [busy, setBusy] = useState(false);
  const run = async (plan: () => Promise<Step[]>): Promise<boolean> => {
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
      await Promise.all(TOUCHED.map((key) => queryClient.invalidateQueries({ queryKey: [key] })));
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
