import type { SlashAnswer } from '@tephra/api';
import { L1Hash } from '../components/L1Hash.tsx';
import { Section } from '../components/Section.tsx';
import { Table } from '../components/Table.tsx';
import { Time } from '../components/Time.tsx';
import { formatCount, formatPercent } from '../lib/format.ts';
import type { RestakingContext } from '../restake/RestakingGate.tsx';
import classes from './Operators.module.css';

/** When and for what the operator was slashed, each with the transaction that carried the proof. */
export function Slashes({ slashes, context }: { slashes: readonly SlashAnswer[]; context: RestakingContext }) {
  const symbolOf = (strategy: string) =>
    context.deployment.strategies.find((each) => each.strategy === strategy)?.symbol ?? 'unknown';
  return (
    <Section title="Slashes">
      {slashes.length === 0 ? (
        <p className={classes.dim}>Never. Who signs a wrong answer can be slashed by anybody who has its signature.</p>
      ) : (
        <Table<SlashAnswer>
          label="Slashes"
          rows={slashes}
          rowKey={(row) => `${row.transactionHash}${row.operatorSetId}`}
          columns={[
            {
              key: 'what',
              header: 'Taken',
              slot: 'main',
              render: (row) =>
                row.strategies
                  .map(
                    ({ strategy, wadSlashed }) =>
                      `${formatPercent(Number(BigInt(wadSlashed) / 10n ** 12n) / 1_000_000)} of ${symbolOf(strategy)}`,
                  )
                  .join(', '),
            },
            { key: 'why', header: 'For', slot: 'sub', render: (row) => `${row.description} (${row.avs})` },
            {
              key: 'block',
              header: 'L1 block',
              align: 'right',
              slot: 'hide',
              render: (row) => formatCount(row.l1Block),
            },
            { key: 'when', header: 'When', slot: 'side', render: (row) => <Time at={Date.parse(row.at)} /> },
            {
              key: 'proof',
              header: 'Proof on the L1',
              slot: 'subside',
              render: (row) => <L1Hash value={row.transactionHash} />,
            },
          ]}
        />
      )}
    </Section>
  );
}
