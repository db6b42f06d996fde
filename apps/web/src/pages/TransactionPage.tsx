import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type Hash as HashType, isHash } from 'viem';
import { failureOf } from '../chain/failure.ts';
import { useFinality } from '../chain/finality.ts';
import { sentenceOf } from '../chain/sentence.ts';
import { readTransaction, sentenceInputOf, type TransactionView } from '../chain/transaction.ts';
import { useAbis } from '../chain/useAbis.ts';
import { useLayerChain } from '../chain/useChain.tsx';
import { Address } from '../components/Address.tsx';
import { Arguments } from '../components/Arguments.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { Hash } from '../components/Hash.tsx';
import { Notice } from '../components/Notice.tsx';
import { useDocumentTitle } from '../components/PageHeader.tsx';
import { Section } from '../components/Section.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { GoneNotice } from '../layer/GoneNotice.tsx';
import { LogList } from '../layer/LogList.tsx';
import { MovedBackNotice } from '../layer/MovedBackNotice.tsx';
import { RawTab } from '../layer/RawTab.tsx';
import { Sentence } from '../layer/Sentence.tsx';
import { TierStepper } from '../layer/TierStepper.tsx';
import { CallsTab, StateTab } from '../layer/TraceTabs.tsx';
import { TransactionOverview } from '../layer/TransactionOverview.tsx';
import { shortHex } from '../lib/format.ts';
import { useL1Time } from '../lib/useL1Time.ts';
import classes from './Explorer.module.css';

const route = getRouteApi('/layers/$id/tx/$hash');
const TAB_NAMES = ['overview', 'calls', 'state', 'logs', 'raw'] as const;

/** One sentence first, then how final it is and why, then the details. */
export function TransactionPage() {
  const { hash } = route.useParams();
  const { id, layer, client, reachable } = useLayerChain();
  const l1Now = useL1Time();
  const abis = useAbis();
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
          <Sentence parts={sentenceOf(sentenceInputOf(view), abis.of(view.to))} />
        </h2>
      </div>
      <p className={classes.under}>
        <Hash value={view.hash} label="transaction hash" />
      </p>
      {view.receipt?.status === 'reverted' && <Failure view={view} />}
      {finality.data?.movedBack && (
        <MovedBackNotice id={id} moved={finality.data.movedBack} tier={finality.data.tier} />
      )}
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
  const abis = useAbis();
  const failure = useQuery({
    queryKey: ['failure', id, view.hash, abis.all.length],
    queryFn: () => failureOf(client, view, abis.all),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const { data } = failure;
  return (
    <div style={{ marginBottom: 24 }}>
      <Notice tone="bad" title="It failed; only its gas was spent">
        {data === undefined ? (
          'Looking for the reason…'
        ) : (
          <>
            <p>{data.text}</p>
            {data.error !== null && <Arguments args={data.error.args} layerId={id} />}
            {data.inner !== null && (
              <p>
                It came from {data.inner.method === '' ? 'a transfer' : `the call ${data.inner.method}`} to{' '}
                {data.inner.to === null ? 'a new contract' : <Address value={data.inner.to} layerId={id} />}.
              </p>
            )}
            {data.unnamedAt !== null && (
              <p>
                Paste the contract’s ABI on the page of <Address value={data.unnamedAt} layerId={id} copy={false} /> and
                the error gets its name here.
              </p>
            )}
          </>
        )}
      </Notice>
    </div>
  );
}

function Details({ view }: { view: TransactionView }) {
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const { id } = useLayerChain();
  const abis = useAbis();
  const { receipt } = view;
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
        <TransactionOverview view={view} />
      </Tabs.Panel>
      <Tabs.Panel value="calls">{receipt === null ? <Unsealed /> : <CallsTab hash={view.hash} />}</Tabs.Panel>
      <Tabs.Panel value="state">{receipt === null ? <Unsealed /> : <StateTab hash={view.hash} />}</Tabs.Panel>
      <Tabs.Panel value="logs">
        <LogList logs={receipt?.logs ?? []} layerId={id} abiOf={abis.of} />
      </Tabs.Panel>
      <Tabs.Panel value="raw">
        <RawTab view={view} />
      </Tabs.Panel>
    </Tabs>
  );
}
