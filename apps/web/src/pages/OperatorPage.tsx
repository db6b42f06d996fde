import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ApiError, type OperatorDetail, type OperatorRegistration } from '@tephra/api';
import { isAddress } from 'viem';
import { Address } from '../components/Address.tsx';
import { Amount } from '../components/Amount.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { LinkButton } from '../components/LinkButton.tsx';
import { Notice } from '../components/Notice.tsx';
import { PageHeader } from '../components/PageHeader.tsx';
import { Section } from '../components/Section.tsx';
import { Stats } from '../components/Stat.tsx';
import { StatusDot } from '../components/StatusDot.tsx';
import { Table } from '../components/Table.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { Time } from '../components/Time.tsx';
import { formatCount, formatPercent, formatUnits, plural, shortHex } from '../lib/format.ts';
import { Allocations } from '../operators/Allocations.tsx';
import { HostControl } from '../operators/HostControl.tsx';
import { performanceOf, performanceText } from '../operators/performance.ts';
import { SignGrid } from '../operators/SignGrid.tsx';
import { Slashes } from '../operators/Slashes.tsx';
import { inOrder } from '../operators/stakes.ts';
import { operatorQuery, strategiesQuery, tasksQuery } from '../restake/queries.ts';
import { decimalsIn, type RestakingContext, RestakingGate } from '../restake/RestakingGate.tsx';
import { sharesText } from '../restake/shares.ts';

const route = getRouteApi('/operators/$address');
const TASKS = 30;

/** One operator: whose stake, where it signs, how well, and what it was slashed for. */
export function OperatorPage() {
  const { address } = route.useParams();
  if (!isAddress(address, { strict: false })) {
    return (
      <EmptyState title="That is no address" action={<LinkButton to="/operators">All operators</LinkButton>}>
        An operator is an address: 0x and 40 hexadecimal digits.
      </EmptyState>
    );
  }
  return <RestakingGate>{(context) => <Operator address={address} context={context} />}</RestakingGate>;
}

function Operator({ address, context }: { address: string; context: RestakingContext }) {
  const query = useQuery(operatorQuery(address));
  if (query.isPending) return <TableSkeleton rows={8} />;
  if (query.data === undefined) {
    if (query.error instanceof ApiError && query.error.code === 'NOT_FOUND') {
      return (
        <EmptyState
          title={`${shortHex(address)} is no operator`}
          action={<LinkButton to="/operators">All operators</LinkButton>}
        >
          It did not register on this L1, or only a moment ago.
        </EmptyState>
      );
    }
    return <ErrorState title="The operator could not be read" error={query.error} onRetry={() => query.refetch()} />;
  }
  return <Detail operator={query.data} context={context} />;
}

function Detail({ operator, context }: { operator: OperatorDetail; context: RestakingContext }) {
  const { address, metadata } = operator;
  const name = metadata?.name || shortHex(address);
  const living = operator.registrations.filter((each) => each.status === 'registered');
  const first = living[0] ?? operator.registrations[0];
  const tasks = useQuery(tasksQuery(first?.avs, TASKS));
  const record = performanceOf(tasks.data ?? [], address);
  const website = webAddress(metadata?.website);
  return (
    <>
      <PageHeader title={name} documentTitle={name}>
        <Address value={address} full plain />
        {metadata !== null && metadata.description !== '' && <span> {metadata.description}</span>}
        {website !== null && (
          <>
            {' '}
            <a href={website} className="tp-link" rel="noreferrer nofollow" target="_blank">
              {new URL(website).host}
            </a>
          </>
        )}
      </PageHeader>
      <Stats
        items={[
          { label: 'Signed', value: record.share === null ? '–' : formatPercent(record.share) },
          { label: 'Delegators', value: formatCount(operator.delegatorCount) },
          { label: 'AVSs', value: formatCount(living.length) },
          { label: 'Slashed', value: operator.slashCount === 0 ? 'never' : plural(operator.slashCount, 'time') },
          { label: 'Registered', value: <Time at={Date.parse(operator.registeredAt)} /> },
        ]}
      />
      <HostControl operator={address} />
      <Section title="Signatures" note={first === undefined ? undefined : performanceText(record)}>
        {first === undefined ? (
          <EmptyState title="It signs for nobody yet">It is not registered with any AVS.</EmptyState>
        ) : tasks.isError && tasks.data === undefined ? (
          <Notice tone="warn" title="The aggregator does not answer">
            Who signed what is not known at the moment.
          </Notice>
        ) : tasks.isPending ? (
          <TableSkeleton rows={2} />
        ) : tasks.data.length === 0 ? (
          <EmptyState title="There was no task yet">Each task of {first.avs} is a cell here.</EmptyState>
        ) : (
          <SignGrid tasks={tasks.data} operators={[address]} />
        )}
      </Section>
      <Stakes operator={operator} context={context} />
      <Registrations operator={operator} context={context} />
      <Allocations allocations={operator.allocations} context={context} />
      <Slashes slashes={operator.slashes} context={context} />
      <Delegators operator={operator} />
    </>
  );
}

/** What an operator writes into its document goes into a link only when it is one. */
function webAddress(text: string | undefined): string | null {
  if (text === undefined || !URL.canParse(text)) return null;
  const { protocol, href } = new URL(text);
  return protocol === 'https:' || protocol === 'http:' ? href : null;
}

type Stake = OperatorDetail['stakes'][number];

function Stakes({ operator, context }: { operator: OperatorDetail; context: RestakingContext }) {
  const decimalsOf = decimalsIn(context.deployment);
  const rows = inOrder(operator.stakes, context.deployment.strategies);
  return (
    <Section title="Stake" note="Delegated to it, after slashing.">
      {rows.length === 0 ? (
        <EmptyState title="Nobody delegated to it yet">Its quorums give it no weight until somebody does.</EmptyState>
      ) : (
        <Table<Stake>
          label="Stake"
          rows={rows}
          rowKey={(row) => row.strategy}
          columns={[
            { key: 'asset', header: 'Asset', slot: 'main', render: (row) => <strong>{row.symbol}</strong> },
            {
              key: 'shares',
              header: 'Shares',
              align: 'right',
              slot: 'sub',
              render: (row) => (
                <span className="tp-num">
                  {formatUnits(BigInt(row.shares), decimalsOf(row.strategy))} <span className="tp-phone">shares</span>
                </span>
              ),
            },
            {
              key: 'worth',
              header: 'Worth',
              align: 'right',
              slot: 'side',
              render: (row) => (
                <Amount value={BigInt(row.underlying)} unit={row.symbol} decimals={decimalsOf(row.strategy)} />
              ),
            },
          ]}
        />
      )}
    </Section>
  );
}

type Weight = { registration: OperatorRegistration; quorum: number; name: string; weight: bigint; minimum: bigint };

function Registrations({ operator, context }: { operator: OperatorDetail; context: RestakingContext }) {
  const rows = operator.registrations.flatMap<Weight>((registration) => {
    const avs = context.info.avss.find((each) => each.name === registration.avs);
    return registration.weightPerQuorum.map(({ quorum, weight, minimum }) => ({
      registration,
      quorum,
      name: avs?.quorums.find((each) => each.number === quorum)?.name ?? '',
      weight: BigInt(weight),
      minimum: BigInt(minimum),
    }));
  });
  return (
    <Section title="Registrations">
      {rows.length === 0 ? (
        <EmptyState title="Not registered with any AVS">
          <code>./tephra operator opt-in --avs NAME --quorums 0,1</code> registers it.
        </EmptyState>
      ) : (
        <Table<Weight>
          label="Registrations"
          rows={rows}
          rowKey={(row) => `${row.registration.avs}${row.quorum}`}
          columns={[
            {
              key: 'avs',
              header: 'AVS and quorum',
              slot: 'main',
              render: (row) => (
                <>
                  <Link to="/avs/$name" params={{ name: row.registration.avs }} className="tp-link">
                    {row.registration.avs}
                  </Link>{' '}
                  quorum {row.quorum}
                  {row.name !== '' && `, ${row.name}`}
                </>
              ),
            },
            {
              key: 'state',
              header: 'State',
              slot: 'side',
              render: ({ registration, quorum }) =>
                registration.status === 'registered' && registration.quorums.includes(quorum) ? (
                  <StatusDot tone="good">Registered</StatusDot>
                ) : (
                  <StatusDot tone="idle">Not registered</StatusDot>
                ),
            },
            {
              key: 'weight',
              header: 'Weight',
              align: 'right',
              slot: 'sub',
              render: (row) => (
                <span className="tp-num">
                  <span className="tp-phone">weight</span> {formatUnits(row.weight, 18, 4)}
                </span>
              ),
            },
            {
              key: 'minimum',
              header: 'At least',
              align: 'right',
              slot: 'subside',
              render: (row) => (
                <span className="tp-num">
                  <span className="tp-phone">at least</span> {formatUnits(row.minimum, 18, 4)}
                </span>
              ),
            },
            {
              key: 'socket',
              header: 'Reached at',
              slot: 'hide',
              render: (row) => row.registration.socket || '–',
            },
          ]}
        />
      )}
    </Section>
  );
}

type Delegator = OperatorDetail['delegators'][number];

function Delegators({ operator }: { operator: OperatorDetail }) {
  const rates = useQuery(strategiesQuery).data ?? [];
  const { delegators, delegatorCount } = operator;
  return (
    <Section
      title={`Delegators (${formatCount(delegatorCount)})`}
      note={delegators.length < delegatorCount ? `the ${formatCount(delegators.length)} largest` : undefined}
    >
      {delegators.length === 0 ? (
        <EmptyState title="Nobody yet" action={<LinkButton to="/restake">Restake</LinkButton>}>
          Delegate to it on the page for restaking.
        </EmptyState>
      ) : (
        <Table<Delegator>
          label="Delegators"
          rows={delegators}
          rowKey={(row) => row.staker}
          columns={[
            { key: 'staker', header: 'Staker', slot: 'main', render: (row) => <Address value={row.staker} /> },
            {
              key: 'stake',
              header: 'Stake',
              slot: 'sub',
              render: (row) =>
                sharesText(
                  row.shares.map(({ strategy }) => strategy),
                  row.shares.map(({ shares }) => shares),
                  rates,
                ),
            },
            {
              key: 'since',
              header: 'Since',
              align: 'right',
              slot: 'side',
              render: (row) => <Time at={Date.parse(row.since)} />,
            },
          ]}
        />
      )}
    </Section>
  );
}
