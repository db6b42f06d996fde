import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type Hash as HashType, isHash } from 'viem';
import { decodeCall } from '../chain/decode.ts';
import { decodeL1Call, L1_ABI } from '../chain/l1Call.ts';
import { l1ChainOf, publicClientOf } from '../chain/layerChain.ts';
import { Address } from '../components/Address.tsx';
import { Amount } from '../components/Amount.tsx';
import { Arguments } from '../components/Arguments.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { Hash } from '../components/Hash.tsx';
import { KeyValue } from '../components/KeyValue.tsx';
import { Outcome } from '../components/Outcome.tsx';
import { PageHeader } from '../components/PageHeader.tsx';
import { Section } from '../components/Section.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { Time } from '../components/Time.tsx';
import { LogList } from '../layer/LogList.tsx';
import { formatCount, formatUnits } from '../lib/format.ts';
import { usePlatform } from '../lib/queries.ts';

const route = getRouteApi('/l1/tx/$hash');

/** A transaction of the L1 as evidence: when, by whom, what it called and what our contracts said. */
export function L1TransactionPage() {
  const { hash } = route.useParams();
  const { data: platform, isPending: platformPending } = usePlatform();
  const transaction = useQuery({
    queryKey: ['l1-transaction', hash, platform?.l1.rpcUrl],
    queryFn: async () => {
      if (platform === undefined) return null;
      const client = publicClientOf(l1ChainOf(platform.l1));
      const [sent, receipt] = await Promise.all([
        client.getTransaction({ hash: hash as HashType }),
        client.getTransactionReceipt({ hash: hash as HashType }),
      ]);
      const block = await client.getBlock({ blockNumber: receipt.blockNumber });
      return { sent, receipt, timestamp: block.timestamp };
    },
    enabled: platform !== undefined && isHash(hash),
    retry: 1,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const header = (
    <PageHeader title="L1 transaction" documentTitle="L1 transaction">
      <Hash value={hash} label="L1 transaction hash" />
    </PageHeader>
  );
  if (!isHash(hash))
    return <EmptyState title="That is no transaction hash">A hash is 0x and 64 hexadecimal digits.</EmptyState>;
  if (transaction.isError) {
    return (
      <>
        {header}
        <ErrorState
          title="The L1 transaction could not be read"
          error={transaction.error}
          onRetry={() => transaction.refetch()}
        />
      </>
    );
  }
  if (platformPending || transaction.isPending || transaction.data === null) {
    return (
      <>
        {header}
        <TableSkeleton rows={6} />
      </>
    );
  }
  const { sent, receipt, timestamp } = transaction.data;
  const call = decodeL1Call(sent.input);
  const decoded = sent.to === null ? null : decodeCall(sent.input, L1_ABI);
  return (
    <>
      {header}
      <Section title="Overview">
        <KeyValue
          items={[
            ['Outcome', <Outcome key="outcome" status={receipt.status} />],
            ['L1 block', formatCount(receipt.blockNumber)],
            ['Time', <Time key="t" at={Number(timestamp) * 1_000} absolute />],
            ['From', <Address key="f" value={sent.from} full />],
            ['To', sent.to === null ? 'a new contract' : <Address key="o" value={sent.to} full />],
            ['Call', call ?? (sent.input === '0x' ? 'none' : sent.input.slice(0, 10))],
            ['Value', <Amount key="v" value={sent.value} unit="ETH" maxFraction={18} />],
            ['Gas', `${formatCount(receipt.gasUsed)} of ${formatCount(sent.gas)}`],
            ['Fee', `${formatUnits(receipt.gasUsed * receipt.effectiveGasPrice, 18, 12)} ETH`],
          ]}
        />
      </Section>
      {decoded !== null && decoded.args.length > 0 && (
        <Section title={`Call: ${call ?? decoded.name}`}>
          <Arguments args={decoded.args} />
        </Section>
      )}
      <Section title={`Events (${receipt.logs.length})`}>
        <LogList logs={receipt.logs} abiOf={() => L1_ABI} />
      </Section>
    </>
  );
}
