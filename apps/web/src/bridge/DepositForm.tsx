import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Address, isAddress, isAddressEqual } from 'viem';
import { useLayerChain } from '../chain/useChain.tsx';
import { ActionForm } from '../components/ActionForm.tsx';
import { AmountInput, amountOf } from '../components/AmountInput.tsx';
import { describeError } from '../lib/errors.ts';
import { formatUnits, shortHex } from '../lib/format.ts';
import { useSteps } from '../wallet/useSteps.ts';
import { useWallet } from '../wallet/wallet.tsx';
import { type AssetKind, NOTES } from './kinds.ts';
import { ownerOfNft, useL1Token } from './l1Token.ts';
import { erc1155Abi, planDeposit, type TransferAsset } from './transfer.ts';
import type { BridgeContext } from './useBridge.ts';

/** L1 to layer. What arrives is credited within a block after the L1 depth is reached. */
export function DepositForm({ asset, bridge }: { asset: AssetKind; bridge: BridgeContext }) {
  const { layer, symbol } = useLayerChain();
  const { wallet } = useWallet();
  const [amount, setAmount] = useState('');
  const [typed, setToken] = useState('');
  const [tokenId, setTokenId] = useState('');
  const mode = layer.settings.currencyMode ?? 'issued';
  const account = wallet?.address;
  // In mode erc20 the coin is that token; in mode eth it is ETH.
  const isEth = asset === 'eth' || (asset === 'native' && mode !== 'erc20');
  const fixed = asset === 'native' && mode === 'erc20' ? (layer.settings.currencyToken ?? '') : null;
  const token = fixed ?? typed.trim();
  const standard = asset === 'erc721' || asset === 'erc1155' ? asset : 'erc20';
  const facts = useL1Token(bridge.l1, isEth ? '' : token, standard === 'erc1155' ? undefined : account);
  const idValid = /^\d{1,78}$/.test(tokenId.trim());
  const tokenValid = isAddress(token, { strict: false });
  const ethBalance = useQuery({
    queryKey: ['l1-balance', account],
    queryFn: () => bridge.l1.getBalance({ address: account as Address }),
    enabled: account !== undefined && isEth,
    refetchInterval: 5_000,
  });
  const items = useQuery({
    queryKey: ['l1-items', bridge.l1Chain.id, token, tokenId, account],
    queryFn: () =>
      bridge.l1.readContract({
        address: token as Address,
        abi: erc1155Abi,
        functionName: 'balanceOf',
        args: [account as Address, BigInt(tokenId.trim())],
      }),
    enabled: asset === 'erc1155' && account !== undefined && tokenValid && idValid,
    retry: false,
    refetchInterval: 6_000,
  });
  const decimals = isEth ? 18 : asset === 'erc1155' ? 0 : (facts.data?.decimals ?? 18);
  const unit = isEth ? 'ETH' : asset === 'erc1155' ? 'items' : (facts.data?.symbol ?? '');
  const holds = isEth ? ethBalance.data : asset === 'erc1155' ? items.data : (facts.data?.balance ?? undefined);
  const units = asset === 'erc721' ? null : amountOf(amount, decimals, holds);
  const needsId = asset === 'erc721' || asset === 'erc1155';
  const ready =
    account !== undefined &&
    layer.status === 'STATUS_ACTIVE' &&
    (isEth || (tokenValid && facts.isSuccess)) &&
    (!needsId || idValid) &&
    (asset === 'erc721' || units !== null);
  const transfer = useSteps({
    chain: bridge.l1Chain,
    after: `It arrives on ${layer.name} about two L1 blocks later, in the same account.`,
    done: `The deposit is on the L1; it arrives on ${layer.name} in a few seconds.`,
    failed: 'The deposit was not made',
  });

  const chosen = async (): Promise<TransferAsset> => {
    const name = facts.data?.name ?? shortHex(token);
    const value = units ?? 0n;
    if (isEth) return { kind: 'coin', amount: value, name: `${formatUnits(value, 18, 18)} ETH` };
    const address = token as Address;
    if (!needsId) {
      return {
        kind: 'erc20',
        token: address,
        amount: value,
        name: `${formatUnits(value, decimals, decimals)} ${unit}`,
      };
    }
    const id = BigInt(tokenId.trim());
    if (asset === 'erc1155') {
      return { kind: 'erc1155', token: address, tokenId: id, amount: value, name: `${value} of ${name} #${id}` };
    }
    const owner = await ownerOfNft(bridge.l1, address, id);
    if (owner === null) throw new Error(`${name} has no token #${id}.`);
    if (account === undefined || !isAddressEqual(owner, account)) {
      throw new Error(`${name} #${id} belongs to ${shortHex(owner)}.`);
    }
    return { kind: 'erc721', token: address, tokenId: id, name: `${name} #${id}` };
  };
  const submit = async () => {
    if (account === undefined) return;
    const { l1 } = bridge;
    const done = await transfer.run(async () =>
      planDeposit({ l1, bridge: bridge.bridge, account, layer: layer.name, asset: await chosen() }),
    );
    if (!done) return;
    setAmount('');
    setTokenId('');
  };

  return (
    <ActionForm
      label="Deposit"
      note={NOTES.deposit[asset](mode, symbol)}
      ready={ready}
      busy={transfer.busy}
      onSubmit={() => void submit()}
    >
      {!isEth && fixed === null && (
        <TextInput
          label="Token on the L1"
          placeholder="0x…"
          value={typed}
          onChange={(event) => setToken(event.currentTarget.value)}
          error={
            token !== '' && !tokenValid
              ? 'An address is 0x and 40 hexadecimal digits.'
              : facts.isError
                ? describeError(facts.error).message
                : undefined
          }
          description={facts.data ? (facts.data.name ?? 'A token without a name') : undefined}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          spellCheck={false}
          autoComplete="off"
          styles={{ input: { fontFamily: 'var(--tp-mono)', fontSize: 12.5 } }}
        />
      )}
      {needsId && (
        <TextInput
          label="Token id"
          inputMode="numeric"
          value={tokenId}
          onChange={(event) => setTokenId(event.currentTarget.value)}
          error={
            tokenId !== '' && !idValid
              ? 'A whole number.'
              : items.isError
                ? 'This contract does not tell balances by id; is it an ERC-1155?'
                : undefined
          }
          autoComplete="off"
        />
      )}
      {asset !== 'erc721' && (
        <AmountInput
          text={amount}
          onChange={setAmount}
          decimals={decimals}
          unit={unit}
          holds={holds}
          where="on the L1"
          all={!isEth}
        />
      )}
    </ActionForm>
  );
}
