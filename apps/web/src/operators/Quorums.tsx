import type { AvsAnswer, AvsQuorum, AvsStatus } from '@tephra/api';
import { Section } from '../components/Section.tsx';
import { StatusDot } from '../components/StatusDot.tsx';
import { Table } from '../components/Table.tsx';
import { formatUnits } from '../lib/format.ts';
import type { RestakingContext } from '../restake/RestakingGate.tsx';

/** What each quorum asks of its operators, and how much of it stands behind the newest answer. */
export function Quorums({
  avs,
  status,
  context,
}: {
  avs: AvsAnswer;
  status: AvsStatus | undefined;
  context: RestakingContext;
}) {
  const totalOf = (quorum: number) => avs.totals.find((each) => each.quorum === quorum)?.weight ?? '0';
  const signedOf = (quorum: number) => status?.quorums.find((each) => each.quorum === quorum)?.signedPercentage ?? null;
  return (
    <Section title="Quorums" note="A certificate needs the threshold of every quorum.">
      <Table<AvsQuorum>
        label="Quorums"
        rows={avs.quorums}
        rowKey={(row) => String(row.number)}
        columns={[
          {
            key: 'name',
            header: 'Quorum',
            slot: 'main',
            render: (row) => (
              <>
                {row.number}: <strong>{row.name}</strong>
              </>
            ),
          },
          { key: 'counts', header: 'Counts', slot: 'sub', render: (row) => countsText(row, context) },
          {
            key: 'least',
            header: 'At least',
            align: 'right',
            slot: 'hide',
            render: (row) => <span className="tp-num">{formatUnits(BigInt(row.minimumStake), 18, 4)}</span>,
          },
          {
            key: 'total',
            header: 'Weight of all',
            align: 'right',
            slot: 'subside',
            render: (row) => (
              <span className="tp-num">
                <span className="tp-phone">weight</span> {formatUnits(BigInt(totalOf(row.number)), 18, 2)}
              </span>
            ),
          },
          {
            key: 'signed',
            header: 'Signs now',
            slot: 'side',
            render: (row) => <Signed signed={signedOf(row.number)} needed={row.thresholdPercentage} />,
          },
        ]}
      />
    </Section>
  );
}

function Signed({ signed, needed }: { signed: number | null; needed: number }) {
  if (signed === null) return <StatusDot tone="idle">{needed} % needed</StatusDot>;
  return (
    <StatusDot tone={signed >= needed ? 'good' : 'bad'}>
      {signed} % of {needed} % needed
    </StatusDot>
  );
}

/** "ETH, dstETH × 1.2". */
function countsText(quorum: AvsQuorum, context: RestakingContext): string {
  return quorum.strategies
    .map(({ strategy, multiplier }) => {
      const symbol = context.deployment.strategies.find((each) => each.strategy === strategy)?.symbol ?? 'unknown';
      return multiplier === '1000000000000000000' ? symbol : `${symbol} × ${formatUnits(BigInt(multiplier), 18)}`;
    })
    .join(', ');
}
