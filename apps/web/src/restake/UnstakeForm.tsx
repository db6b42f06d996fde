import type { RestakingStrategy, StakerAnswer } from '@tephra/api';
import { useState } from 'react';
import { ActionForm } from '../components/ActionForm.tsx';
import { AmountInput, amountOf } from '../components/AmountInput.tsx';
import { formatDuration, plural } from '../lib/format.ts';
import { useSteps } from '../wallet/useSteps.ts';
import { planQueue } from './plans.ts';
import type { RestakingContext } from './RestakingGate.tsx';

/** Stake into the withdrawal queue, from which it is taken after the delay. */
export function UnstakeForm({
  strategy,
  deposits,
  context,
}: {
  strategy: RestakingStrategy;
  /** Undefined while unknown, or without an account. */
  deposits: StakerAnswer['deposits'] | undefined;
  context: RestakingContext;
}) {
  const { l1Chain, deployment, info } = context;
  const [amount, setAmount] = useState('');
  const deposit = deposits?.find((each) => each.strategy === strategy.strategy);
  const holds = deposits === undefined ? undefined : BigInt(deposit?.underlying ?? 0);
  const { symbol, decimals } = strategy;
  const units = amountOf(amount, decimals, holds);
  const delay = deployment.withdrawalDelayBlocks;
  const wait = `${plural(delay, 'L1 block')}, about ${formatDuration(delay * info.blockTimeMs)}`;
  const queue = useSteps({
    chain: l1Chain,
    after: `It can be taken out after ${wait}.`,
    done: 'It is in the queue below; the countdown says when it can be taken out.',
    failed: 'Nothing was queued',
  });
  const submit = async () => {
    if (deposit === undefined || units === null) return;
    if (await queue.run(async () => [planQueue(deployment, strategy, deposit, units)])) setAmount('');
  };
  return (
    <ActionForm
      label={`Queue ${symbol}`}
      note={`It leaves your operator now and waits ${wait}. Until then it can still be slashed for what happened before.`}
      ready={deposit !== undefined && units !== null}
      busy={queue.busy}
      onSubmit={() => void submit()}
    >
      <AmountInput
        text={amount}
        onChange={setAmount}
        decimals={decimals}
        unit={symbol}
        holds={holds}
        where="restaked"
      />
    </ActionForm>
  );
}
