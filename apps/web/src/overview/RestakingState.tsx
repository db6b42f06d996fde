import { Link } from '@tanstack/react-router';
import type { RestakingInfo } from '@tephra/api';
import { Address } from '../components/Address.tsx';
import { KeyValue } from '../components/KeyValue.tsx';
import { Section } from '../components/Section.tsx';
import { StatusDot } from '../components/StatusDot.tsx';
import { AvsBadge } from '../operators/AvsBadge.tsx';
import { useRestaking } from '../restake/queries.ts';

/** Whether restaking is there, and whether its AVSs certify; nothing on a platform without it. */
export function RestakingState() {
  const info = useRestaking().data;
  if (info === undefined || info.status === 'off') return null;
  return (
    <Section
      title="Restaking"
      actions={
        <>
          <Link to="/restake" className="tp-link">
            Restake
          </Link>
          <Link to="/operators" className="tp-link">
            Operators
          </Link>
        </>
      }
    >
      {info.status === 'ready' ? <Ready info={info} /> : <NotYet info={info} />}
    </Section>
  );
}

function NotYet({ info }: { info: RestakingInfo }) {
  const failed = info.status === 'failed';
  return (
    <StatusDot tone={failed ? 'bad' : 'busy'}>
      {info.problem ?? (failed ? 'The contracts are not there' : 'The contracts are on their way to the L1')}
    </StatusDot>
  );
}

function Ready({ info }: { info: RestakingInfo }) {
  const { deployment, avss } = info;
  return (
    <KeyValue
      items={[
        ...avss.map(
          ({ name }) =>
            [
              `AVS ${name}`,
              <span key={name}>
                <AvsBadge avs={name} />{' '}
                <Link to="/avs/$name" params={{ name }} className="tp-link">
                  Certificates and operators
                </Link>
              </span>,
            ] as const,
        ),
        ...(deployment === null
          ? []
          : [['Delegation manager', <Address key="d" value={deployment.delegationManager} full plain />] as const]),
      ]}
    />
  );
}
