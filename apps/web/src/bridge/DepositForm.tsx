import { Button, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { bridgeAbi } from '@tephra/l1/abis';
import { useState } from 'react';
import { type Address, encodeFunctionData, erc20Abi, erc721Abi, isAddress, isAddressEqual } from 'viem';
import { useLayerChain } from '../chain/useChain.tsx';
import { describeError } from '../lib/errors.ts';
import { formatUnits, parseUnits, shortHex } from '../lib/format.ts';
import { notifyDone, notifyError } from '../lib/notify.ts';
import { useSign } from '../wallet/sign.tsx';
import { useWallet } from '../wallet/wallet.tsx';
import classes from './Bridge.module.css';
import { ownerOfNft, useL1Token } from './l1Token.ts';
import type { BridgeContext } from './useBridge.ts';

export type AssetKind = 'native' | 'erc20' | 'erc721';

/** L1 to layer. What arrives is credited within a block after the L1 depth is reached. */
export function DepositForm({ asset, bridge }: { asset: AssetKind; bridge: BridgeContext }) {
  const { layer } = useLayerChain();
  const { wallet } = useWallet();
  const sign = useSign();
  const queryClient = useQueryClient();
  const [amount, setAmount] = useState('');
  const [token, setToken] = useState('');
  const [tokenId, setTokenId] = useState('');
  const [busy, setBusy] = useState(false);
  const account = wallet?.address;
  const l1Balance = useQuery({
    queryKey: ['l1-balance', account],
    queryFn: () => bridge.l1.getBalance({ address: account as Address }),
    enabled: account !== undefined,
    refetchInterval: 5_000,
  });
  const facts = useL1Token(bridge.l1, asset === 'native' ? '' : token, account);
  const decimals = asset === 'native' ? 18 : (facts.data?.decimals ?? 18);
  const unit = asset === 'native' ? 'ETH' : (facts.data?.symbol ?? '');
  const units = asset === 'erc721' ? null : parseUnits(amount, decimals);
  const holds = asset === 'native' ? l1Balance.data : (facts.data?.balance ?? undefined);
  const tooMuch = units !== null && holds !== undefined && units > holds;
  const idValid = /^\d{1,78}$/.test(tokenId.trim());
  const tokenValid = isAddress(token.trim(), { strict: false });
  const ready =
    account !== undefined &&
    layer.status === 'STATUS_ACTIVE' &&
    (asset === 'native' || (tokenValid && facts.isSuccess)) &&
    (asset === 'erc721' ? idValid : units !== null && units > 0n && !tooMuch);

  const submit = async () => {
    if (wallet === null || account === undefined) return;
    setBusy(true);
    try {
      const done = await deposit();
      if (!done) return;
      setAmount('');
      setTokenId('');
      notifyDone(`The deposit is on the L1; it arrives on ${layer.name} in a few seconds.`);
      await queryClient.invalidateQueries({ queryKey: ['bridge-history'] });
    } catch (error) {
      notifyError('The deposit was not made', describeError(error).message);
    } finally {
      setBusy(false);
    }
  };

  const deposit = async (): Promise<boolean> => {
    if (account === undefined) return false;
    const chain = bridge.l1Chain;
    const to = bridge.bridge;
    const after = `It arrives on ${layer.name} about two L1 blocks later, in the same account.`;
    if (asset === 'native') {
      const data = encodeFunctionData({ abi: bridgeAbi, functionName: 'depositEth', args: [account] });
      const sentence = `Deposit ${formatUnits(units ?? 0n, 18)} ETH from the L1 into ${layer.name}.`;
      return (await sign({ chain, to, data, value: units ?? 0n, sentence, after })) !== null;
    }
    const l1Token = token.trim() as Address;
    const name = facts.data?.name ?? shortHex(l1Token);
    if (asset === 'erc20') {
      const value = units ?? 0n;
      const allowance = await bridge.l1.readContract({
        address: l1Token,
        abi: erc20Abi,
        functionName: 'allowance',
        args: [account, to],
      });
      if (allowance < value) {
        const approve = encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [to, value] });
        const sentence = `Let the bridge take ${formatUnits(value, decimals)} ${unit}, and no more.`;
        if (
          (await sign({
            chain,
            to: l1Token,
            data: approve,
            sentence,
            after: 'First of two signatures; the deposit follows.',
          })) === null
        )
          return false;
      }
      const data = encodeFunctionData({
        abi: bridgeAbi,
        functionName: 'depositErc20',
        args: [l1Token, account, value],
      });
      return (
        (await sign({
          chain,
          to,
          data,
          sentence: `Deposit ${formatUnits(value, decimals)} ${unit} into ${layer.name}.`,
          after,
        })) !== null
      );
    }
    const id = BigInt(tokenId.trim());
    const owner = await ownerOfNft(bridge.l1, l1Token, id);
    if (owner === null || !isAddressEqual(owner, account)) {
      throw new Error(
        owner === null ? `${name} has no token #${id}.` : `${name} #${id} belongs to ${shortHex(owner)}.`,
      );
    }
    const approved = await bridge.l1.readContract({
      address: l1Token,
      abi: erc721Abi,
      functionName: 'getApproved',
      args: [id],
    });
    if (!isAddressEqual(approved, to)) {
      const approve = encodeFunctionData({ abi: erc721Abi, functionName: 'approve', args: [to, id] });
      const sentence = `Let the bridge take ${name} #${id}.`;
      if (
        (await sign({
          chain,
          to: l1Token,
          data: approve,
          sentence,
          after: 'First of two signatures; the deposit follows.',
        })) === null
      )
        return false;
    }
    const data = encodeFunctionData({ abi: bridgeAbi, functionName: 'depositErc721', args: [l1Token, account, id] });
    return (await sign({ chain, to, data, sentence: `Deposit ${name} #${id} into ${layer.name}.`, after })) !== null;
  };

  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void submit();
      }}
    >
      {asset !== 'native' && (
        <TextInput
          label="Token on the L1"
          placeholder="0x…"
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
          error={
            token.trim() !== '' && !tokenValid
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
      {asset === 'erc721' ? (
        <TextInput
          label="Token id"
          inputMode="numeric"
          value={tokenId}
          onChange={(event) => setTokenId(event.currentTarget.value)}
          error={tokenId !== '' && !idValid ? 'A whole number.' : undefined}
          autoComplete="off"
        />
      ) : (
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
          description={holds === undefined ? undefined : `${formatUnits(holds, decimals, 4)} ${unit} on the L1`}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          rightSection={<span className={classes.unit}>{unit}</span>}
          rightSectionWidth={64}
          autoComplete="off"
        />
      )}
      <p className={classes.note}>{NOTES[asset]}</p>
      <Button type="submit" disabled={!ready} loading={busy} className={classes.submit}>
        Deposit
      </Button>
    </form>
  );
}

const NOTES: Record<AssetKind, string> = {
  native: 'ETH arrives as a bridged token of the same name; the layer has a coin of its own.',
  erc20: 'Arrives as a bridged token with the same name, symbol and decimals.',
  erc721: 'Arrives as a bridged token with the same id and token URI; the original waits in the bridge.',
};
