import type { OperatorDetail } from '@tephra/api';
import { EmptyState } from '../components/EmptyState.tsx';
import { Section } from '../components/Section.tsx';
import { Table } from '../components/Table.tsx';
import { formatCount, formatPercent } from '../lib/format.ts';
import type { RestakingContext } from '../restake/RestakingGate.tsx';

type Allocation = OperatorDetail['allocations'][number];

/** Which part of each strategy's stake an operator set may slash. */
export function Allocations({
  allocations,
  context,
}: {
  allocations: readonly Allocation[];
  context: RestakingContext;
}) {
  const symbolOf = (strategy: string) =>
    context.deployment.strategies.find((each) => each.strategy === strategy)?.symbol ?? 'unknown';
  return (
    <Section
      title="Allocations"
      note="The part of its stake that each AVS may slash. Nobody can slash the same part twice."
    >
      {allocations.length === 0 ? (
        <EmptyState title="Nothing is allocated">
          Quorums that count slashable stake give this operator no weight until it allocates some:{' '}
          <code>./tephra operator allocate</code>.
        </EmptyState>
      ) : (
        <Table<Allocation>
          label="Allocations"
          rows={allocations}
          rowKey={(row) => `${row.avs}${row.operatorSetId}${row.strategy}`}
          columns={[
            { key: 'asset', header: 'Asset', slot: 'main', render: (row) => <strong>{symbolOf(row.strategy)}</strong> },
            {
              key: 'set',
              header: 'Operator set',
              slot: 'sub',
              render: (row) => `${row.avs}, set ${row.operatorSetId}`,
            },
            {
              key: 'magnitude',
              header: 'Allocated',
              align: 'right',
              slot: 'side',
              render: (row) => formatPercent(wad(row.magnitude)),
            },
            {
              key: 'max',
              header: 'Left after slashing',
              align: 'right',
              slot: 'hide',
              render: (row) => formatPercent(wad(row.maxMagnitude)),
            },
            {
              key: 'pending',
              header: 'On its way',
              slot: 'subside',
              render: (row) => (row.pending === null ? 'nothing' : pendingText(row.pending)),
            },
          ]}
        />
      )}
    </Section>
  );
}

/** 1e18 = 1. */
function wad(text: string): number {
  return Number(BigInt(text) / 10n ** 12n) / 1_000_000;
}

function pendingText({ delta, effectBlock }: { delta: string; effectBlock: number }): string {
  const down = delta.startsWith('-');
  return `${down ? '−' : '+'}${formatPercent(wad(delta.replace('-', '')))} at block ${formatCount(effectBlock)}`;
}
