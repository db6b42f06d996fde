import { Button, Select, TextInput } from '@mantine/core';
import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { l2BridgeAbi } from '@tephra/l1/abis';
import { PREDEPLOYS } from '@tephra/protocol';
import { useState } from 'react';
import { type Address, encodeFunctionData, erc721Abi, isAddressEqual } from 'viem';
import { readToken } from '../chain/tokens.ts';
import { useLayerChain } from '../chain/useChain.tsx';
import { Notice } from '../components/Notice.tsx';
import { useHoldings } from '../layer/Holdings.tsx';
import { tokenIdText } from '../layer/Sentence.tsx';
import { describeError } from '../lib/errors.ts';
import { formatUnits, parseUnits, shortHex } from '../lib/format.ts';
import { notifyDone, notifyError } from '../lib/notify.ts';
import { useSign } from '../wallet/sign.tsx';
import { useWallet } from '../wallet/wallet.tsx';
import classes from './Bridge.module.css';
import type { AssetKind } from './DepositForm.tsx';
import type { BridgeContext } from './useBridge.ts';

/** Layer to L1. Paid out after the pack's window; the history below has the button for it. */
export function WithdrawForm({ asset, bridge }: { asset: AssetKind; bridge: BridgeContext }) {
  const { id, layer, client, symbol, decimals: coinDecimals } = useLayerChain();
  const { wallet } = useWallet();
  const sign = useSign();
  const queryClient = useQueryClient();
  const [amount, setAmount] = useState('');
  const [picked, setPicked] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const account = wallet?.address;
  const balance = useQuery({
    queryKey: ['balance', id, account],
    queryFn: () => client.getBalance({ address: account as Address }),
    enabled: account !== undefined,
    refetchInterval: 4_000,
  });
  const holdings = useHoldings(account);
  const fungible = (holdings.data ?? []).filter((each) => each.kind === 'erc20' && each.bridged);
  const unique = (holdings.data ?? []).filter((each) => each.kind === 'erc721');
  const shown = asset === 'erc20' ? fungible : unique;
  const facts = useQueries({
    queries: shown.map((each) => ({
      queryKey: ['token', id, each.token.toLowerCase()],
      queryFn: () => readToken(client, each.token),
      staleTime: Number.POSITIVE_INFINITY,
    })),
  });
  const options = shown.map((each, index) => {
    const fact = facts[index]?.data;
    const name = fact?.name ?? shortHex(each.token);
    return each.kind === 'erc20'
      ? {
          value: each.token,
          label: `${name}: ${formatUnits(each.balance, fact?.decimals ?? 18)} ${fact?.symbol ?? ''}`,
        }
      : { value: `${each.token} ${each.tokenId}`, label: `${name} #${tokenIdText(each.tokenId)}` };
  });
  const at = options.findIndex((option) => option.value === picked);
  const holding = at === -1 ? undefined : shown[at];
  const fact = at === -1 ? undefined : facts[at]?.data;
  const decimals = asset === 'native' ? coinDecimals : (fact?.decimals ?? 18);
  const unit = asset === 'native' ? symbol : (fact?.symbol ?? '');
  const holds = asset === 'native' ? balance.data : holding?.kind === 'erc20' ? holding.balance : undefined;
  const units = asset === 'erc721' ? null : parseUnits(amount, decimals);
  const tooMuch = units !== null && holds !== undefined && units > holds;
  const ready =
    account !== undefined &&
    layer.status === 'STATUS_ACTIVE' &&
    (asset === 'native' || holding !== undefined) &&
    (asset === 'erc721' || (units !== null && units > 0n && !tooMuch));

  const withdraw = async (): Promise<boolean> => {
    if (account === undefined) return false;
    const chain = bridge.l2Chain;
    const to = PREDEPLOYS.l2Bridge;
    const after =
      'It can be taken on the L1 when its pack is posted and the challenge window is over; the history below shows when.';
    if (asset === 'native') {
      const data = encodeFunctionData({ abi: l2BridgeAbi, functionName: 'withdrawNative', args: [account] });
      const sentence = `Withdraw ${formatUnits(units ?? 0n, decimals)} ${symbol} from ${layer.name} to its L1 twin.`;
      return (await sign({ chain, to, data, value: units ?? 0n, sentence, after })) !== null;
    }
    if (holding === undefined) return false;
    if (holding.kind === 'erc20') {
      const data = encodeFunctionData({
        abi: l2BridgeAbi,
        functionName: 'withdrawErc20',
        args: [holding.token, account, units ?? 0n],
      });
      const sentence = `Withdraw ${formatUnits(units ?? 0n, decimals)} ${unit} from ${layer.name} to the L1.`;
      return (await sign({ chain, to, data, sentence, after })) !== null;
    }
    const name = `${fact?.name ?? shortHex(holding.token)} #${tokenIdText(holding.tokenId)}`;
    // A token born on the layer is taken by the bridge, which needs its owner's leave; a bridged one is burnt without it.
    const [, bridged] = await client.readContract({
      address: to,
      abi: l2BridgeAbi,
      functionName: 'l1TokenOf',
      args: [holding.token],
    });
    if (!bridged) {
      const approved = await client.readContract({
        address: holding.token,
        abi: erc721Abi,
        functionName: 'getApproved',
        args: [holding.tokenId],
      });
      if (!isAddressEqual(approved, to)) {
        const approve = encodeFunctionData({ abi: erc721Abi, functionName: 'approve', args: [to, holding.tokenId] });
        const sentence = `Let the layer’s bridge take ${name}.`;
        if (
          (await sign({
            chain,
            to: holding.token,
            data: approve,
            sentence,
            after: 'First of two signatures; the withdrawal follows.',
          })) === null
        )
          return false;
      }
    }
    const data = encodeFunctionData({
      abi: l2BridgeAbi,
      functionName: 'withdrawErc721',
      args: [holding.token, account, holding.tokenId],
    });
    return (
      (await sign({ chain, to, data, sentence: `Withdraw ${name} from ${layer.name} to the L1.`, after })) !== null
    );
  };

  const submit = async () => {
    setBusy(true);
    try {
      if (!(await withdraw())) return;
      setAmount('');
      setPicked(null);
      notifyDone('The withdrawal is in a block; the history shows when it can be taken.');
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: ['bridge-history'] }),
        queryClient.invalidateQueries({ queryKey: ['holdings', id] }),
        queryClient.invalidateQueries({ queryKey: ['balance', id] }),
      ]);
    } catch (error) {
      notifyError('The withdrawal was not made', describeError(error).message);
    } finally {
      setBusy(false);
    }
  };

  if (asset !== 'native' && holdings.isSuccess && options.length === 0) {
    return (
      <div className={classes.form}>
        <Notice>
          {asset === 'erc20'
            ? 'This account holds no bridged ERC-20 on the layer. Deposit one first; tokens born here go to the L1 when the layer ends.'
            : 'This account holds no ERC-721 token on the layer.'}
        </Notice>
      </div>
    );
  }
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void submit();
      }}
    >
      {asset !== 'native' && (
        <Select
          label="Token"
          placeholder="Choose what to withdraw"
          data={options}
          value={picked}
          onChange={setPicked}
          allowDeselect={false}
        />
      )}
      {asset !== 'erc721' && (
        <TextInput
          label="Amount"
          inputMode="decimal"
          value={amount}
          onChange={(event) => setAmount(event.currentTarget.value)}
          error={
            amount !== '' && units === null
              ? `A number with at most ${decimals} decimals.`
              : tooMuch
                ? `The account holds ${formatUnits(holds ?? 0n, decimals)} ${unit}.`
                : undefined
          }
          description={holds === undefined ? undefined : `${formatUnits(holds, decimals, 4)} ${unit} on ${layer.name}`}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          rightSection={<span className={classes.unit}>{unit}</span>}
          rightSectionWidth={64}
          autoComplete="off"
        />
      )}
      <p className={classes.note}>{NOTES[asset]}</p>
      <Button type="submit" disabled={!ready} loading={busy} className={classes.submit}>
        Withdraw
      </Button>
    </form>
  );
}

const NOTES: Record<AssetKind, string> = {
  native: 'The coin is taken out of the layer for good and minted as an ERC-20 twin on the L1.',
  erc20: 'Burnt here and released by the bridge on the L1.',
  erc721: 'A bridged token is released on the L1; one born here is minted on its L1 twin with its token URI.',
};
