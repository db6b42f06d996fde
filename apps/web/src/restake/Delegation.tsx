import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { AvsTask, OperatorAnswer, StakerAnswer } from '@tephra/api';
import { type Address, isAddressEqual } from 'viem';
import { EmptyState } from '../components/EmptyState.tsx';
import { KeyValue } from '../components/KeyValue.tsx';
import { Loaded } from '../components/Loaded.tsx';
import { Section } from '../components/Section.tsx';
import { Table } from '../components/Table.tsx';
import { formatCount, formatDuration, plural, shortHex } from '../lib/format.ts';
import { OperatorLink } from '../operators/OperatorLink.tsx';
import { performanceOf, performanceText } from '../operators/performance.ts';
import { SignCells } from '../operators/SignGrid.tsx';
import { stakesText } from '../operators/stakes.ts';
import { useSteps } from '../wallet/useSteps.ts';
import { planDelegate, planUndelegate } from './plans.ts';
import { operatorsQuery, tasksQuery } from './queries.ts';
import type { RestakingContext } from './RestakingGate.tsx';

/** The tasks behind an operator's record here. */
const TASKS = 20;

/** Whom the account's stake stands behind; without one, who there is to choose from. */
export function Delegation({ staker, context }: { staker: StakerAnswer; context: RestakingContext }) {
  const operators = useQuery(operatorsQuery);
  const tasks = useQuery(tasksQuery(context.info.avss[0]?.name, TASKS)).data ?? [];
  const { delegatedTo } = staker;
  if (operators.data === undefined) {
    return (
      <Section title="Operator">
        <Loaded query={operators} what="The operators">
          {() => null}
        </Loaded>
      </Section>
    );
  }
  if (delegatedTo === null) return <Choice operators={operators.data} tasks={tasks} context={context} />;
  const operator = operators.data.find((each) => isAddressEqual(each.address, delegatedTo));
  return <Chosen staker={staker} delegatedTo={delegatedTo} operator={operator} tasks={tasks} context={context} />;
}

function nameOf(operator: OperatorAnswer | undefined, address: string): string {
  return operator?.metadata?.name || shortHex(address);
}

function Chosen({
  staker,
  delegatedTo,
  operator,
  tasks,
  context,
}: {
  staker: StakerAnswer;
  delegatedTo: Address;
  operator: OperatorAnswer | undefined;
  tasks: readonly AvsTask[];
  context: RestakingContext;
}) {
  const { deployment, l1Chain, info } = context;
  const delay = deployment.withdrawalDelayBlocks;
  const own = isAddressEqual(delegatedTo, staker.address);
  const name = nameOf(operator, delegatedTo);
  const leave = useSteps({
    chain: l1Chain,
    after: `After ${plural(delay, 'L1 block')}, about ${formatDuration(delay * info.blockTimeMs)}, it can be taken out, or put back behind another operator.`,
    done: `You left ${name}; your stake is in the queue.`,
    failed: 'The delegation stays',
  });
  return (
    <Section
      title="Operator"
      note={own ? 'This account is an operator; its stake is its own.' : 'All stake of this account stands behind it.'}
      actions={
        !own && (
          <Button
            size="xs"
            variant="default"
            loading={leave.busy}
            onClick={() => void leave.run(async () => [planUndelegate(deployment, staker.address, name)])}
          >
            Leave
          </Button>
        )
      }
    >
      <KeyValue
        items={[
          ['Delegated to', <OperatorLink key="o" address={delegatedTo} />],
          ...(operator === undefined
            ? []
            : ([
                ['Its stake', stakesText(operator.stakes, deployment.strategies)],
                ['Delegators', formatCount(operator.delegatorCount)],
                ['Slashed', operator.slashCount === 0 ? 'never' : plural(operator.slashCount, 'time')],
                [
                  'Recent tasks',
                  <span key="t">
                    {performanceText(performanceOf(tasks, delegatedTo))}{' '}
                    <SignCells tasks={[...tasks].reverse()} operator={delegatedTo} />
                  </span>,
                ],
              ] as const)),
        ]}
      />
    </Section>
  );
}

function Choice({
  operators,
  tasks,
  context,
}: {
  operators: readonly OperatorAnswer[];
  tasks: readonly AvsTask[];
  context: RestakingContext;
}) {
  const { deployment } = context;
  return (
    <Section
      title="Choose an operator"
      note="It signs for you: what it earns is shared, and what it is slashed for is slashed from your stake too."
    >
      {operators.length === 0 ? (
        <EmptyState title="There is no operator yet">
          Stake can be deposited already; it counts from when an operator has it.
        </EmptyState>
      ) : (
        <Table<OperatorAnswer>
          label="Operators to choose from"
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
              key: 'stake',
              header: 'Stake',
              slot: 'sub',
              render: (row) => stakesText(row.stakes, deployment.strategies),
            },
            {
              key: 'record',
              header: `Last ${TASKS} tasks`,
              slot: 'subside',
              render: (row) => performanceText(performanceOf(tasks, row.address)),
            },
            {
              key: 'slashes',
              header: 'Slashed',
              slot: 'hide',
              render: (row) => (row.slashCount === 0 ? 'never' : plural(row.slashCount, 'time')),
            },
            {
              key: 'act',
              header: '',
              slot: 'side',
              align: 'right',
              render: (row) => <Delegate operator={row} context={context} />,
            },
          ]}
        />
      )}
    </Section>
  );
}

function Delegate({ operator, context }: { operator: OperatorAnswer; context: RestakingContext }) {
  const { deployment, l1Chain } = context;
  const name = nameOf(operator, operator.address);
  const delegate = useSteps({
    chain: l1Chain,
    after: 'You can leave at any time; what you take out then waits its delay.',
    done: `${name} has your stake behind it.`,
    failed: 'Nothing was delegated',
  });
  return (
    <Button
      size="xs"
      variant="default"
      loading={delegate.busy}
      aria-label={`Delegate to ${name}`}
      onClick={() => void delegate.run(async () => [planDelegate(deployment, operator.address, name)])}
    >
      Delegate
    </Button>
  );
}
