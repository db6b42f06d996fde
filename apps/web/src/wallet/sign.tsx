import { Button, Group, Modal, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from 'react';
import type { Address as AddressType, Chain, Hex, TransactionReceipt } from 'viem';
import { publicClientOf } from '../chain/layerChain.ts';
import { Address } from '../components/Address.tsx';
import { Amount } from '../components/Amount.tsx';
import { KeyValue } from '../components/KeyValue.tsx';
import { Notice } from '../components/Notice.tsx';
import { describeError } from '../lib/errors.ts';
import { formatCount } from '../lib/format.ts';
import { simulate } from './simulate.ts';
import { useWallet } from './wallet.tsx';

/** One transaction to be looked at before it is signed. */
export type SignRequest = {
  chain: Chain;
  /** What it does, in one sentence. */
  sentence: string;
  /** What follows from it: "The coin arrives on the layer about two seconds later." */
  after?: string;
  /** Absent for a contract creation. */
  to?: AddressType;
  data?: Hex;
  value?: bigint;
};

/** `id` tells requests apart that follow each other at once: each has a dialog of its own. */
type Pending = SignRequest & { id: number; finish: (receipt: TransactionReceipt | null) => void };

const Context = createContext<(request: SignRequest) => Promise<TransactionReceipt | null>>(() =>
  Promise.reject(new Error('useSign needs a SignProvider above it')),
);

/** Holds the dialog that stands before every signature: sentence, simulated result, cost. */
export function SignProvider({ children }: { children: ReactNode }) {
  const [pending, setPending] = useState<Pending | null>(null);
  const lastId = useRef(0);
  const sign = useCallback(
    (request: SignRequest) =>
      new Promise<TransactionReceipt | null>((resolve) => {
        lastId.current += 1;
        setPending({
          ...request,
          id: lastId.current,
          finish: (receipt) => {
            setPending(null);
            resolve(receipt);
          },
        });
      }),
    [],
  );
  return (
    <Context value={sign}>
      {children}
      {pending !== null && <SignDialog key={pending.id} request={pending} />}
    </Context>
  );
}

/** Asks, signs, sends and waits for the receipt; null when the visitor said no. */
export function useSign(): (request: SignRequest) => Promise<TransactionReceipt | null> {
  return useContext(Context);
}

type Stage = { name: 'ask' } | { name: 'signing' } | { name: 'sent'; hash: Hex } | { name: 'failed'; error: unknown };

function SignDialog({ request }: { request: Pending }) {
  const { wallet } = useWallet();
  const [stage, setStage] = useState<Stage>({ name: 'ask' });
  const busy = useRef(false);
  const { chain, to, data, value = 0n } = request;
  const { symbol, decimals } = chain.nativeCurrency;
  const address = wallet?.address;
  const simulation = useQuery({
    queryKey: ['simulate', chain.id, address, to, data, value.toString()],
    queryFn: () => simulate(publicClientOf(chain), { from: address ?? '0x', to, data, value }),
    enabled: address !== undefined && stage.name === 'ask',
    retry: false,
    gcTime: 0,
    staleTime: 4_000,
  });

  const confirm = async () => {
    if (wallet === null || busy.current) return;
    busy.current = true;
    try {
      setStage({ name: 'signing' });
      const client = await wallet.clientFor(chain);
      const { gasLimit: gas, maxFeePerGas, maxPriorityFeePerGas } = simulation.data ?? {};
      // An extension chooses the fees itself and shows them.
      const fees = wallet.kind === 'extension' ? {} : { maxFeePerGas, maxPriorityFeePerGas };
      const hash = await client.sendTransaction({ to, data, value, gas, ...fees });
      setStage({ name: 'sent', hash });
      const receipt = await publicClientOf(chain).waitForTransactionReceipt({ hash, timeout: 60_000 });
      if (receipt.status === 'reverted') {
        setStage({
          name: 'failed',
          error: new Error('The transaction was included but reverted; only its gas was spent.'),
        });
      } else request.finish(receipt);
    } catch (error) {
      setStage({ name: 'failed', error });
    } finally {
      busy.current = false;
    }
  };

  const failure = stage.name === 'failed' ? stage.error : simulation.error;
  const reason = useQuery({
    queryKey: ['revert-reason', failure instanceof Error ? failure.message : null],
    // Loaded when something fails: naming errors takes the ABIs of all contracts.
    queryFn: async () => (await import('../chain/revertReason.ts')).revertReason(failure),
    enabled: failure !== null,
    retry: false,
    gcTime: 0,
  }).data;
  const working = stage.name === 'signing' || stage.name === 'sent';
  return (
    <Modal
      opened
      onClose={() => !working && request.finish(null)}
      title="Before you sign"
      centered
      closeOnEscape={!working}
    >
      <p style={{ margin: '0 0 16px', fontSize: 15, fontWeight: 500 }}>{request.sentence}</p>
      {wallet === null ? (
        <Notice tone="warn" title="No account chosen">
          Choose a wallet or a dev account in the top right corner first.
        </Notice>
      ) : (
        <KeyValue
          items={[
            ['Network', chain.name],
            ['From', <Address key="from" value={wallet.address} />],
            ...(to === undefined ? [] : [['To', <Address key="to" value={to} />] as const]),
            ...(value === 0n
              ? []
              : [['Value', <Amount key="v" value={value} unit={symbol} decimals={decimals} />] as const]),
            [
              'Simulated',
              simulation.isPending ? (
                <Skeleton key="s" h={14} w={140} />
              ) : simulation.isError ? (
                <span key="s">Would fail</span>
              ) : (
                <span key="s">Succeeds, {formatCount(simulation.data.gas)} gas</span>
              ),
            ],
            [
              'Cost at most',
              simulation.isSuccess ? (
                simulation.data.maxCost === 0n ? (
                  <span key="c">Nothing: this layer is gasless</span>
                ) : (
                  <Amount key="c" value={simulation.data.maxCost} unit={symbol} decimals={decimals} maxFraction={8} />
                )
              ) : (
                <Skeleton key="c" h={14} w={100} animate={simulation.isPending} />
              ),
            ],
          ]}
        />
      )}
      {request.after !== undefined && <p style={{ color: 'var(--tp-dim)', margin: '12px 0 0' }}>{request.after}</p>}
      {failure !== null && failure !== undefined && (
        <div style={{ marginTop: 16 }}>
          <Notice tone="bad" title={stage.name === 'failed' ? 'It did not go through' : 'The simulation fails'}>
            {reason ? `The contract refuses: ${reason}.` : describeError(failure).message}
          </Notice>
        </div>
      )}
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" disabled={working} onClick={() => request.finish(null)}>
          Cancel
        </Button>
        <Button
          onClick={() => void confirm()}
          loading={working}
          disabled={wallet === null || simulation.isPending}
          data-autofocus
        >
          {wallet?.kind === 'dev'
            ? 'Sign with dev account'
            : wallet?.kind === 'own'
              ? `Sign with ${wallet.name}`
              : 'Continue in wallet'}
        </Button>
      </Group>
      <p
        role="status"
        style={{ margin: '8px 0 0', textAlign: 'right', color: 'var(--tp-dim)', fontSize: 13, minHeight: 20 }}
      >
        {stage.name === 'signing' && wallet?.kind === 'extension' && 'Waiting for your wallet…'}
        {stage.name === 'sent' && 'Sent, waiting for its block…'}
      </p>
    </Modal>
  );
}
