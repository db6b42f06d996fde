import { Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { LayerDetail } from '@tephra/api';
import { lazy, Suspense } from 'react';
import { Notice } from '../components/Notice.tsx';
import { useDocumentTitle } from '../components/PageHeader.tsx';
import { Section } from '../components/Section.tsx';
import { StepList } from '../components/StepList.tsx';
import { ContestedNotice } from '../disputes/ContestedNotice.tsx';
import { ConnectPanel } from '../layer/ConnectPanel.tsx';
import { FaucetForm } from '../layer/FaucetForm.tsx';
import { FirstTransaction } from '../layer/FirstTransaction.tsx';
import { HeadStats } from '../layer/HeadStats.tsx';
import { HealthPanel } from '../layer/HealthPanel.tsx';
import { LatestTransactions } from '../layer/LatestTransactions.tsx';
import { LaunchProgress, Retry, totalOf } from '../layer/LaunchProgress.tsx';
import { RedeployButton } from '../layer/RedeployButton.tsx';
import { RetryButton } from '../layer/RetryButton.tsx';
import { Strata } from '../layer/Strata.tsx';
import { HEALTH } from '../lib/layerStatus.ts';
import { isOver, useLayer } from '../lib/queries.ts';
import { useLayerEvents } from '../lib/useLayerEvents.ts';
import { contestedQuery } from '../packs/queries.ts';
import classes from './LayerPage.module.css';

const route = getRouteApi('/layers/$id/');
const RateCharts = lazy(() => import('../layer/RateCharts.tsx').then((module) => ({ default: module.RateCharts })));

/** While it launches: the steps. Then: the home of the chain. After its end: where everything went. */
export function LayerPage() {
  const { id } = route.useParams();
  const { data: detail } = useLayer(id);
  const status = detail?.flashlayer.status;
  const lines = useLayerEvents(id, status !== undefined && !isOver(status));
  useDocumentTitle(detail?.flashlayer.name ?? 'Layer');
  if (detail === undefined) return null;
  switch (detail.flashlayer.status) {
    case 'STATUS_INITIALIZING':
    case 'STATUS_DEPLOYING':
      return <LaunchProgress detail={detail} lines={lines} />;
    case 'STATUS_FAILED':
      return detail.activeAt === null ? <LaunchProgress detail={detail} lines={lines} /> : <Ended detail={detail} />;
    case 'STATUS_TERMINATED':
      return <Ended detail={detail} />;
    default:
      return <Home detail={detail} />;
  }
}

function Home({ detail }: { detail: LayerDetail }) {
  const settling = detail.flashlayer.status === 'STATUS_SETTLING';
  const { id, name } = detail.flashlayer;
  const { data: contested } = useQuery(contestedQuery(id));
  return (
    <>
      {settling && (
        <div className={classes.notice}>
          <Notice
            tone="warn"
            title={`${name} is ending`}
            action={
              <Link to="/layers/$id/settlement" params={{ id }} className="tp-link">
                Follow the settlement
              </Link>
            }
          >
            It takes no transactions any more. Every asset on it is being paid out on the L1.
          </Notice>
        </div>
      )}
      {(detail.health === 'crash-looping' || detail.health === 'unreachable') && (
        <div className={classes.notice}>
          <Notice
            tone="bad"
            title={`The node of ${name} is ${HEALTH[detail.health].label.toLowerCase()}`}
            action={<RetryButton id={id} label="Restart the node" />}
          >
            {HEALTH[detail.health].means} Other layers are not touched.
          </Notice>
        </div>
      )}
      {contested !== null && contested !== undefined && <ContestedNotice id={id} pack={contested} />}
      <HeadStats />
      <div className={classes.columns}>
        <div className={classes.main}>
          <Section
            title="Blocks"
            actions={
              <Link to="/layers/$id/blocks" params={{ id }} className="tp-link">
                All blocks
              </Link>
            }
          >
            <Strata />
          </Section>
          <Section title="Latest transactions">
            <LatestTransactions />
          </Section>
          {!settling && <FirstTransaction />}
          <Section title="Load">
            <Suspense fallback={<div className={classes.charts} />}>
              <RateCharts />
            </Suspense>
          </Section>
        </div>
        <div className={classes.side}>
          <ConnectPanel />
          {!settling && (
            <Section title="Faucet">
              <FaucetForm />
            </Section>
          )}
          <HealthPanel detail={detail} />
          <LaunchSummary detail={detail} />
        </div>
      </div>
    </>
  );
}

function LaunchSummary({ detail }: { detail: LayerDetail }) {
  const steps = detail.steps.filter((step) => step.phase === 'launch');
  return (
    <Section title="Launch" note={totalOf(steps)}>
      {detail.redeployedFrom !== null && (
        <p style={{ margin: '0 0 8px', color: 'var(--tp-dim)' }}>
          With the settings of{' '}
          <Link to="/layers/$id" params={{ id: detail.redeployedFrom }} className="tp-link">
            layer {detail.redeployedFrom}
          </Link>
          .
        </p>
      )}
      <StepList steps={steps} label="Steps of the launch" />
    </Section>
  );
}

function Ended({ detail }: { detail: LayerDetail }) {
  const { id, name, status } = detail.flashlayer;
  const ended = detail.steps.filter((step) => step.phase === 'end');
  return (
    <>
      <div className={classes.notice}>
        {status === 'STATUS_FAILED' ? (
          <Notice tone="bad" title={`The end of ${name} stopped`}>
            Nothing is lost: it goes on from the step that failed.
          </Notice>
        ) : (
          <Notice
            tone="good"
            title={`${name} has ended`}
            action={
              <Group gap="sm">
                <Link to="/layers/$id/settlement" params={{ id }} className="tp-link">
                  Who got what
                </Link>
                <RedeployButton layer={detail.flashlayer} />
              </Group>
            }
          >
            Its node is gone. Everything that was on it is on the L1; the ledger stays for good.
          </Notice>
        )}
      </div>
      <div className={classes.even}>
        <Section title="End of life" note={totalOf(ended)}>
          <StepList steps={ended} label="Steps of the end of life" retry={<Retry detail={detail} />} />
        </Section>
        <LaunchSummary detail={detail} />
      </div>
    </>
  );
}
