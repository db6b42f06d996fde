import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { PackAnswer } from '@tephra/api';
import { affirmationsOf } from '../layer/affirmations.ts';
import { Operators, VITAL } from '../layer/VitalEvidence.tsx';
import { formatCount, plural } from '../lib/format.ts';
import { taskQuery } from '../restake/queries.ts';

type Certificate = NonNullable<PackAnswer['certificate']>;

/** The certificate of a pack, opened among the tasks of the AVS that gave it. */
export function CertificateLink({ certificate }: { certificate: Certificate }) {
  return (
    <Link to="/avs/$name" params={{ name: VITAL }} search={{ task: certificate.taskId }} className="tp-link">
      certificate
    </Link>
  );
}

/** Whose stake stands for a pack: the operators in its certificate, by name where the aggregator knows them. */
export function VouchedBy({ certificate }: { certificate: Certificate }) {
  const { taskId, nonSignerIds, referenceBlock } = certificate;
  const task = useQuery({ ...taskQuery(VITAL, taskId), retry: false });
  const who = task.data === undefined ? null : affirmationsOf(task.data.signers, nonSignerIds);
  return (
    <span>
      a <CertificateLink certificate={certificate} /> over the stakes of L1 block {formatCount(referenceBlock)}
      {who !== null && who.certified.length > 0 && (
        <>
          , signed by <Operators operators={who.certified} />
        </>
      )}
      {nonSignerIds.length > 0 && `; ${plural(nonSignerIds.length, 'operator')} had not signed`}
      {who !== null && who.since.length > 0 && (
        <>
          , affirmed since by <Operators operators={who.since} />
        </>
      )}
    </span>
  );
}
