import { Select } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Address } from 'viem';
import type { Holding } from '../chain/holdings.ts';
import { readToken, type TokenFacts } from '../chain/tokens.ts';
import { useLayerChain } from '../chain/useChain.tsx';
import { ActionForm } from '../components/ActionForm.tsx';
import { AmountInput, amountOf } from '../components/AmountInput.tsx';
import { Notice } from '../components/Notice.tsx';
import { useHoldings } from '../layer/Holdings.tsx';
import { tokenIdText } from '../layer/Sentence.tsx';
import { formatUnits, shortHex } from '../lib/format.ts';
import { useSteps } from '../wallet/useSteps.ts';
import { useWallet } from '../wallet/wallet.tsx';
import { type AssetKind, NOTES } from './kinds.ts';
import { planWithdrawal, type TransferAsset } from './transfer.ts';
import type { BridgeContext } from './useBridge.ts';

/** Layer to L1. Paid out after the pack's window; the history below has the button for it. */
export function WithdrawForm({ asset, bridge }: { asset: AssetKind; bridge: BridgeContext }) {
  const { id, layer, client, symbol, decimals: coinDecimals } = useLayerChain();
  const { wallet } = useWallet();
  const [amount, setAmount] = useState('');
  const [picked, setPicked] = useState<string | null>(null);
  const mode = layer.settings.currencyMode ?? 'issued';
  const account = wallet?.address;
  const isCoin = asset === 'native' || asset === 'eth';
  const balance = useQuery({
    queryKey: ['balance', id, account],
    queryFn: () => client.getBalance({ address: account as Address }),
    enabled: account !== undefined && isCoin,
    refetchInterval: 4_000,
  });
  const holdings = useHoldings(account);
  const shown = (holdings.data ?? []).filter((each) => each.kind === asset);
  const facts = useQueries({
    queries: shown.map((each) => ({
      queryKey: ['token', id, each.token.toLowerCase()],
      queryFn: () => readToken(client, each.token),
      staleTime: Number.POSITIVE_INFINITY,
    })),
  });
  const options = shown.map((each, index) => ({ value: keyOf(each), label: labelOf(each, facts[index]?.data) }));
  const at = options.findIndex((option) => option.value === picked);
  const holding = at === -1 ? undefined : shown[at];
  const fact = at === -1 ? undefined : facts[at]?.data;
  const decimals = isCoin ? coinDecimals : asset === 'erc1155' ? 0 : (fact?.decimals ?? 18);
  const unit = isCoin ? symbol : asset === 'erc1155' ? 'items' : (fact?.symbol ?? '');
  const holds = isCoin
    ? balance.data
    : holding === undefined || holding.kind === 'erc721'
      ? undefined
      : holding.balance;
  const units = asset === 'erc721' ? null : amountOf(amount, decimals, holds);
  const ready =
    account !== undefined &&
    layer.status === 'STATUS_ACTIVE' &&
    (isCoin || holding !== undefined) &&
    (asset === 'erc721' || units !== null);
  const transfer = useSteps({
    chain: bridge.l2Chain,
    after:
      'It can be taken on the L1 when its pack is posted and the challenge window is over; the history below shows when.',
    done: 'The withdrawal is in a block; the history shows when it can be taken.',
    failed: 'The withdrawal was not made',
  });

  const chosen = (): TransferAsset => {
    const value = units ?? 0n;
    const sum = `${formatUnits(value, decimals, decimals)} ${unit}`;
    if (holding === undefined) return { kind: 'coin', amount: value, name: sum };
    const { token } = holding;
    const name = fact?.name ?? shortHex(token);
    if (holding.kind === 'erc20') return { kind: 'erc20', token, amount: value, name: sum };
    const { tokenId } = holding;
    const item = `${name} #${tokenIdText(tokenId)}`;
    if (holding.kind === 'erc721') return { kind: 'erc721', token, tokenId, name: item };
    return { kind: 'erc1155', token, tokenId, amount: value, name: `${value} of ${item}` };
  };
  const submit = async () => {
    if (account === undefined) return;
    const plan = { l2: client, account, layer: layer.name, asset: chosen(), bridged: holding?.bridged ?? true };
    if (!(await transfer.run(() => planWithdrawal(plan)))) return;
    setAmount('');
    setPicked(null);
  };

  if (!isCoin && holdings.isSuccess && options.length === 0) {
    return (
      <div>
        <Notice>{NOTHING[asset]}</Notice>
      </div>
    );
  }
  return (
    <ActionForm
      label="Withdraw"
      note={NOTES.withdraw[asset](mode, symbol)}
      ready={ready}
      busy={transfer.busy}
      onSubmit={() => void submit()}
    >
      {!isCoin && (
        <Select
          label="Token"
          placeholder="Choose what to withdraw"
          data={options}
          value={picked}
          onChange={setPicked}
          allowDeselect={false}
          searchable={options.length > 8}
        />
      )}
      {asset !== 'erc721' && (
        <AmountInput
          text={amount}
          onChange={setAmount}
          decimals={decimals}
          unit={unit}
          holds={holds}
          where={`on ${layer.name}`}
          all={!isCoin || layer.settings.gasless}
        />
      )}
    </ActionForm>
  );
}

const NOTHING: Record<Exclude<AssetKind, 'native' | 'eth'>, string> = {
  erc20: 'This account holds no ERC-20 token on the layer.',
  erc721: 'This account holds no ERC-721 token on the layer.',
  erc1155: 'This account holds no ERC-1155 items on the layer.',
};

function keyOf(holding: Holding): string {
  return holding.kind === 'erc20' ? holding.token : `${holding.token} ${holding.tokenId}`;
}

function labelOf(holding: Holding, fact: TokenFacts | undefined): string {
  const name = fact?.name ?? shortHex(holding.token);
  switch (holding.kind) {
    case 'erc20':
      return `${name}: ${formatUnits(holding.balance, fact?.decimals ?? 18)} ${fact?.symbol ?? ''}`;
    case 'erc721':
      return `${name} #${tokenIdText(holding.tokenId)}`;
    case 'erc1155':
      return `${name} #${tokenIdText(holding.tokenId)}: ${holding.balance}`;
  }
}
