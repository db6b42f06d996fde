import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Abi, type AbiFunction, type Address, encodeFunctionData, type Hex, toFunctionSignature } from 'viem';
import { parseArgument } from '../chain/abiInput.ts';
import { type DecodedArg, decodeOutput } from '../chain/decode.ts';
import { useLayerChain } from '../chain/useChain.tsx';
import { Arguments } from '../components/Arguments.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { Hash } from '../components/Hash.tsx';
import { Notice } from '../components/Notice.tsx';
import { describeError } from '../lib/errors.ts';
import { parseUnits } from '../lib/format.ts';
import { useSign } from '../wallet/sign.tsx';
import { useWallet } from '../wallet/wallet.tsx';
import classes from './ContractFunctions.module.css';

/** The functions of a contract as forms: reads answer here, writes go through the wallet. */
export function ContractFunctions({ address, abi }: { address: Address; abi: Abi }) {
  const functions = abi.filter((item) => item.type === 'function');
  const reads = functions.filter((item) => item.stateMutability === 'view' || item.stateMutability === 'pure');
  const writes = functions.filter((item) => !reads.includes(item));
  const group = (title: string, items: readonly AbiFunction[]) =>
    items.length > 0 && (
      <>
        <h3 className={classes.group}>{title}</h3>
        <ul className={classes.list} style={{ marginBottom: 8 }}>
          {items.map((item) => (
            <FunctionForm key={toFunctionSignature(item)} address={address} item={item} />
          ))}
        </ul>
      </>
    );
  return (
    <>
      {group('Read', reads)}
      {group('Write', writes)}
    </>
  );
}

type Answer = { kind: 'read'; values: readonly DecodedArg[] } | { kind: 'written'; hash: Hex } | { kind: 'none' };

function FunctionForm({ address, item }: { address: Address; item: AbiFunction }) {
  const { id, client, chain, layer, symbol, decimals } = useLayerChain();
  const { wallet } = useWallet();
  const sign = useSign();
  const queryClient = useQueryClient();
  const [open, setOpen] = useState(false);
  const [texts, setTexts] = useState<readonly string[]>(() => item.inputs.map(() => ''));
  const [coin, setCoin] = useState('');
  const [wrong, setWrong] = useState<Readonly<Record<number, string>>>({});
  const reads = item.stateMutability === 'view' || item.stateMutability === 'pure';
  const signature = toFunctionSignature(item);
  const run = useMutation({
    mutationFn: async (data: Hex): Promise<Answer> => {
      if (reads) {
        const answer = await client.call({ to: address, data, ...(wallet && { account: wallet.address }) });
        return { kind: 'read', values: decodeOutput(data, answer.data ?? '0x', [item]) ?? [] };
      }
      const value = coin.trim() === '' ? 0n : (parseUnits(coin, decimals) ?? 0n);
      const receipt = await sign({ chain, to: address, data, value, sentence: `Call ${item.name} on ${layer.name}.` });
      if (receipt === null) return { kind: 'none' };
      void queryClient.invalidateQueries({ queryKey: ['account', id] });
      return { kind: 'written', hash: receipt.transactionHash };
    },
  });
  const submit = () => {
    const values: unknown[] = [];
    const errors: Record<number, string> = {};
    for (const [at, input] of item.inputs.entries()) {
      try {
        values.push(parseArgument(input, texts[at] ?? ''));
      } catch (error) {
        errors[at] = describeError(error).message;
      }
    }
    if (item.stateMutability === 'payable' && coin.trim() !== '' && parseUnits(coin, decimals) === null) {
      errors[-1] = `A number with at most ${decimals} decimals.`;
    }
    setWrong(errors);
    if (Object.keys(errors).length > 0) return;
    run.mutate(encodeFunctionData({ abi: [item], functionName: item.name, args: values }));
  };
  return (
    <li className={classes.item}>
      <button type="button" className={classes.head} aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className={classes.name}>{item.name}</span>
        <span className={classes.signature}>({signature.slice(item.name.length + 1, -1)})</span>
      </button>
      {open && (
        <form
          className={classes.body}
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          {item.inputs.map((input, at) => (
            <TextInput
              // biome-ignore lint/suspicious/noArrayIndexKey: arguments of a function never change places
              key={at}
              size="xs"
              label={`${input.name || `argument ${at + 1}`} (${input.type.replace('tuple', 'struct')})`}
              value={texts[at] ?? ''}
              error={wrong[at]}
              onChange={(event) => {
                const { value } = event.currentTarget;
                setTexts(texts.map((each, index) => (index === at ? value : each)));
              }}
              spellCheck={false}
              autoComplete="off"
              rightSectionWidth={72}
              rightSection={
                input.type === 'address' && wallet !== null ? (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    color="gray"
                    onClick={() => setTexts(texts.map((each, index) => (index === at ? wallet.address : each)))}
                  >
                    mine
                  </Button>
                ) : undefined
              }
            />
          ))}
          {item.stateMutability === 'payable' && (
            <TextInput
              size="xs"
              label={`${symbol} to send along`}
              inputMode="decimal"
              value={coin}
              error={wrong[-1]}
              onChange={(event) => setCoin(event.currentTarget.value)}
              autoComplete="off"
            />
          )}
          <div>
            <Button
              type="submit"
              size="xs"
              variant={reads ? 'default' : 'filled'}
              loading={run.isPending}
              disabled={!reads && layer.status !== 'STATUS_ACTIVE'}
            >
              {reads ? 'Ask' : 'Send'}
            </Button>
          </div>
        </form>
      )}
      {open && run.isError && (
        <div className={classes.result}>
          <ErrorState title={`${item.name} did not work`} error={run.error} />
        </div>
      )}
      {open && run.data?.kind === 'read' && (
        <div className={classes.result} role="status">
          {run.data.values.length === 0 ? (
            <Notice>It answered nothing.</Notice>
          ) : (
            <Arguments args={run.data.values} layerId={id} />
          )}
        </div>
      )}
      {open && run.data?.kind === 'written' && (
        <div className={classes.result} role="status">
          <Notice tone="good">
            Done in <Hash value={run.data.hash} label="transaction hash" to={`/layers/${id}/tx/${run.data.hash}`} />.
          </Notice>
        </div>
      )}
    </li>
  );
}
