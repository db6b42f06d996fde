import { Button, SegmentedControl, Select, TextInput } from '@mantine/core';
import { IconCircle, IconCircleCheckFilled, IconLoader2 } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import type { PublicLedger, SettlementItem } from '@tephra/api';
import { useState } from 'react';
import { Address } from '../components/Address.tsx';
import { Amount } from '../components/Amount.tsx';
import { CodeSnippet } from '../components/CodeSnippet.tsx';
import { CopyButton } from '../components/CopyButton.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { L1Hash } from '../components/L1Hash.tsx';
import { Notice } from '../components/Notice.tsx';
import { Section } from '../components/Section.tsx';
import { Stats } from '../components/Stat.tsx';
import { StatusDot, type Tone } from '../components/StatusDot.tsx';
import { Table } from '../components/Table.tsx';
import { formatCount, formatDuration, formatUnits, shortHex } from '../lib/format.ts';
import { useL1Time } from '../lib/useL1Time.ts';
import { assetKind, assetName, assetTotal } from './assetText.tsx';
import { ClaimButton } from './ClaimButton.tsx';
import { csvOf, download } from './csv.ts';
import { type AssetSummary, filterItems, type Show, summarise } from './filter.ts';
import { PHASES, phaseStates, progressOf } from './phases.ts';
import classes from './Settlement.module.css';
import { Unsettled } from './Unsettled.tsx';

const route = getRouteApi('/layers/$id/settlement');
const PAGE = 50;

const STATUSES: Record<SettlementItem['status'], { label: string; tone: Tone }> = {
  paid: { label: 'Paid', tone: 'done' },
  claimable: { label: 'Claimable', tone: 'warn' },
  pending: { label: 'Waiting', tone: 'idle' },
};

/** Phases, sums by asset, then every line: asset, owner, state, L1 transaction. */
export function Ledger({ ledger }: { ledger: PublicLedger }) {
  const { name, tokenSymbol: symbol } = ledger.layer;
  const { rollup } = ledger.l1;
  const summaries = summarise(ledger.items);
  const { counts } = ledger;
  const done = ledger.phase === 'done';
  return (
    <>
      {done ? (
        <div className={classes.top}>
          <Notice
            tone="good"
            title={
              counts.claimable === 0 ? 'Every asset is paid on the L1' : 'Everything is paid or claimable on the L1'
            }
          >
            {counts.total === 0
              ? `Nobody owned anything on ${name}.`
              : `${formatCount(counts.paid)} of ${formatCount(counts.total)} items were pushed to their owners.`}
            {counts.claimable > 0 &&
              ` ${formatCount(counts.claimable)} wait for their owners to take them; that never expires.`}
          </Notice>
        </div>
      ) : (
        <Phases ledger={ledger} />
      )}
      {ledger.error !== null && (
        <div className={classes.top}>
          <Notice tone="warn" title="It does not go on at the moment, and is tried again">
            {ledger.error}
          </Notice>
        </div>
      )}
      <Stats
        items={[
          { label: 'Items', value: formatCount(counts.total) },
          { label: 'Paid', value: formatCount(counts.paid) },
          { label: 'Claimable', value: formatCount(counts.claimable) },
          { label: 'L1 gas', value: formatCount(BigInt(ledger.l1GasUsed)), note: perItem(ledger) },
          ...(ledger.escrowWei === null
            ? []
            : [
                { label: 'Escrow left', value: <Amount value={BigInt(ledger.escrowWei)} unit="ETH" maxFraction={4} /> },
              ]),
        ]}
      />
      <div className={classes.sums}>
        {summaries.length > 0 && (
          <Section title="By asset">
            <Table<AssetSummary>
              label="Settlement by asset"
              rows={summaries}
              rowKey={(row) => row.key}
              columns={[
                {
                  key: 'asset',
                  header: 'Asset',
                  slot: 'main',
                  render: (row) => <strong>{assetName(row.asset, symbol)}</strong>,
                },
                { key: 'kind', header: 'Kind', slot: 'hide', render: (row) => assetKind(row.asset) },
                {
                  key: 'owners',
                  header: 'Owners',
                  align: 'right',
                  slot: 'hide',
                  render: (row) => formatCount(row.owners),
                },
                {
                  key: 'total',
                  header: 'Total',
                  align: 'right',
                  slot: 'side',
                  render: (row) => assetTotal(row.asset, row.total, symbol),
                },
                {
                  key: 'l1',
                  header: 'On the L1',
                  slot: 'sub',
                  render: (row) =>
                    row.asset.l1Token === null ? (
                      row.asset.type === 'erc20' ? (
                        'ETH'
                      ) : (
                        '–'
                      )
                    ) : (
                      <Address value={row.asset.l1Token} />
                    ),
                },
                {
                  key: 'state',
                  header: 'State',
                  slot: 'subside',
                  render: (row) =>
                    row.pending > 0 ? (
                      <StatusDot tone="idle">
                        {formatCount(row.paid)} paid, {formatCount(row.pending)} waiting
                      </StatusDot>
                    ) : row.claimable > 0 ? (
                      <StatusDot tone="warn">
                        {formatCount(row.paid)} paid, {formatCount(row.claimable)} claimable
                      </StatusDot>
                    ) : (
                      <StatusDot tone="done">All paid</StatusDot>
                    ),
                },
              ]}
            />
          </Section>
        )}
        <Unsettled tokens={ledger.unsettled} rollup={rollup} />
        <Lines ledger={ledger} assets={summaries} />
        {rollup !== null && (counts.claimable > 0 || !done) && <Carry rollup={rollup} />}
      </div>
    </>
  );
}

/** Anybody can finish a settlement from L1 data alone. */
function Carry({ rollup }: { rollup: string }) {
  return (
    <Section
      title="Without this platform"
      note="Anybody can carry the settlement on from the L1 alone; gas is refunded from the escrow while it lasts."
    >
      <CodeSnippet
        title="Finish the settlement"
        snippets={[{ label: 'CLI', code: `./tephra settle --rollup ${rollup} --l1-rpc <url of the L1>` }]}
      />
    </Section>
  );
}

function perItem(ledger: PublicLedger): string | undefined {
  const settled = ledger.counts.paid + ledger.counts.claimable;
  if (settled === 0) return undefined;
  return `${formatCount(BigInt(ledger.l1GasUsed) / BigInt(settled))} each`;
}

function Phases({ ledger }: { ledger: PublicLedger }) {
  const l1Now = useL1Time();
  const states = phaseStates(ledger.phase);
  const left = ledger.windowEnd === null || l1Now === null ? null : ledger.windowEnd * 1_000 - l1Now;
  return (
    <ol className={classes.phases} aria-label="Phases of the settlement">
      {PHASES.map(({ phase, title, means }) => {
        const state = states[phase];
        const Icon = state === 'done' ? IconCircleCheckFilled : state === 'running' ? IconLoader2 : IconCircle;
        const note =
          phase === 'window' && state === 'running' && left !== null
            ? `${formatDuration(Math.max(0, left))} left`
            : progressOf(ledger, phase);
        return (
          <li
            key={phase}
            className={classes.phase}
            data-state={state}
            aria-current={state === 'running' ? 'step' : undefined}
          >
            <Icon size={18} stroke={1.8} aria-hidden="true" className={classes.phaseIcon} />
            <div>
              <p className={classes.phaseTitle}>
                {title}
                <span className="tp-visually-hidden">: {state}</span>
              </p>
              <p className={classes.phaseMeans}>{state === 'running' && note !== '' ? note : means}</p>
            </div>
          </li>
        );
      })}
    </ol>
  );
}

function Lines({ ledger, assets }: { ledger: PublicLedger; assets: readonly AssetSummary[] }) {
  const { owner, show, asset } = route.useSearch();
  const navigate = route.useNavigate();
  const { items, l1 } = ledger;
  const { total } = ledger.counts;
  const { tokenSymbol: symbol, name } = ledger.layer;
  const [shown, setShown] = useState(PAGE);
  const fitting = filterItems(items, owner, show, asset);
  return (
    <Section
      title="Ledger"
      note={items.length < total ? `the first ${formatCount(items.length)} of ${formatCount(total)} items` : undefined}
      actions={
        <>
          <Button
            variant="default"
            size="xs"
            disabled={fitting.length === 0}
            onClick={() => download(`${name.replaceAll(' ', '-')}-ledger.csv`, csvOf(fitting))}
          >
            CSV
          </Button>
          <CopyButton value={`./tephra destroy ${name} --json`} label="the command that prints the ledger" />
        </>
      }
    >
      <div className={classes.filters}>
        <SegmentedControl
          size="xs"
          aria-label="Which items"
          data={[
            { value: 'all', label: 'All' },
            { value: 'paid', label: 'Paid' },
            { value: 'claimable', label: 'Claimable' },
            { value: 'pending', label: 'Waiting' },
          ]}
          value={show}
          onChange={(value) => navigate({ search: (search) => ({ ...search, show: value as Show }), replace: true })}
        />
        {assets.length > 1 && (
          <Select
            size="xs"
            aria-label="Only items of this asset"
            placeholder="Every asset"
            clearable
            data={assets.map((each) => ({ value: each.key, label: assetName(each.asset, symbol) }))}
            value={assets.some((each) => each.key === asset) ? asset : null}
            onChange={(value) => navigate({ search: (search) => ({ ...search, asset: value ?? '' }), replace: true })}
          />
        )}
        <TextInput
          size="xs"
          placeholder="Owner 0x…"
          aria-label="Only items of this owner"
          value={owner}
          onChange={(event) => {
            const { value } = event.currentTarget;
            void navigate({ search: (search) => ({ ...search, owner: value }), replace: true });
          }}
          className={classes.find}
        />
      </div>
      {fitting.length === 0 ? (
        <EmptyState title={items.length === 0 ? 'No item yet' : 'No item fits these filters'}>
          {items.length === 0 ? 'The layer is still writing who owns what.' : undefined}
        </EmptyState>
      ) : (
        <>
          <Table<SettlementItem>
            label="Ledger"
            rows={fitting.slice(0, shown)}
            rowKey={(item) => String(item.index)}
            columns={[
              {
                key: 'index',
                header: '#',
                slot: 'hide',
                width: '56px',
                render: (item) => <span className={classes.dim}>{item.index}</span>,
              },
              {
                key: 'asset',
                header: 'Asset',
                slot: 'main',
                render: (item) => <ItemAsset item={item} coin={symbol} />,
              },
              { key: 'owner', header: 'Owner', slot: 'sub', render: (item) => <Address value={item.owner} /> },
              {
                key: 'state',
                header: 'State',
                slot: 'side',
                render: (item) => (
                  <span className={classes.state}>
                    <StatusDot tone={STATUSES[item.status].tone}>{STATUSES[item.status].label}</StatusDot>
                    {item.status === 'claimable' && l1.bridge !== null && (
                      <ClaimButton item={item} l1={l1} bridge={l1.bridge} />
                    )}
                  </span>
                ),
              },
              {
                key: 'l1',
                header: 'L1 transaction',
                slot: 'subside',
                render: (item) =>
                  item.l1TransactionHash === null ? (
                    <span className={classes.dim}>–</span>
                  ) : (
                    <L1Hash value={item.l1TransactionHash} />
                  ),
              },
            ]}
          />
          {shown < fitting.length && (
            <Button variant="default" size="xs" mt="md" onClick={() => setShown(shown + PAGE * 4)}>
              Show more of {formatCount(fitting.length)}
            </Button>
          )}
        </>
      )}
    </Section>
  );
}

function ItemAsset({ item, coin }: { item: SettlementItem; coin: string }) {
  const { asset } = item;
  if (asset.type === 'collection') return <span>Description of the twin {assetName(asset, coin)}</span>;
  if (item.tokenId !== null) {
    const id = item.tokenId.length > 12 ? shortHex(item.tokenId, 6, 4) : item.tokenId;
    return (
      <span title={`${assetName(asset, coin)} #${item.tokenId}`}>
        {item.amount !== null && asset.type === 'erc1155' && `${formatCount(BigInt(item.amount))} of `}
        {assetName(asset, coin)} #{id}
      </span>
    );
  }
  if (item.amount !== null) {
    return (
      <span className="tp-num">
        {formatUnits(BigInt(item.amount), asset.decimals)} {asset.symbol || coin}
      </span>
    );
  }
  return <span>{assetKind(asset)}</span>;
}
