import { Group, Switch } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { BlockSummary } from '../chain/ChainFeed.ts';
import { tierOf } from '../chain/tiers.ts';
import { useFeed, useLayerChain } from '../chain/useChain.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { Hash } from '../components/Hash.tsx';
import { LinkButton } from '../components/LinkButton.tsx';
import { useDocumentTitle } from '../components/PageHeader.tsx';
import { Section } from '../components/Section.tsx';
import { Table } from '../components/Table.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { TierBadge } from '../components/TierBadge.tsx';
import { BlockTime } from '../layer/BlockTime.tsx';
import { GoneNotice } from '../layer/GoneNotice.tsx';
import { formatCount, formatGas, formatPercent, plural } from '../lib/format.ts';

const route = getRouteApi('/layers/$id/blocks');
const PAGE = 25;

/** All blocks by page; without `before` the newest ones, live. */
export function BlocksPage() {
  const { before, hide } = route.useSearch();
  const { id, layer, client, reachable } = useLayerChain();
  const navigate = route.useNavigate();
  const feed = useFeed();
  useDocumentTitle(`Blocks of ${layer.name}`);
  const live = before === undefined;
  const page = useQuery({
    queryKey: ['blocks', id, before],
    queryFn: async () => {
      const top = (before ?? 0) - 1;
      const numbers = Array.from({ length: Math.min(PAGE, top + 1) }, (_, index) => BigInt(top - index));
      const blocks = await Promise.all(numbers.map((blockNumber) => client.getBlock({ blockNumber })));
      return blocks.map<BlockSummary>(({ number, hash, timestamp, gasUsed, gasLimit, transactions }) => ({
        number,
        hash,
        timestamp,
        gasUsed,
        gasLimit,
        transactions,
      }));
    },
    enabled: !live && reachable,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!reachable) return <GoneNotice />;
  const all = live ? feed.blocks.slice(0, PAGE) : (page.data ?? []);
  const rows = hide === 'empty' ? all.filter((block) => block.transactions.length > 0) : all;
  const last = all.at(-1)?.number ?? 0n;
  const latest = feed.heads?.latest;
  return (
    <Section
      title={live ? 'Newest blocks' : `Blocks before ${formatCount(before)}`}
      actions={
        <Switch
          size="sm"
          label="Hide empty blocks"
          checked={hide === 'empty'}
          onChange={(event) => {
            const { checked } = event.currentTarget;
            void navigate({ search: (search) => ({ ...search, hide: checked ? 'empty' : undefined }), replace: true });
          }}
        />
      }
    >
      {page.isError ? (
        <ErrorState title="The blocks could not be read" error={page.error} onRetry={() => page.refetch()} />
      ) : all.length === 0 ? (
        <TableSkeleton rows={10} />
      ) : rows.length === 0 ? (
        <EmptyState title="All blocks of this page are empty">Older ones may hold transactions.</EmptyState>
      ) : (
        <Table
          label="Blocks"
          rows={rows}
          rowKey={(block) => block.hash}
          columns={[
            {
              key: 'number',
              header: 'Block',
              slot: 'main',
              render: (block) => (
                <Link to="/layers/$id/block/$n" params={{ id, n: String(block.number) }} className="tp-link tp-mono">
                  {formatCount(block.number)}
                </Link>
              ),
            },
            {
              key: 'age',
              header: 'Age',
              slot: 'subside',
              render: (block) => <BlockTime at={Number(block.timestamp) * 1_000} />,
            },
            {
              key: 'transactions',
              header: 'Transactions',
              align: 'right',
              slot: 'sub',
              render: (block) => (
                <span className="tp-num">
                  {block.transactions.length === 0 ? 'empty' : plural(block.transactions.length, 'transaction')}
                </span>
              ),
            },
            {
              key: 'gas',
              header: 'Gas used',
              align: 'right',
              slot: 'hide',
              render: (block) =>
                block.gasUsed === 0n
                  ? '0'
                  : `${formatGas(block.gasUsed)} (${formatPercent(Number(block.gasUsed) / Number(block.gasLimit))})`,
            },
            {
              key: 'hash',
              header: 'Hash',
              slot: 'hide',
              render: (block) => <Hash value={block.hash} label="block hash" />,
            },
            {
              key: 'tier',
              header: 'Tier',
              slot: 'side',
              width: '92px',
              render: (block) => <TierBadge tier={feed.heads === null ? 1 : tierOf(block.number, feed.heads)} />,
            },
          ]}
        />
      )}
      <Group mt="md" gap="xs">
        {!live && (
          <LinkButton to="/layers/$id/blocks" params={{ id }} search={{ hide }} variant="default" size="xs">
            Newest
          </LinkButton>
        )}
        {!live && latest !== undefined && BigInt(before) + BigInt(PAGE) <= latest && (
          <LinkButton
            to="/layers/$id/blocks"
            params={{ id }}
            search={{ hide, before: before + PAGE }}
            variant="default"
            size="xs"
          >
            Newer
          </LinkButton>
        )}
        {all.length > 0 && last > 0n && (
          <LinkButton
            to="/layers/$id/blocks"
            params={{ id }}
            search={{ hide, before: Number(last) }}
            variant="default"
            size="xs"
          >
            Older
          </LinkButton>
        )}
      </Group>
    </Section>
  );
}
