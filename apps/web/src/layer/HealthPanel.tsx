import { useQuery } from '@tanstack/react-query';
import type { LayerDetail } from '@tephra/api';
import { useState } from 'react';
import { Address } from '../components/Address.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { KeyValue } from '../components/KeyValue.tsx';
import { LinkButton } from '../components/LinkButton.tsx';
import { Section } from '../components/Section.tsx';
import { StatusDot } from '../components/StatusDot.tsx';
import { Time } from '../components/Time.tsx';
import { api } from '../lib/api.ts';
import { formatCount, formatDuration } from '../lib/format.ts';
import { HEALTH } from '../lib/layerStatus.ts';
import classes from './HealthPanel.module.css';

/** How the node is, who acts for the layer, and what its owner can do. */
export function HealthPanel({ detail }: { detail: LayerDetail }) {
  const { flashlayer: layer, contracts, operators } = detail;
  const health = HEALTH[detail.health];
  return (
    <Section title="Health">
      <KeyValue
        items={[
          [
            'Node',
            <span key="n" title={health.means}>
              <StatusDot tone={health.tone}>{health.label}</StatusDot>
              {detail.restarts > 0 && <span className={classes.dim}> {detail.restarts} restarts</span>}
            </span>,
          ],
          ...(detail.chain === null
            ? []
            : ([
                ['Packs on the L1', formatCount(detail.chain.packsPosted)],
                ['L1 origin', `block ${formatCount(detail.chain.l1Origin)}`],
              ] as const)),
          ['Challenge window', formatDuration(detail.challengePeriod * 1_000)],
          ['Created', <Time key="c" at={Date.parse(layer.createdAt)} />],
          ['Owner', <Address key="o" value={detail.owner} />],
          ...(contracts === null
            ? []
            : ([
                ['Rollup', <Address key="r" value={contracts.rollup} plain />],
                ['Bridge', <Address key="b" value={contracts.bridge} plain />],
                ['Inbox', <Address key="i" value={contracts.inbox} plain />],
              ] as const)),
          ...(operators === null
            ? []
            : ([
                ['Producer', <Address key="p" value={operators.producer} plain />],
                ['Proposer', <Address key="q" value={operators.proposer} plain />],
              ] as const)),
        ]}
      />
      <NodeLog id={layer.id} />
      {layer.status === 'STATUS_ACTIVE' && (
        <div className={classes.owner}>
          <LinkButton to="/layers/$id/settlement" params={{ id: layer.id }} variant="default" size="xs">
            End {layer.name}…
          </LinkButton>
        </div>
      )}
    </Section>
  );
}

function NodeLog({ id }: { id: string }) {
  const [open, setOpen] = useState(false);
  const log = useQuery({
    queryKey: ['log', id],
    queryFn: ({ signal }) => api.getFlashlayerLogs({ params: { id }, query: { tail: 100 } }, { signal }),
    enabled: open,
    refetchInterval: 3_000,
  });
  return (
    <div className={classes.log}>
      <button type="button" className="tp-textbutton" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? 'Hide the node’s log' : 'Show the node’s log'}
      </button>
      {open && log.data !== undefined && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
        <pre className={classes.lines} tabIndex={0}>
          {log.data.lines.length === 0 ? 'No lines.' : log.data.lines.join('\n')}
        </pre>
      )}
      {open && log.isError && <ErrorState title="The log could not be read" error={log.error} />}
    </div>
  );
}
