import { Link } from '@tanstack/react-router';
import type { Flashlayer } from '@tephra/api';
import { CopyButton } from '../components/CopyButton.tsx';
import { StatusDot } from '../components/StatusDot.tsx';
import { Table } from '../components/Table.tsx';
import { Time } from '../components/Time.tsx';
import { STATUS } from '../lib/layerStatus.ts';
import classes from './LayersTable.module.css';

/** Layers, newest first, each with what tells it apart. */
export function LayersTable({ layers }: { layers: readonly Flashlayer[] }) {
  return (
    <Table
      label="Layers"
      rows={layers}
      rowKey={(layer) => layer.id}
      columns={[
        {
          key: 'name',
          header: 'Name',
          slot: 'main',
          render: (layer) => (
            <Link to="/layers/$id" params={{ id: layer.id }} className={classes.name}>
              {layer.name}
            </Link>
          ),
        },
        {
          key: 'status',
          header: 'Status',
          slot: 'side',
          render: (layer) => <StatusDot tone={STATUS[layer.status].tone}>{STATUS[layer.status].label}</StatusDot>,
        },
        {
          key: 'chain',
          header: 'Chain id',
          slot: 'hide',
          render: (layer) => <span className="tp-num">{layer.resources.chainId}</span>,
        },
        {
          key: 'settings',
          header: 'Settings',
          slot: 'sub',
          render: (layer) => (
            <span className={classes.dim}>
              {layer.settings.blockTime} s blocks · {layer.settings.gasless ? 'gasless' : 'fees'} ·{' '}
              {layer.settings.tokenSymbol}
              {layer.tier === 'FLASHLAYER_TIER_FREE_TRIAL' ? ' · trial' : ''}
            </span>
          ),
        },
        {
          key: 'rpc',
          header: 'RPC',
          slot: 'hide',
          render: (layer) => (
            <span className={classes.rpc}>
              <span className="tp-mono">{layer.resources.rpc.replace(/^https?:\/\//, '')}</span>
              <CopyButton value={layer.resources.rpc} label={`RPC URL of ${layer.name}`} />
            </span>
          ),
        },
        {
          key: 'created',
          header: 'Created',
          align: 'right',
          slot: 'subside',
          render: (layer) => (
            <span className={classes.dim}>
              <Time at={Date.parse(layer.createdAt)} />
            </span>
          ),
        },
      ]}
    />
  );
}
