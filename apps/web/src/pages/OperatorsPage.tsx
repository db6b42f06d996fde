import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { AvsAnswer, AvsTask, OperatorAnswer } from '@tephra/api';
import { EmptyState } from '../components/EmptyState.tsx';
import { Loaded } from '../components/Loaded.tsx';
import { Notice } from '../components/Notice.tsx';
import { PageHeader } from '../components/PageHeader.tsx';
import { Section } from '../components/Section.tsx';
import { StatusDot } from '../components/StatusDot.tsx';
import { Table } from '../components/Table.tsx';
import { formatCount, plural } from '../lib/format.ts';
import { AvsBadge } from '../operators/AvsBadge.tsx';
import { OperatorLink } from '../operators/OperatorLink.tsx';
import classes from '../operators/Operators.module.css';
import { performanceOf, performanceText } from '../operators/performance.ts';
import { SignCells } from '../operators/SignGrid.tsx';
import { stakesText } from '../operators/stakes.ts';
import { avssQuery, operatorsQuery, tasksQuery } from '../restake/queries.ts';
import { type RestakingContext, RestakingGate } from '../restake/RestakingGate.tsx';

const TASKS = 20;

/** Who signs with whose stake, and for whom. */
export function OperatorsPage() {
  return (
    <>
      <PageHeader title="Operators" documentTitle="Operators">
        Operators sign for services (AVSs) with the stake that was delegated to them.
      </PageHeader>
      <RestakingGate>
        {(context) => (
          <>
            <Avss />
            <Operators context={context} />
          </>
        )}
      </RestakingGate>
    </>
  );
}

function Avss() {
  const avss = useQuery(avssQuery);
  return (
    <Section title="AVSs">
      <Loaded query={avss} what="The AVSs" rows={2}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState title="There is no AVS yet">Operators have nothing to sign until one is deployed.</EmptyState>
          ) : (
            <AvsTable avss={rows} />
          )
        }
      </Loaded>
    </Section>
  );
}

function AvsTable({ avss }: { avss: readonly AvsAnswer[] }) {
  return (
    <Table<AvsAnswer>
      label="AVSs"
      rows={avss}
      rowKey={(row) => row.name}
      columns={[
        {
          key: 'name',
          header: 'Name',
          slot: 'main',
          render: (row) => (
            <Link to="/avs/$name" params={{ name: row.name }} className="tp-link">
              <strong>{row.metadata?.name || row.name}</strong>
            </Link>
          ),
        },
        { key: 'state', header: 'State', slot: 'side', render: (row) => <AvsBadge avs={row.name} /> },
        {
          key: 'quorums',
          header: 'Quorums',
          slot: 'sub',
          render: (row) => row.quorums.map((quorum) => `${quorum.number}: ${quorum.name}`).join(', '),
        },
        {
          key: 'operators',
          header: 'Operators',
          align: 'right',
          slot: 'subside',
          render: (row) => (
            <>
              {formatCount(row.operators.length)} <span className="tp-phone">operators</span>
            </>
          ),
        },
      ]}
    />
  );
}

function Operators({ context }: { context: RestakingContext }) {
  const operators = useQuery(operatorsQuery);
  const tasks = useQuery(tasksQuery(context.info.avss[0]?.name, TASKS));
  const count = operators.data === undefined ? '' : ` (${formatCount(operators.data.length)})`;
  return (
    <Section title={`Operators${count}`}>
      {tasks.isError && tasks.data === undefined && (
        <div className={classes.alert}>
          <Notice tone="warn" title="The aggregator does not answer">
            Who signed what is not known at the moment; stakes and registrations come from the L1 and are right.
          </Notice>
        </div>
      )}
      <Loaded query={operators} what="The operators">
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState title="There is no operator yet">
              Become one: <code>./tephra operator keys create</code>, then <code>./tephra operator register</code>.
            </EmptyState>
          ) : (
            <OperatorTable operators={rows} tasks={tasks.data ?? []} context={context} />
          )
        }
      </Loaded>
    </Section>
  );
}

function OperatorTable({
  operators,
  tasks,
  context,
}: {
  operators: readonly OperatorAnswer[];
  tasks: readonly AvsTask[];
  context: RestakingContext;
}) {
  const { strategies } = context.deployment;
  const oldestFirst = [...tasks].reverse();
  return (
    <Table<OperatorAnswer>
      label="Operators"
      rows={operators}
      rowKey={(row) => row.address}
      columns={[
        { key: 'operator', header: 'Operator', slot: 'main', render: (row) => <OperatorLink address={row.address} /> },
        { key: 'stake', header: 'Stake', slot: 'sub', render: (row) => stakesText(row.stakes, strategies) },
        { key: 'avs', header: 'Registered with', slot: 'hide', render: (row) => registrationsText(row) },
        {
          key: 'signed',
          header: `Last ${TASKS} tasks`,
          slot: 'hide',
          render: (row) => <SignCells tasks={oldestFirst} operator={row.address} />,
        },
        {
          key: 'sum',
          header: '',
          slot: 'subside',
          render: (row) => performanceText(performanceOf(tasks, row.address)),
        },
        {
          key: 'slashes',
          header: 'Slashes',
          slot: 'side',
          render: (row) =>
            row.slashCount === 0 ? (
              <StatusDot tone="done">Never slashed</StatusDot>
            ) : (
              <StatusDot tone="bad">Slashed {plural(row.slashCount, 'time')}</StatusDot>
            ),
        },
        {
          key: 'delegators',
          header: 'Delegators',
          align: 'right',
          slot: 'hide',
          render: (row) => formatCount(row.delegatorCount),
        },
      ]}
    />
  );
}

/** "echo (quorums 0, 1)". */
function registrationsText(operator: OperatorAnswer): string {
  const living = operator.registrations.filter((each) => each.status === 'registered');
  if (living.length === 0) return 'none';
  return living
    .map((each) => `${each.avs} (${each.quorums.length === 1 ? 'quorum' : 'quorums'} ${each.quorums.join(', ')})`)
    .join(', ');
}
