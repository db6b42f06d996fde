import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type Hash as HashType, isHash } from 'viem';
import { failureOf } from '../chain/failure.ts';
import { useFinality } from '../chain/finality.ts';
import { sentenceOf } from '../chain/sentence.ts';
import { readTransaction, sentenceInputOf, type TransactionView } from '../chain/transaction.ts';
import { useLayerChain } from '../chain/useChain.tsx';
import { Address } from '../components/Address.tsx';
import { Amount } from '../components/Amount.tsx';
import { CodeSnippet } from '../components/CodeSnippet.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { Hash } from '../components/Hash.tsx';
import { KeyValue } from '../components/KeyValue.tsx';
import { Notice } from '../components/Notice.tsx';
import { Outcome } from '../components/Outcome.tsx';
import { useDocumentTitle } from '../components/PageHeader.tsx';
import { Section } from '../components/Section.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { GoneNotice } from '../layer/GoneNotice.tsx';
import { LogList } from '../layer/LogList.tsx';
import { Sentence } from '../layer/Sentence.tsx';
import { TierStepper } from '../layer/TierStepper.tsx';
import { CallsTab, StateTab } from '../layer/TraceTabs.tsx';
import { formatCount, formatUnits, shortHex } from '../lib/format.ts';
import { useL1Time } from '../lib/useL1Time.ts';
import classes from './Explorer.module.css';

const route = getRouteApi('/layers/$id/tx/$hash');
const TAB_NAMES = ['overview', 'calls', 'state', 'logs', 'raw'] as const;

/** One sentence first, then how final it is and why, then the details. */
export function TransactionPage() {
  const { hash } = route.useParams();
  const { id, layer, client, reachable } = useLayerChain();
  const l1Now = useL1Time();
  const valid = isHash(hash);
  const transaction = useQuery({
    queryKey: ['transaction', id, hash],
    queryFn: () => readTransaction(client, hash as HashType),
    enabled: reachable && valid,
    refetchInterval: (query) => (query.state.data?.receipt ? false : 600),
  });
  const finality = useFinality(valid && transaction.data ? hash : undefined);
  useDocumentTitle(`Transaction ${shortHex(hash, 10, 6)}`);
  if (!reachable) return <GoneNotice />;
  if (!valid)
    return <EmptyState title="That is no transaction hash">A hash is 0x and 64 hexadecimal digits.</EmptyState>;
  if (transaction.isPending) return <TableSkeleton rows={8} />;
  if (transaction.isError) {
    return (
      <ErrorState
        title="The transaction could not be read"
        error={transaction.error}
        onRetry={() => transaction.refetch()}
      />
    );
  }
  const view = transaction.data;
  if (view === null) {
    return (
      <EmptyState title={`${layer.name} does not know this transaction`}>
        It may belong to another layer, or it waits for an earlier nonce of its sender. This page keeps looking.
      </EmptyState>
    );
  }
  return (
    <>
      <div className={classes.head}>
        <h2 className={classes.sentence}>
          <Sentence parts={sentenceOf(sentenceInputOf(view))} />
        </h2>
      </div>
      <p className={classes.under}>
        <Hash value={view.hash} label="transaction hash" />
      </p>
      {view.receipt?.status === 'reverted' && <Failure view={view} />}
      {finality.data && (
        <Section title="How final it is">
          <TierStepper finality={finality.data} l1Now={l1Now} />
        </Section>
      )}
      <Details view={view} />
    </>
  );
}

function Unsealed() {
  return <EmptyState title="Its block is not sealed yet" />;
}

function Failure({ view }: { view: TransactionView }) {
  const { id, client } = useLayerChain();
  const failure = useQuery({
    queryKey: ['failure', id, view.hash],
    queryFn: () => failureOf(client, view),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return (
    <div style={{ marginBottom: 24 }}>
      <Notice tone="bad" title="It failed; only its gas was spent">
        {failure.data ?? 'Looking for the reason…'}
      </Notice>
    </div>
  );
}

function Details({ view }: { view: TransactionView }) {
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const { id, layer, symbol, decimals } = useLayerChain();
  const { receipt } = view;
  const fee = receipt === null ? null : receipt.gasUsed * receipt.effectiveGasPrice;
  const rows: (readonly [string, ReactNode])[] = [
    ['Outcome', <Outcome key="outcome" status={receipt?.status ?? null} />],
    [
      'Block',
      receipt === null ? (
        'not sealed yet'
      ) : (
        <>
          <Link to="/layers/$id/block/$n" params={{ id, n: String(receipt.blockNumber) }} className="tp-link tp-mono">
            {formatCount(receipt.blockNumber)}
          </Link>
          , position {receipt.transactionIndex}
        </>
      ),
    ],
    ['From', <Address key="f" value={view.from} layerId={id} full />],
    ['To', view.to === null ? 'a new contract' : <Address key="t" value={view.to} layerId={id} full />],
    ...(receipt?.contractAddress
      ? [['Created', <Address key="c" value={receipt.contractAddress} layerId={id} full />] as const]
      : []),
    ['Value', <Amount key="v" value={view.value} unit={symbol} decimals={decimals} maxFraction={decimals} />],
    [
      'Gas',
      receipt === null
        ? `at most ${formatCount(view.gas)}`
        : `${formatCount(receipt.gasUsed)} of ${formatCount(view.gas)}`,
    ],
    [
      'Fee',
      view.system || layer.settings.gasless
        ? 'none'
        : fee === null
          ? '–'
          : `${formatUnits(fee, decimals, 12)} ${symbol} (${formatUnits(receipt?.effectiveGasPrice ?? 0n, 9)} gwei per gas)`,
    ],
    ['Nonce', formatCount(view.nonce)],
    ['Kind', view.system ? 'made by the protocol (0x7e), unsigned' : `signed, type ${Number(view.type)}`],
  ];
  return (
    <Tabs
      value={tab}
      onChange={(value) =>
        navigate({ search: { tab: TAB_NAMES.find((each) => each === value) ?? 'overview' }, replace: true })
      }
      mt={40}
      color="gray"
      keepMounted={false}
    >
      <Tabs.List mb="md" className={classes.tabs}>
        <Tabs.Tab value="overview">Overview</Tabs.Tab>
        <Tabs.Tab value="calls">Calls</Tabs.Tab>
        <Tabs.Tab value="state">State changes</Tabs.Tab>
        <Tabs.Tab value="logs">Logs{receipt === null ? '' : ` (${receipt.logs.length})`}</Tabs.Tab>
        <Tabs.Tab value="raw">Raw</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="overview">
        <KeyValue items={rows} />
      </Tabs.Panel>
      <Tabs.Panel value="calls">{receipt === null ? <Unsealed /> : <CallsTab hash={view.hash} />}</Tabs.Panel>
      <Tabs.Panel value="state">{receipt === null ? <Unsealed /> : <StateTab hash={view.hash} />}</Tabs.Panel>
      <Tabs.Panel value="logs">
        <LogList logs={receipt?.logs ?? []} layerId={id} />
      </Tabs.Panel>
      <Tabs.Panel value="raw">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
        <pre className={classes.raw} tabIndex={0}>
          {view.input === '0x' ? 'No input data.' : view.input}
        </pre>
        <div style={{ marginTop: 16 }}>
          <CodeSnippet
            title="The same from the terminal"
            snippets={[
              { label: 'CLI', code: `./tephra finality ${layer.name} ${view.hash}` },
              { label: 'cast', code: `cast receipt ${view.hash} --rpc-url ${layer.resources.rpc}` },
              {
                label: 'curl',
                code: `curl -s ${layer.resources.rpc} -H 'Content-Type: application/json' \\\n  -d '{"jsonrpc":"2.0","id":1,"method":"tephra_getFinality","params":["${view.hash}"]}'`,
              },
            ]}
          />
        </div>
      </Tabs.Panel>
    </Tabs>
  );
}
