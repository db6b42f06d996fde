import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { QueuedWithdrawal } from '@tephra/api';
import { Section } from '../components/Section.tsx';
import { StatusDot } from '../components/StatusDot.tsx';
import { Table } from '../components/Table.tsx';
import { formatAbsolute, formatCount, formatDuration, plural } from '../lib/format.ts';
import { useNow } from '../lib/useNow.ts';
import { useSteps } from '../wallet/useSteps.ts';
import { planComplete } from './plans.ts';
import { strategiesQuery } from './queries.ts';
import classes from './Restake.module.css';
import type { RestakingContext } from './RestakingGate.tsx';
import { sharesText } from './shares.ts';
import { useHead } from './useHead.ts';
import { waitFor } from './when.ts';

/** What waits in the queue: how long still, and what can be done with it then. */
export function Withdrawals({ queued, context }: { queued: readonly QueuedWithdrawal[]; context: RestakingContext }) {
  const { deployment, l1, info } = context;
  const totals = useQuery(strategiesQuery).data ?? [];
  const text = (row: QueuedWithdrawal, shares: readonly string[]) => sharesText(row.strategies, shares, totals);
  const head = useHead(l1, info.l1Block, queued.length > 0);
  return (
    <Section title="Queued withdrawals" note={queued.length > 0 ? <>L1 block {formatCount(head)}</> : undefined}>
      {queued.length === 0 ? (
        <p className={classes.none}>
          Nothing waits. What you withdraw, or leave an operator with, can be taken out after{' '}
          {plural(deployment.withdrawalDelayBlocks, 'L1 block')}.
        </p>
      ) : (
        <Table<QueuedWithdrawal>
          label="Queued withdrawals"
          rows={queued}
          rowKey={(row) => row.root}
          columns={[
            { key: 'what', header: 'What', slot: 'main', render: (row) => text(row, row.shares) },
            {
              key: 'slashed',
              header: 'Slashed since',
              slot: 'sub',
              render: (row) =>
                row.slashedShares.every((shares) => shares === '0') ? (
                  <StatusDot tone="done">Nothing slashed</StatusDot>
                ) : (
                  <StatusDot tone="bad">{text(row, row.slashedShares)} slashed</StatusDot>
                ),
            },
            {
              key: 'when',
              header: 'Can be taken',
              slot: 'subside',
              render: (row) => <When block={row.completableAtBlock} head={head} blockTimeMs={info.blockTimeMs} />,
            },
            {
              key: 'act',
              header: '',
              slot: 'side',
              align: 'right',
              render: (row) => (
                <Complete
                  row={row}
                  name={text(row, row.shares)}
                  context={context}
                  ready={waitFor(row.completableAtBlock, head, info.blockTimeMs).ready}
                />
              ),
            },
          ]}
        />
      )}
    </Section>
  );
}

/** Countdown in blocks, and the time with its zone by when they should be there. */
function When({ block, head, blockTimeMs }: { block: number; head: number; blockTimeMs: number }) {
  const now = useNow();
  const { blocks, ms, ready } = waitFor(block, head, blockTimeMs);
  if (ready) return <StatusDot tone="good">Now</StatusDot>;
  return (
    <span className={classes.when}>
      <StatusDot tone="busy">
        In {plural(blocks, 'block')}, about {formatDuration(ms)}
      </StatusDot>
      <span className={classes.dim}>
        block {formatCount(block)}, {formatAbsolute(now + ms)}
      </span>
    </span>
  );
}

function Complete({
  row,
  name,
  context,
  ready,
}: {
  row: QueuedWithdrawal;
  /** "2 ETH". */
  name: string;
  context: RestakingContext;
  ready: boolean;
}) {
  const { deployment, l1Chain } = context;
  const take = useSteps({
    chain: l1Chain,
    after: 'It goes to this account in the same transaction.',
    done: `${name} is back in your account.`,
    failed: 'It was not taken out',
  });
  const keep = useSteps({
    chain: l1Chain,
    after: 'It counts for the operator that this account has then, if any.',
    done: `${name} is at stake again.`,
    failed: 'It was not put back',
  });
  if (!ready) return <span className={classes.dim}>Waits</span>;
  const busy = take.busy || keep.busy;
  return (
    <Group gap={6} wrap="nowrap" justify="flex-end">
      <Button
        size="xs"
        loading={take.busy}
        disabled={busy}
        onClick={() => void take.run(async () => [planComplete(deployment, row, true, name)])}
      >
        Take out
      </Button>
      <Button
        size="xs"
        variant="default"
        loading={keep.busy}
        disabled={busy}
        onClick={() => void keep.run(async () => [planComplete(deployment, row, false, name)])}
      >
        Put back
      </Button>
    </Group>
  );
}
