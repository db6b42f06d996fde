import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { AvsTask } from '@tephra/api';
import { EmptyState } from '../components/EmptyState.tsx';
import { Hash } from '../components/Hash.tsx';
import { KeyValue } from '../components/KeyValue.tsx';
import { L1Hash } from '../components/L1Hash.tsx';
import { Section } from '../components/Section.tsx';
import { StatusDot } from '../components/StatusDot.tsx';
import { Table } from '../components/Table.tsx';
import { Time } from '../components/Time.tsx';
import { formatCount } from '../lib/format.ts';
import { signedText, taskState } from './avsState.ts';
import { OperatorLink } from './OperatorLink.tsx';
import { markOf } from './performance.ts';
import { taskName, taskTitle } from './taskTitle.ts';

/** The newest tasks with their certificates, each with the L1 transaction that verified it. */
export function Tasks({ avs, tasks }: { avs: string; tasks: readonly AvsTask[] }) {
  return (
    <Section title="Tasks and certificates">
      {tasks.length === 0 ? (
        <EmptyState title="There was no task yet">
          A task that enough stake answers alike becomes a certificate.
        </EmptyState>
      ) : (
        <Table<AvsTask>
          label="Tasks and certificates"
          rows={tasks}
          rowKey={(row) => row.taskId}
          columns={[
            {
              key: 'task',
              header: 'Task',
              slot: 'main',
              render: (row) => (
                <Link
                  to="/avs/$name"
                  params={{ name: avs }}
                  search={{ task: row.taskId }}
                  className="tp-link"
                  resetScroll={false}
                >
                  {taskName(row.taskId)}
                </Link>
              ),
            },
            { key: 'state', header: 'State', slot: 'side', render: (row) => <TaskState task={row} /> },
            { key: 'signed', header: 'Stake signed, by quorum', slot: 'hide', render: signedText },
            {
              key: 'l1',
              header: 'L1 transaction',
              slot: 'sub',
              render: (row) =>
                row.certificate?.submission.transactionHash ? (
                  <L1Hash value={row.certificate.submission.transactionHash} />
                ) : (
                  '–'
                ),
            },
            {
              key: 'age',
              header: 'Given',
              align: 'right',
              slot: 'subside',
              render: (row) => <Time at={Date.parse(row.createdAt)} />,
            },
          ]}
        />
      )}
    </Section>
  );
}

function TaskState({ task }: { task: AvsTask }) {
  const { label, tone } = taskState(task);
  return <StatusDot tone={tone}>{label}</StatusDot>;
}

/** One task: who answered what, and the certificate that came of it. */
export function TaskDetail({ task, onClose }: { task: AvsTask; onClose: () => void }) {
  const { certificate } = task;
  const by = (mark: ReturnType<typeof markOf>) =>
    task.signers.filter((each) => markOf(task, each.operator) === mark).map((each) => each.operator);
  return (
    <Section
      title={taskTitle(task.taskId)}
      actions={
        <Button size="xs" variant="default" onClick={onClose}>
          Close
        </Button>
      }
    >
      <KeyValue
        items={[
          ['State', <TaskState key="s" task={task} />],
          ['Given', <Time key="g" at={Date.parse(task.createdAt)} absolute />],
          ['Answered until', <Time key="e" at={Date.parse(task.expiresAt)} absolute />],
          ['Stake signed, by quorum', signedText(task)],
          ['Signed', <Names key="y" operators={by('signed')} />],
          ...(by('waiting').length > 0
            ? [['Not signed yet', <Names key="w" operators={by('waiting')} />] as const]
            : []),
          ...(by('missed').length > 0 ? [['Missed', <Names key="m" operators={by('missed')} />] as const] : []),
          ...(by('wrong').length > 0
            ? [['Signed a wrong answer', <Names key="x" operators={by('wrong')} />] as const]
            : []),
          ...(certificate === null
            ? []
            : ([
                ['Certificate', <Time key="c" at={certificate.createdAt} absolute />],
                ['Signed digest', <Hash key="d" value={certificate.digest} label="digest" />],
                ['Answer', <Hash key="a" value={certificate.response} label="answer" />],
                ['Reference block', formatCount(certificate.referenceBlockNumber)],
                [
                  'L1 transaction',
                  certificate.submission.transactionHash === null ? (
                    '–'
                  ) : (
                    <L1Hash key="l" value={certificate.submission.transactionHash} />
                  ),
                ],
                ...(certificate.submission.reason === null
                  ? []
                  : [['Why it waits', certificate.submission.reason] as const]),
              ] as const)),
        ]}
      />
    </Section>
  );
}

function Names({ operators }: { operators: readonly string[] }) {
  if (operators.length === 0) return 'nobody';
  return operators.map((operator, index) => (
    <span key={operator}>
      {index > 0 && ', '}
      <OperatorLink address={operator} copy={false} />
    </span>
  ));
}
