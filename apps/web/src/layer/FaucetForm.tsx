import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { isAddress } from 'viem';
import { useLayerChain } from '../chain/useChain.tsx';
import { Amount } from '../components/Amount.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { Hash } from '../components/Hash.tsx';
import { Notice } from '../components/Notice.tsx';
import { api } from '../lib/api.ts';
import { parseUnits } from '../lib/format.ts';
import { useWallet } from '../wallet/wallet.tsx';
import classes from './FaucetForm.module.css';

/** Gives an account coin of the layer. The chosen account stands in the field already. */
export function FaucetForm({ primary = false }: { primary?: boolean }) {
  const { id, layer, client, symbol, decimals } = useLayerChain();
  const { wallet } = useWallet();
  const queryClient = useQueryClient();
  const [typed, setTyped] = useState<string | null>(null);
  const [amount, setAmount] = useState('');
  const address = (typed ?? wallet?.address ?? '').trim();
  const valid = isAddress(address, { strict: false });
  const units = amount.trim() === '' ? undefined : parseUnits(amount, decimals);
  const balance = useQuery({
    queryKey: ['balance', id, address],
    queryFn: () => client.getBalance({ address: address as `0x${string}` }),
    enabled: valid,
    refetchInterval: 4_000,
  });
  const drip = useMutation({
    mutationFn: () =>
      // biome-ignore lint/correctness/useHookAtTopLevel: a call of the API, not a hook
      api.useFaucet({ params: { id }, body: { address, ...(units ? { amount: units.toString() } : {}) } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['balance', id] }),
  });
  const closed = layer.status !== 'STATUS_ACTIVE';
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (valid && units !== null) drip.mutate();
      }}
    >
      <TextInput
        label="Address"
        value={typed ?? wallet?.address ?? ''}
        placeholder="0x…"
        error={address !== '' && !valid ? 'An address is 0x and 40 hexadecimal digits.' : undefined}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          drip.reset();
        }}
        spellCheck={false}
        autoComplete="off"
        styles={{ input: { fontFamily: 'var(--tp-mono)', fontSize: 12.5 } }}
      />
      <div className={classes.line}>
        <TextInput
          label="Amount"
          placeholder="Usual amount"
          value={amount}
          inputMode="decimal"
          error={units === null ? `A number with at most ${decimals} decimals.` : undefined}
          onChange={(event) => {
            setAmount(event.currentTarget.value);
            drip.reset();
          }}
          rightSection={<span className={classes.unit}>{symbol}</span>}
          rightSectionWidth={64}
          className={classes.amount}
        />
        <Button
          type="submit"
          variant={primary ? 'filled' : 'default'}
          loading={drip.isPending}
          disabled={!valid || units === null || closed}
        >
          Get {symbol}
        </Button>
      </div>
      {balance.data !== undefined && (
        <p className={classes.balance}>
          Holds <Amount value={balance.data} unit={symbol} decimals={decimals} maxFraction={4} />
        </p>
      )}
      {drip.isSuccess && (
        <Notice tone="good">
          <Amount value={BigInt(drip.data.amount)} unit={symbol} decimals={decimals} /> sent:{' '}
          <Hash
            value={drip.data.transactionHash}
            label="transaction hash"
            to={`/layers/${id}/tx/${drip.data.transactionHash}`}
            copy={false}
          />
        </Notice>
      )}
      {drip.isError && <ErrorState title="The faucet gave nothing" error={drip.error} />}
    </form>
  );
}
