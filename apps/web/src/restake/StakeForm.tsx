import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { RestakingStrategy } from '@tephra/api';
import { useState } from 'react';
import type { Address } from 'viem';
import { useL1Token } from '../bridge/l1Token.ts';
import { ActionForm } from '../components/ActionForm.tsx';
import { AmountInput, amountOf } from '../components/AmountInput.tsx';
import { DevTag } from '../components/DevTag.tsx';
import { useSteps } from '../wallet/useSteps.ts';
import { useWallet } from '../wallet/wallet.tsx';
import { DEV_MINT, planMint, planStake } from './plans.ts';
import classes from './Restake.module.css';
import type { RestakingContext } from './RestakingGate.tsx';

/** ETH or a token into its strategy; shares count from the block that it is in. */
export function StakeForm({ strategy, context }: { strategy: RestakingStrategy; context: RestakingContext }) {
  const { l1, l1Chain, deployment, embedded } = context;
  const { wallet } = useWallet();
  const [amount, setAmount] = useState('');
  const account = wallet?.address;
  const { symbol, decimals } = strategy;
  const token = strategy.token as Address | null;
  const ether = useQuery({
    queryKey: ['l1-balance', account],
    queryFn: () => l1.getBalance({ address: account as Address }),
    enabled: account !== undefined && token === null,
    refetchInterval: 4_000,
  });
  const facts = useL1Token(l1, token ?? '', account);
  const holds = token === null ? ether.data : (facts.data?.balance ?? undefined);
  const units = amountOf(amount, decimals, holds);
  const deposit = useSteps({
    chain: l1Chain,
    after: 'It counts for your operator as soon as it is in a block; without one, delegate next.',
    done: `${symbol} is restaked; the position shows it in a few seconds.`,
    failed: 'The deposit was not made',
  });
  const mint = useSteps({
    chain: l1Chain,
    after: 'The token exists on this embedded L1 only.',
    done: `You hold ${symbol} now.`,
    failed: 'Nothing was minted',
  });
  const submit = async () => {
    if (account === undefined || units === null) return;
    if (await deposit.run(() => planStake({ l1, deployment, account, strategy, amount: units }))) setAmount('');
  };
  return (
    <>
      <ActionForm
        label={`Restake ${symbol}`}
        note={NOTES[strategy.kind]}
        ready={account !== undefined && units !== null}
        busy={deposit.busy}
        onSubmit={() => void submit()}
      >
        <AmountInput
          text={amount}
          onChange={setAmount}
          decimals={decimals}
          unit={symbol}
          holds={holds}
          where="on the L1"
          all={token !== null}
        />
      </ActionForm>
      {embedded && token !== null && account !== undefined && (
        <p className={classes.mint}>
          <DevTag />
          <Button
            size="xs"
            variant="default"
            loading={mint.busy}
            onClick={() => void mint.run(async () => [planMint(account, token, strategy)])}
          >
            Mint {DEV_MINT.toLocaleString('en-US')} {symbol}
          </Button>
        </p>
      )}
    </>
  );
}

const NOTES: Record<RestakingStrategy['kind'], string> = {
  native: 'One ETH is one share. Taking it out again takes the withdrawal delay.',
  lst: 'A staking token counts beside ETH. Taking it out again takes the withdrawal delay.',
  dapp: 'The token of an application: quorums that ask for it count it beside ETH.',
};
