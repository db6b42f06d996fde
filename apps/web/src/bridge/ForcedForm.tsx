import { SegmentedControl, Textarea, TextInput } from '@mantine/core';
import { bridgeAbi } from '@tephra/l1/abis';
import { FORCED_GAS_LIMIT } from '@tephra/protocol';
import { useState } from 'react';
import { encodeFunctionData, type Hex, isAddress, isHex, keccak256, size } from 'viem';
import { useLayerChain } from '../chain/useChain.tsx';
import { ActionForm } from '../components/ActionForm.tsx';
import { CodeSnippet } from '../components/CodeSnippet.tsx';
import { Disclosure } from '../components/Disclosure.tsx';
import { formatCount, parseUnits, shortHex } from '../lib/format.ts';
import { useSteps } from '../wallet/useSteps.ts';
import { useWallet } from '../wallet/wallet.tsx';
import classes from './Bridge.module.css';
import { signForced } from './signForced.ts';
import type { BridgeContext } from './useBridge.ts';

const LONGEST_RAW = 16 * 1_024;

/** For advanced users: a transaction through the L1's inbox, where nobody can leave it out. */
export function ForcedForm({ bridge }: { bridge: BridgeContext }) {
  const { layer } = useLayerChain();
  const [open, setOpen] = useState(false);
  return (
    <div className={classes.forced}>
      <Disclosure title="Force a transaction through the L1" open={open} onToggle={() => setOpen(!open)}>
        {open && (
          <>
            <p className={classes.note}>
              Should the producer of {layer.name} leave your transactions out, the L1 carries one in: the layer must
              execute it within its delay, or its packs are refused. It costs L1 gas and at most{' '}
              {formatCount(FORCED_GAS_LIMIT)} gas on the layer.
            </p>
            <Fields bridge={bridge} />
          </>
        )}
      </Disclosure>
    </div>
  );
}

function Fields({ bridge }: { bridge: BridgeContext }) {
  const { layer, symbol, decimals } = useLayerChain();
  const { wallet } = useWallet();
  const canSign = wallet !== null && wallet.kind !== 'extension';
  const [way, setWay] = useState<'write' | 'paste'>('write');
  const [to, setTo] = useState('');
  const [amount, setAmount] = useState('');
  const [input, setInput] = useState('');
  const [raw, setRaw] = useState('');
  const transfer = useSteps({
    chain: bridge.l1Chain,
    after: 'The history shows when the layer executed it, or why it could not.',
    done: 'It is in the inbox; the layer carries it out in a few seconds.',
    failed: 'The transaction was not forced in',
  });
  const writing = canSign && way === 'write';
  const toValid = isAddress(to.trim(), { strict: false });
  const value = amount.trim() === '' ? 0n : parseUnits(amount, decimals);
  const data = input.trim() === '' ? '0x' : input.trim();
  const dataValid = isHex(data) && data.length % 2 === 0;
  const rawText = raw.trim();
  const rawError = rawText === '' ? undefined : rawProblem(rawText);
  const ready = writing ? toValid && value !== null && dataValid : rawText !== '' && rawError === undefined;

  const submit = async () => {
    const done = await transfer.run(async () => {
      const signed = writing
        ? await signForced(wallet, bridge.l2Chain, bridge.l2, {
            to: to.trim() as Hex,
            value: value ?? 0n,
            data: data as Hex,
          })
        : (rawText as Hex);
      return [
        {
          to: bridge.bridge,
          data: encodeFunctionData({ abi: bridgeAbi, functionName: 'forceTransaction', args: [signed] }),
          value: 0n,
          sentence: `Force the transaction ${shortHex(keccak256(signed), 10, 6)} into ${layer.name}.`,
        },
      ];
    });
    if (done) setRaw('');
  };

  return (
    <ActionForm label="Force it in" variant="default" ready={ready} busy={transfer.busy} onSubmit={() => void submit()}>
      {canSign && (
        <SegmentedControl
          size="xs"
          fullWidth
          aria-label="How to give the transaction"
          data={[
            { value: 'write', label: 'Write and sign it here' },
            { value: 'paste', label: 'Paste a signed one' },
          ]}
          value={way}
          onChange={(next) => setWay(next === 'paste' ? 'paste' : 'write')}
        />
      )}
      {writing ? (
        <>
          <TextInput
            label="To, on the layer"
            placeholder="0x…"
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
            error={to.trim() !== '' && !toValid ? 'An address is 0x and 40 hexadecimal digits.' : undefined}
            styles={{ input: { fontFamily: 'var(--tp-mono)', fontSize: 12.5 } }}
            spellCheck={false}
            autoComplete="off"
          />
          <TextInput
            label="Coin to send"
            placeholder="0"
            inputMode="decimal"
            value={amount}
            onChange={(event) => setAmount(event.currentTarget.value)}
            error={value === null ? `A number with at most ${decimals} decimals.` : undefined}
            rightSection={<span className={classes.unit}>{symbol}</span>}
            rightSectionWidth={64}
            autoComplete="off"
          />
          <TextInput
            label="Input data"
            placeholder="0x"
            value={input}
            onChange={(event) => setInput(event.currentTarget.value)}
            error={dataValid ? undefined : 'Bytes are 0x and pairs of hexadecimal digits.'}
            styles={{ input: { fontFamily: 'var(--tp-mono)', fontSize: 12.5 } }}
            spellCheck={false}
            autoComplete="off"
          />
        </>
      ) : (
        <>
          <Textarea
            label="Signed transaction of the layer"
            description={
              canSign ? undefined : 'Extensions do not hand out signed transactions; cast mktx makes one from a key.'
            }
            placeholder="0x02…"
            autosize
            minRows={2}
            maxRows={6}
            value={raw}
            error={rawError}
            onChange={(event) => setRaw(event.currentTarget.value)}
            styles={{ input: { fontFamily: 'var(--tp-mono)', fontSize: 12.5 } }}
            spellCheck={false}
          />
          <CodeSnippet
            title="Make a signed transaction"
            snippets={[
              {
                label: 'cast',
                code: `cast mktx 0xTO --value 1 --gas-limit 100000 \\\n  --rpc-url ${layer.resources.rpc} --private-key $KEY`,
              },
            ]}
          />
        </>
      )}
    </ActionForm>
  );
}

/** What is wrong with pasted bytes; the rest is for the chain to judge, which says why it left one out. */
function rawProblem(text: string): string | undefined {
  if (!isHex(text) || text.length % 2 !== 0 || text === '0x') return 'Bytes are 0x and pairs of hexadecimal digits.';
  return size(text) > LONGEST_RAW ? `At most ${formatCount(LONGEST_RAW)} bytes.` : undefined;
}
