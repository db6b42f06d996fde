import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { FinalityEvidence } from '@tephra/protocol';
import { formatCount, plural } from '../lib/format.ts';
import { OperatorLink } from '../operators/OperatorLink.tsx';
import { taskQuery } from '../restake/queries.ts';
import { affirmationsOf } from './affirmations.ts';

type Certificate = Extract<FinalityEvidence, { kind: 'vital-certificate' }>;

/** The AVS whose operators execute blocks again. */
export const VITAL = 'vital';

/** Which operators vouch for a block: those of the certificate, and those who have affirmed it since. */
export function VitalEvidence({ evidence, block }: { evidence: Certificate; block: bigint }) {
  const { taskId, certifiedBlock, signedPercentages, nonSignerIds } = evidence;
  // The certificate stands without it: the aggregator only knows who came later.
  const task = useQuery({ ...taskQuery(VITAL, taskId), retry: false });
  const who = task.data === undefined ? null : affirmationsOf(task.data.signers, nonSignerIds);
  return (
    <>
      <p style={{ margin: 0 }}>
        <Link to="/avs/$name" params={{ name: VITAL }} search={{ task: taskId }} className="tp-link">
          Certificate
        </Link>{' '}
        of {signedPercentages.map((each) => `${each} %`).join(' and ')} of the stake
        {certifiedBlock === block ? '' : `, for block ${formatCount(certifiedBlock)} and all before it`}
        {who === null
          ? nonSignerIds.length > 0 && `; ${plural(nonSignerIds.length, 'operator')} had not signed`
          : who.certified.length > 0 && (
              <>
                : <Operators operators={who.certified} />
              </>
            )}
        .
      </p>
      {who !== null && who.since.length > 0 && (
        <p style={{ margin: '4px 0 0' }}>
          Affirmed since by <Operators operators={who.since} />.
        </p>
      )}
    </>
  );
}

/** Operators by their names, with commas between them. */
export function Operators({ operators }: { operators: readonly string[] }) {
  return operators.map((operator, index) => (
    <span key={operator}>
      {index > 0 && ', '}
      <OperatorLink address={operator} copy={false} />
    </span>
  ));
}
