import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { ApiError, type AvsAnswer, type AvsDeploymentAnswer, type AvsStatus } from '@tephra/api';
import { Fragment } from 'react';
import { Address } from '../components/Address.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { KeyValue } from '../components/KeyValue.tsx';
import { LinkButton } from '../components/LinkButton.tsx';
import { Notice } from '../components/Notice.tsx';
import { PageHeader } from '../components/PageHeader.tsx';
import { Section } from '../components/Section.tsx';
import { Stats } from '../components/Stat.tsx';
import { Table } from '../components/Table.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { Time } from '../components/Time.tsx';
import { formatCount, formatUnits, plural } from '../lib/format.ts';
import { Allowlist } from '../operators/Allowlist.tsx';
import { AvsBadge } from '../operators/AvsBadge.tsx';
import { Evidence } from '../operators/Evidence.tsx';
import { OperatorLink } from '../operators/OperatorLink.tsx';
import classes from '../operators/Operators.module.css';
import { Quorums } from '../operators/Quorums.tsx';
import { SignGrid } from '../operators/SignGrid.tsx';
import { TaskDetail, Tasks } from '../operators/Tasks.tsx';
import { avsQuery, avsStatusQuery, operatorsQuery, taskQuery, tasksQuery } from '../restake/queries.ts';
import { type RestakingContext, RestakingGate } from '../restake/RestakingGate.tsx';

const route = getRouteApi('/avs/$name');
const TASKS = 30;
const LISTED = 12;

/** One AVS: whether it certifies and who is missing, what it asks of operators, what it certified. */
export function AvsPage() {
  const { name } = route.useParams();
  return <RestakingGate>{(context) => <Avs name={name} context={context} />}</RestakingGate>;
}

function Avs({ name, context }: { name: string; context: RestakingContext }) {
  const query = useQuery(avsQuery(name));
  if (query.isPending) return <TableSkeleton rows={8} />;
  if (query.data === undefined) {
    if (query.error instanceof ApiError && query.error.code === 'NOT_FOUND') {
      return (
        <EmptyState title={`There is no AVS ${name}`} action={<LinkButton to="/operators">All AVSs</LinkButton>}>
          This platform knows the AVSs that were deployed with it.
        </EmptyState>
      );
    }
    return <ErrorState title="The AVS could not be read" error={query.error} onRetry={() => query.refetch()} />;
  }
  return <Detail avs={query.data} context={context} />;
}

function Detail({ avs, context }: { avs: AvsAnswer; context: RestakingContext }) {
  const { task: opened } = route.useSearch();
  const navigate = route.useNavigate();
  const status = useQuery(avsStatusQuery(avs.name));
  const tasks = useQuery(tasksQuery(avs.name, TASKS));
  const task = useQuery(taskQuery(avs.name, opened));
  // The order of every other table: by name.
  const known = useQuery(operatorsQuery).data ?? [];
  const rank = (address: string) => known.findIndex((each) => each.address === address);
  const registered = [...avs.operators].sort((left, right) => rank(left.address) - rank(right.address));
  const addresses = registered.map((each) => each.address);
  const title = avs.metadata?.name || avs.name;
  const deployment = context.info.avss.find((each) => each.name === avs.name);
  const away = (status.isError && status.data === undefined) || (tasks.isError && tasks.data === undefined);
  return (
    <>
      <PageHeader title={title} documentTitle={title} actions={<AvsBadge avs={avs.name} />}>
        {avs.metadata?.description ||
          `The AVS ${avs.name}, with ${avs.kind === 'bls' ? 'BLS certificates' : 'ECDSA signatures'}.`}
      </PageHeader>
      {away && (
        <div className={classes.alert}>
          <Notice tone="warn" title="The aggregator does not answer">
            Tasks and certificates are not known at the moment. What the L1 says is right: operators, quorums,
            allowlist.
          </Notice>
        </div>
      )}
      {status.data?.state === 'below-threshold' && (
        <div className={classes.alert}>
          <Missing status={status.data} />
        </div>
      )}
      {status.data !== undefined && <Figures status={status.data} />}
      {opened !== undefined &&
        (task.data !== undefined ? (
          <TaskDetail task={task.data} onClose={() => void navigate({ search: {}, resetScroll: false })} />
        ) : task.isError ? (
          <ErrorState title={`Task ${opened} could not be read`} error={task.error} onRetry={() => task.refetch()} />
        ) : (
          <TableSkeleton rows={6} />
        ))}
      {tasks.data !== undefined && avs.operators.length > 0 && tasks.data.length > 0 && (
        <Section title="Who signs" note="One cell a task, the newest on the right.">
          <SignGrid tasks={tasks.data} operators={addresses} />
        </Section>
      )}
      {tasks.data !== undefined && <Tasks avs={avs.name} tasks={tasks.data.slice(0, LISTED)} />}
      {deployment?.taskManager && <Evidence avs={avs.name} taskManager={deployment.taskManager} context={context} />}
      <Quorums avs={avs} status={status.data} context={context} />
      <Operators avs={avs.name} operators={registered} />
      {deployment !== undefined && <Allowlist avs={avs} address={deployment.allowlist} context={context} />}
      {deployment !== undefined && <Contracts avs={deployment} />}
    </>
  );
}

function Missing({ status }: { status: AvsStatus }) {
  const short = status.quorums.filter((each) => each.signedPercentage < each.thresholdPercentage);
  return (
    <Notice tone="bad" title="Too little stake signs, so there are no certificates">
      {short
        .map((each) => `Quorum ${each.quorum} has ${each.signedPercentage} % of ${each.thresholdPercentage} %.`)
        .join(' ')}{' '}
      {status.missing.length > 0 && (
        <>
          Missing:{' '}
          {status.missing.map((each, index) => (
            <Fragment key={each.operatorId}>
              {index > 0 && ', '}
              <OperatorLink address={each.operator} copy={false} />
              {each.lastSignedAt !== null && (
                <>
                  {' '}
                  (last signed <Time at={Date.parse(each.lastSignedAt)} />)
                </>
              )}
            </Fragment>
          ))}
          . Certificates come again as soon as enough of them are back.
        </>
      )}
    </Notice>
  );
}

function Figures({ status }: { status: AvsStatus }) {
  return (
    <div className={classes.figures}>
      <Stats
        items={[
          {
            label: 'Last certificate',
            value: status.lastCertificateAt === null ? 'none yet' : <Time at={Date.parse(status.lastCertificateAt)} />,
          },
          {
            label: 'Operators that answer',
            value: `${status.operatorsOnline} of ${status.operatorsRegistered}`,
            note: `${formatCount(status.operatorsNeeded)} needed at least`,
          },
          { label: 'Open', value: plural(status.openTasks, 'task') },
        ]}
      />
    </div>
  );
}

type Registered = AvsAnswer['operators'][number];

function Operators({ avs, operators }: { avs: string; operators: readonly Registered[] }) {
  return (
    <Section title={`Operators (${formatCount(operators.length)})`}>
      {operators.length === 0 ? (
        <EmptyState title="No operator is registered">
          <code>./tephra operator opt-in --avs {avs} --quorums 0,1</code> registers one.
        </EmptyState>
      ) : (
        <Table<Registered>
          label="Operators"
          rows={operators}
          rowKey={(row) => row.address}
          columns={[
            {
              key: 'operator',
              header: 'Operator',
              slot: 'main',
              render: (row) => <OperatorLink address={row.address} />,
            },
            {
              key: 'quorums',
              header: 'Quorums',
              slot: 'side',
              render: (row) => (
                <>
                  <span className="tp-phone">quorums</span> {row.quorums.join(', ')}
                </>
              ),
            },
            {
              key: 'weights',
              header: 'Weight, by quorum',
              slot: 'sub',
              render: (row) => (
                <span className="tp-num">
                  {row.weights.map((each) => `${each.quorum}: ${formatUnits(BigInt(each.weight), 18, 2)}`).join(', ')}
                </span>
              ),
            },
          ]}
        />
      )}
    </Section>
  );
}

function Contracts({ avs }: { avs: AvsDeploymentAnswer }) {
  return (
    <Section title="Contracts on the L1">
      <KeyValue
        items={[
          ['Service manager', <Address key="s" value={avs.serviceManager} full plain />],
          ['Registry coordinator', <Address key="r" value={avs.registryCoordinator} full plain />],
          ['Stake registry', <Address key="k" value={avs.stakeRegistry} full plain />],
          ...(avs.taskManager === null
            ? []
            : [['Task manager', <Address key="t" value={avs.taskManager} full plain />] as const]),
          ['Allowlist', <Address key="a" value={avs.allowlist} full plain />],
        ]}
      />
    </Section>
  );
}
