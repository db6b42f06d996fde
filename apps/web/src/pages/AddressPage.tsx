import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type Address as AddressType, getAddress, isAddress } from 'viem';
import { readActivity } from '../chain/activity.ts';
import { useToken } from '../chain/tokens.ts';
import { useFeed, useLayerChain } from '../chain/useChain.tsx';
import { Address } from '../components/Address.tsx';
import { Amount } from '../components/Amount.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { KeyValue } from '../components/KeyValue.tsx';
import { useName } from '../components/names.tsx';
import { useDocumentTitle } from '../components/PageHeader.tsx';
import { Section } from '../components/Section.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { GoneNotice } from '../layer/GoneNotice.tsx';
import { Holdings } from '../layer/Holdings.tsx';
import { TransactionRows } from '../layer/TransactionRows.tsx';
import { formatCount, shortHex } from '../lib/format.ts';
import classes from './Explorer.module.css';

const route = getRouteApi('/layers/$id/address/$address');

export function AddressPage() {
  const { address: text } = route.useParams();
  const { reachable } = useLayerChain();
  useDocumentTitle(`Address ${shortHex(text)}`);
  if (!reachable) return <GoneNotice />;
  if (!isAddress(text, { strict: false })) {
    return <EmptyState title="That is no address">An address is 0x and 40 hexadecimal digits.</EmptyState>;
  }
  return <AddressView address={getAddress(text)} />;
}

function AddressView({ address }: { address: AddressType }) {
  const { id, client, symbol, decimals } = useLayerChain();
  const name = useName(address);
  const { heads } = useFeed();
  const account = useQuery({
    queryKey: ['account', id, address],
    queryFn: async () => {
      const [balance, nonce, code] = await Promise.all([
        client.getBalance({ address }),
        client.getTransactionCount({ address }),
        client.getCode({ address }),
      ]);
      return { balance, nonce, code: code ?? '0x' };
    },
    refetchInterval: 4_000,
  });
  const isContract = account.data !== undefined && account.data.code !== '0x';
  const latest = heads?.latest;
  const activity = useQuery({
    queryKey: ['activity', id, address, latest === undefined ? null : Number(latest / 10n)],
    queryFn: () => readActivity(client, address, latest ?? 0n),
    enabled: latest !== undefined,
    placeholderData: (before) => before,
  });
  return (
    <>
      <div className={classes.head}>
        <h2 className={classes.sentence}>
          <Kind isContract={isContract} address={address} name={name} />
        </h2>
      </div>
      {account.isError && <ErrorState title="The account could not be read" error={account.error} />}
      <Section title="Account">
        {account.data === undefined ? (
          <TableSkeleton rows={3} />
        ) : (
          <KeyValue
            items={[
              ['Address', <Address key="a" value={address} full />],
              ['Balance', <Amount key="b" value={account.data.balance} unit={symbol} decimals={decimals} />],
              [isContract ? 'Nonce' : 'Transactions sent', formatCount(account.data.nonce)],
              ...(isContract ? ([['Code', `${formatCount((account.data.code.length - 2) / 2)} bytes`]] as const) : []),
            ]}
          />
        )}
      </Section>
      <Holdings address={address} />
      <Section title="Activity" note={activity.data && `from block ${formatCount(activity.data.from)} on`}>
        {activity.isError ? (
          <ErrorState
            title="The activity could not be read"
            error={activity.error}
            onRetry={() => activity.refetch()}
          />
        ) : activity.data === undefined ? (
          <TableSkeleton rows={4} />
        ) : activity.data.hashes.length === 0 ? (
          <EmptyState title="Nothing in the blocks looked at">
            Older transactions can be opened by their hash.
          </EmptyState>
        ) : (
          <TransactionRows hashes={activity.data.hashes} />
        )}
      </Section>
    </>
  );
}

function Kind({ isContract, address, name }: { isContract: boolean; address: AddressType; name: string | undefined }) {
  const facts = useToken(address);
  if (isContract && facts?.name) return `${facts.name}${facts.symbol ? ` (${facts.symbol})` : ''}`;
  if (name !== undefined) return name;
  return isContract ? `Contract ${shortHex(address)}` : `Account ${shortHex(address)}`;
}
