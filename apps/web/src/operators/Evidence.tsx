import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { AvsEvidence } from '@tephra/api';
import { echoTaskManagerAbi } from '@tephra/l1/abis';
import type { Address } from 'viem';
import { Hash } from '../components/Hash.tsx';
import { useName } from '../components/names.tsx';
import { Section } from '../components/Section.tsx';
import { StatusDot } from '../components/StatusDot.tsx';
import { Table } from '../components/Table.tsx';
import { Time } from '../components/Time.tsx';
import { shortHex } from '../lib/format.ts';
import { evidenceQuery } from '../restake/queries.ts';
import type { RestakingContext } from '../restake/RestakingGate.tsx';
import { useSteps } from '../wallet/useSteps.ts';
import { OperatorLink } from './OperatorLink.tsx';
import { planSlash } from './slashPlan.ts';

const KINDS: Record<AvsEvidence['kind'], string> = {
  conflicting: 'Signed two answers',
  wrong: 'Signed a wrong answer',
};

/** Signatures over wrong answers, with which anybody can have their signers slashed; nothing where there are none. */
export function Evidence({
  avs,
  taskManager,
  context,
}: {
  avs: string;
  taskManager: Address;
  context: RestakingContext;
}) {
  const evidence = useQuery(evidenceQuery(avs)).data ?? [];
  if (evidence.length === 0) return null;
  return (
    <Section
      title="Evidence"
      note="Wrong answers with their signatures. The contract checks both itself, so anybody may bring them."
    >
      <Table<AvsEvidence>
        label="Evidence"
        rows={evidence}
        rowKey={(row) => row.id}
        columns={[
          {
            key: 'operator',
            header: 'Operator',
            slot: 'main',
            render: (row) => <OperatorLink address={row.operator} />,
          },
          { key: 'kind', header: 'What', slot: 'sub', render: (row) => `${KINDS[row.kind]} to task ${row.taskId}` },
          {
            key: 'digest',
            header: 'Signed digest',
            slot: 'hide',
            render: (row) => <Hash value={row.digest} label="digest" />,
          },
          {
            key: 'when',
            header: 'Seen',
            slot: 'subside',
            render: (row) => <Time at={Date.parse(row.receivedAt)} />,
          },
          {
            key: 'act',
            header: '',
            slot: 'side',
            align: 'right',
            render: (row) => <Slash evidence={row} taskManager={taskManager} context={context} />,
          },
        ]}
      />
    </Section>
  );
}

function Slash({
  evidence,
  taskManager,
  context,
}: {
  evidence: AvsEvidence;
  taskManager: Address;
  context: RestakingContext;
}) {
  const { l1, l1Chain } = context;
  const name = useName(evidence.operator) ?? shortHex(evidence.operator);
  const slashed = useQuery({
    queryKey: ['restaking', 'slashed', taskManager, evidence.taskId, evidence.operator],
    queryFn: () =>
      l1.readContract({
        address: taskManager,
        abi: echoTaskManagerAbi,
        functionName: 'isSlashed',
        args: [Number(evidence.taskId), evidence.operator],
      }),
    refetchInterval: 10_000,
  }).data;
  const slash = useSteps({
    chain: l1Chain,
    after: 'A part of its allocated stake is burnt, and with it that part of its delegators’ stake.',
    done: `${name} is slashed; its page shows the proof.`,
    failed: 'Nobody was slashed',
  });
  if (slashed === true) return <StatusDot tone="done">Slashed</StatusDot>;
  return (
    <Button
      size="xs"
      variant="default"
      loading={slash.busy}
      aria-label={`Slash ${name}`}
      onClick={() => void slash.run(async () => [planSlash(taskManager, evidence, name)])}
    >
      Slash
    </Button>
  );
}
