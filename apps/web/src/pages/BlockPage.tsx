import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { isHash, type PublicClient } from 'viem';
import { useFinality } from '../chain/finality.ts';
import { useFeed, useLayerChain } from '../chain/useChain.tsx';
import { Address } from '../components/Address.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { Hash } from '../components/Hash.tsx';
import { KeyValue } from '../components/KeyValue.tsx';
import { LinkButton } from '../components/LinkButton.tsx';
import { useDocumentTitle } from '../components/PageHeader.tsx';
import { Section } from '../components/Section.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { BlockCommitments } from '../layer/BlockCommitments.tsx';
import { BlockTime } from '../layer/BlockTime.tsx';
import { GoneNotice } from '../layer/GoneNotice.tsx';
import { TierStepper } from '../layer/TierStepper.tsx';
import { TransactionRows } from '../layer/TransactionRows.tsx';
import { formatCount, formatPercent, formatUnits, plural } from '../lib/format.ts';
import { useL1Time } from '../lib/useL1Time.ts';
import { VerifyBlock } from '../verify/VerifyBlock.tsx';
import classes from './Explorer.module.css';

const route = getRouteApi('/layers/$id/block/$n');
const PAGE = 25;

export function BlockPage() {
  const { n } = route.useParams();
  const { id, layer, client, reachable, symbol } = useLayerChain();
  const { heads } = useFeed();
  const l1Now = useL1Time();
  const [shown, setShown] = useState(PAGE);
  const block = useQuery({
    queryKey: ['block', id, n],
    queryFn: () => readBlock(client, n),
    enabled: reachable,
    staleTime: Number.POSITIVE_INFINITY,
    retry: 1,
  });
  const number = block.data?.number;
  const finality = useFinality(number);
  useDocumentTitle(`Block ${n} of ${layer.name}`);
  useBlockKeys(number, heads?.latest);
  if (!reachable) return <GoneNotice />;
  if (block.isPending) return <TableSkeleton rows={8} />;
  if (block.isError)
    return <ErrorState title="The block could not be read" error={block.error} onRetry={() => block.refetch()} />;
  if (block.data === null || number === undefined) {
    return (
      <EmptyState title={`${layer.name} has no block ${n}`}>
        {heads === null ? 'It may not be sealed yet.' : `Its newest block is ${formatCount(heads.latest)}.`}
      </EmptyState>
    );
  }
  const { data } = block;
  const inclusion = finality.data?.evidence.find((each) => each.kind === 'l1-inclusion');
  return (
    <>
      <div className={classes.head}>
        <h2 className={classes.sentence}>
          Block {formatCount(number)}{' '}
          {data.transactions.length === 0 ? 'is empty' : `holds ${plural(data.transactions.length, 'transaction')}`}.
        </h2>
        <Group gap={6}>
          <LinkButton
            to="/layers/$id/block/$n"
            params={{ id, n: String(number - 1n) }}
            size="xs"
            variant="default"
            disabled={number === 0n}
            data-disabled={number === 0n || undefined}
          >
            Previous
          </LinkButton>
          <LinkButton
            to="/layers/$id/block/$n"
            params={{ id, n: String(number + 1n) }}
            size="xs"
            variant="default"
            data-disabled={(heads !== null && number >= heads.latest) || undefined}
          >
            Next
          </LinkButton>
        </Group>
      </div>
      {finality.data && (
        <Section title="How final it is">
          <TierStepper finality={finality.data} l1Now={l1Now} first={1} />
        </Section>
      )}
      <Section title="Block">
        <KeyValue
          items={[
            ['Hash', <Hash key="h" value={data.hash} label="block hash" full />],
            [
              'Time',
              <>
                <BlockTime key="t" at={Number(data.timestamp) * 1_000} absolute /> (
                <BlockTime at={Number(data.timestamp) * 1_000} />)
              </>,
            ],
            [
              'Gas used',
              `${formatCount(data.gasUsed)} of ${formatCount(data.gasLimit)} (${formatPercent(Number(data.gasUsed) / Number(data.gasLimit))})`,
            ],
            [
              'Base fee',
              layer.settings.gasless
                ? 'none, the layer is gasless'
                : `${formatUnits(data.baseFeePerGas ?? 0n, 9)} gwei (${symbol})`,
            ],
            ['Size', `${formatCount(data.size)} bytes`],
            ['Fee recipient', <Address key="m" value={data.miner} layerId={id} />],
            [
              'Parent',
              <Hash
                key="p"
                value={data.parentHash}
                label="parent hash"
                to={number === 0n ? undefined : `/layers/${id}/block/${number - 1n}`}
                full
              />,
            ],
            ['State root', <Hash key="s" value={data.stateRoot} label="state root" full />],
            ['Transactions root', <Hash key="t" value={data.transactionsRoot} label="transactions root" full />],
            ['Receipts root', <Hash key="r" value={data.receiptsRoot} label="receipts root" full />],
            ['Random value', <Hash key="x" value={data.mixHash} label="random value (PREVRANDAO)" full />],
            ...(data.extraData === '0x'
              ? []
              : [['Extra data', <Hash key="e" value={data.extraData} label="extra data" full />] as const]),
          ]}
        />
      </Section>
      <BlockCommitments number={number} inclusion={inclusion} />
      <VerifyBlock key={data.hash} block={{ ...data, number, transactionCount: data.transactions.length }} />
      <Section title="Transactions">
        {data.transactions.length === 0 ? (
          <EmptyState title="This block is empty" />
        ) : (
          <>
            <TransactionRows hashes={data.transactions.slice(0, shown)} />
            {shown < data.transactions.length && (
              <Button variant="default" size="xs" mt="md" onClick={() => setShown(shown + PAGE * 2)}>
                Show more of {formatCount(data.transactions.length)}
              </Button>
            )}
          </>
        )}
      </Section>
    </>
  );
}

/** Left and right arrows step from block to block, unless something that uses them has the focus. */
function useBlockKeys(number: bigint | undefined, latest: bigint | undefined): void {
  const { id } = useLayerChain();
  const navigate = useNavigate();
  useEffect(() => {
    if (number === undefined) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (event.target instanceof HTMLElement && event.target.closest('input, textarea, pre, [role]')) return;
      const next = event.key === 'ArrowLeft' ? number - 1n : event.key === 'ArrowRight' ? number + 1n : null;
      if (next === null || next < 0n || (latest !== undefined && next > latest)) return;
      void navigate({ to: '/layers/$id/block/$n', params: { id, n: String(next) } });
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [id, number, latest, navigate]);
}

async function readBlock(client: PublicClient, n: string) {
  if (isHash(n)) return client.getBlock({ blockHash: n }).catch(nullWhenUnknown);
  if (!/^\d{1,15}$/.test(n)) return null;
  return client.getBlock({ blockNumber: BigInt(n) }).catch(nullWhenUnknown);
}

function nullWhenUnknown(error: unknown): null {
  if (error instanceof Error && error.name === 'BlockNotFoundError') return null;
  throw error;
}
