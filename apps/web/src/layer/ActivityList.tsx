import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { Address as AddressType } from 'viem';
import { isAddressEqual, zeroAddress } from 'viem';
import { readActivity } from '../chain/activity.ts';
import { type ActivityGroup, type ActivityItem, groupActivity, readAddressActivity } from '../chain/addressActivity.ts';
import { address as addressPart, type Part, text, thing } from '../chain/parts.ts';
import { useFeed, useLayerChain } from '../chain/useChain.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { Notice } from '../components/Notice.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { formatCount } from '../lib/format.ts';
import { Sentence } from './Sentence.tsx';
import { TransactionRows, TransactionSentence, useTransactions } from './TransactionRows.tsx';
import { type TransactionRow, TransactionTable } from './TransactionTable.tsx';

/** What happened to an address, newest first: its own transactions in a sentence, and what others sent to it. */
export function ActivityList({ address }: { address: AddressType }) {
  const { id, client } = useLayerChain();
  const activity = useInfiniteQuery({
    queryKey: ['address-activity', id, address],
    queryFn: ({ pageParam }) => readAddressActivity(client, address, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.cursor,
    // Once older pages are open the list stands still.
    refetchInterval: (query) => (query.state.data === undefined || query.state.data.pages.length === 1 ? 3_000 : false),
    retry: false,
  });
  if (activity.isPending) return <TableSkeleton rows={6} />;
  if (activity.data === undefined) return <ScannedActivity address={address} />;
  const groups = groupActivity(activity.data.pages.flatMap((page) => page.items));
  if (groups.length === 0) {
    return (
      <EmptyState title="Nothing happened here yet">Transactions and transfers of this address appear here.</EmptyState>
    );
  }
  return (
    <>
      <GroupRows groups={groups} address={address} />
      {activity.hasNextPage && (
        <Button
          variant="default"
          size="xs"
          mt="md"
          loading={activity.isFetchingNextPage}
          onClick={() => void activity.fetchNextPage()}
        >
          Show older
        </Button>
      )}
    </>
  );
}

function GroupRows({ groups, address }: { groups: readonly ActivityGroup[]; address: AddressType }) {
  const own = groups.filter((group) => group.own || group.transfers.length === 0);
  const views = useTransactions(own.map((group) => group.hash));
  const known = new Map(own.map((group, at) => [group.hash, views[at]]));
  const rows = groups.map<TransactionRow>((group) => {
    const view = known.get(group.hash);
    return {
      hash: group.hash,
      what: view ? (
        <TransactionSentence view={view} />
      ) : known.has(group.hash) ? (
        '…'
      ) : (
        <Sentence parts={partsOf(group.transfers, address)} />
      ),
      block: BigInt(group.blockNumber),
      timestampMs: group.timestamp * 1_000,
      status: group.success ? 'success' : 'reverted',
    };
  });
  return <TransactionTable label="Activity" rows={rows} />;
}

/** "received 5 EMB from 0x…" for what others did to the address. */
function partsOf(transfers: readonly ActivityItem[], address: AddressType): Part[] {
  const [first, ...rest] = transfers;
  if (first === undefined) return [];
  const { token, standard, tokenId, amount, from, to } = first;
  const what: Part =
    token === null || standard === 'native'
      ? { kind: 'coin', value: amount ?? 0n }
      : thing({ kind: standard, token, tokenId, amount: amount ?? 1n, from, to: to ?? zeroAddress });
  const came = to !== null && isAddressEqual(to, address);
  const other = came ? from : (to ?? zeroAddress);
  const made = isAddressEqual(other, zeroAddress);
  const more = rest.length === 0 ? [] : [text(` and ${formatCount(rest.length)} more`)];
  if (made) return [text(came ? 'Got ' : 'Lost '), what, text(came ? ', newly minted' : ', burned'), ...more];
  return [text(came ? 'Received ' : 'Sent '), what, text(came ? ' from ' : ' to '), addressPart(other), ...more];
}

/** Without the node's index: what the newest blocks and logs tell, said as such. */
function ScannedActivity({ address }: { address: AddressType }) {
  const { id, client } = useLayerChain();
  const { heads } = useFeed();
  const latest = heads?.latest;
  const activity = useQuery({
    queryKey: ['activity', id, address, latest === undefined ? null : Number(latest / 10n)],
    queryFn: () => readActivity(client, address, latest ?? 0n),
    enabled: latest !== undefined,
    placeholderData: (before) => before,
  });
  if (activity.isError) {
    return (
      <ErrorState title="The activity could not be read" error={activity.error} onRetry={() => activity.refetch()} />
    );
  }
  if (activity.data === undefined) return <TableSkeleton rows={4} />;
  return (
    <>
      <Notice tone="warn">
        The node’s index does not answer; this is what its logs and newest blocks tell, from block{' '}
        {formatCount(activity.data.from)} on.
      </Notice>
      {activity.data.hashes.length === 0 ? (
        <EmptyState title="Nothing in the blocks looked at">Older transactions can be opened by their hash.</EmptyState>
      ) : (
        <TransactionRows hashes={activity.data.hashes} />
      )}
    </>
  );
}
