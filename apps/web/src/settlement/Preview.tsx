import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLayerChain } from '../chain/useChain.tsx';
import { Amount } from '../components/Amount.tsx';
import { CodeSnippet } from '../components/CodeSnippet.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { KeyValue } from '../components/KeyValue.tsx';
import { Notice } from '../components/Notice.tsx';
import { Section } from '../components/Section.tsx';
import { Table } from '../components/Table.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { api } from '../lib/api.ts';
import { formatCount, formatDuration, plural } from '../lib/format.ts';
import { previewQuery } from '../lib/queries.ts';
import { assetKind, assetName, assetTotal } from './assetText.tsx';
import classes from './Settlement.module.css';

/** The dry run: what will happen to what, what it costs, and the button that does it. */
export function Preview() {
  const { id, layer, symbol } = useLayerChain();
  const preview = useQuery(previewQuery(id, true));
  const [asking, setAsking] = useState(false);
  const data = preview.data;
  return (
    <>
      <Section
        title={`What ending ${layer.name} would do now`}
        note="A dry run on the present state; nothing is changed."
        actions={
          <Button variant="default" size="xs" loading={preview.isFetching} onClick={() => preview.refetch()}>
            Run again
          </Button>
        }
      >
        {preview.isPending ? (
          <TableSkeleton rows={4} />
        ) : preview.isError && data === undefined ? (
          <ErrorState title="The dry run failed" error={preview.error} onRetry={() => preview.refetch()} />
        ) : data === undefined || data.assets.length === 0 ? (
          <Notice>Nobody owns anything on {layer.name}. It would end without a payout.</Notice>
        ) : (
          <Table
            label="Assets that would be settled"
            rows={data.assets}
            rowKey={(row) => `${row.asset.type} ${row.asset.l2Token ?? row.asset.l1Token ?? ''}`}
            columns={[
              {
                key: 'asset',
                header: 'Asset',
                slot: 'main',
                render: (row) => <strong>{assetName(row.asset, symbol)}</strong>,
              },
              { key: 'kind', header: 'Kind', slot: 'sub', render: (row) => assetKind(row.asset) },
              {
                key: 'holders',
                header: 'Owners',
                align: 'right',
                slot: 'subside',
                render: (row) => plural(row.holders, 'owner'),
              },
              {
                key: 'total',
                header: 'Total',
                align: 'right',
                slot: 'side',
                render: (row) => assetTotal(row.asset, BigInt(row.total), symbol),
              },
              {
                key: 'becomes',
                header: 'Becomes on the L1',
                slot: 'hide',
                render: (row) => becomes(row.asset.type, row.asset.l1Token, layer.settings.currencyMode ?? 'issued'),
              },
            ]}
          />
        )}
      </Section>
      {data !== undefined && (
        <div className={classes.columns}>
          <Section title="What it costs">
            <KeyValue
              items={[
                ['L1 gas', `about ${formatCount(BigInt(data.estimate.l1Gas))}`],
                ['Cost', <Amount key="c" value={BigInt(data.estimate.costWei)} unit="ETH" />],
                ['Set aside for it', <Amount key="e" value={BigInt(data.estimate.escrowWei)} unit="ETH" />],
                ['Waits for', `a challenge window of ${formatDuration(data.estimate.windowSeconds * 1_000)}`],
              ]}
            />
            {!data.estimate.covered && (
              <div className={classes.space}>
                <Notice tone="warn" title="The escrow does not cover all of it">
                  Coin and bridged tokens go first. What is not pushed stays claimable by its owner for ever; anyone can
                  add to the escrow.
                </Notice>
              </div>
            )}
          </Section>
          <Section title="The same from the terminal">
            <CodeSnippet
              title="Equal commands"
              snippets={[
                { label: 'Dry run', code: `./tephra destroy ${layer.name} --dry-run` },
                { label: 'CLI', code: `./tephra destroy ${layer.name}` },
                {
                  label: 'curl',
                  code: `curl -X POST ${location.origin}/v1/flashlayer/destroy \\\n  -H 'Content-Type: application/json' \\\n  -H "Authorization: Bearer $TOKEN" \\\n  -d '{"id": "${id}"}'`,
                },
              ]}
            />
          </Section>
        </div>
      )}
      <div className={classes.end}>
        <Button onClick={() => setAsking(true)}>End {layer.name}…</Button>
        <p>
          From then on it takes no transactions. It writes who owns what, posts its last pack, and after the window
          everything is paid on the L1 without any act of its owners.
        </p>
      </div>
      {asking && <Confirm onClose={() => setAsking(false)} />}
    </>
  );
}

function becomes(type: string, l1Token: string | null, mode: 'issued' | 'eth' | 'erc20'): string {
  if (type === 'native') {
    if (mode === 'eth') return 'ETH, released by the bridge';
    return mode === 'erc20' ? 'the token of the L1, released' : 'ERC-20 twin of the coin';
  }
  if (type === 'erc20') return l1Token === null ? 'ETH, released by the bridge' : 'the deposited token, or an L1 twin';
  if (type === 'erc721') return 'token of the L1 twin, or the deposited one';
  if (type === 'erc1155') return 'items of the L1 twin, or the deposited ones';
  if (type === 'claim') return 'left to an addendum';
  return 'twin collection';
}

function Confirm({ onClose }: { onClose: () => void }) {
  const { id, layer } = useLayerChain();
  const queryClient = useQueryClient();
  const [typed, setTyped] = useState('');
  const destroy = useMutation({
    mutationFn: () => api.destroyFlashlayer({ body: { id } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['layer', id] });
      onClose();
    },
  });
  const fits = typed.trim() === layer.name;
  return (
    <Modal opened onClose={onClose} title={`End ${layer.name}`} centered>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (fits) destroy.mutate();
        }}
      >
        <p className={classes.confirm}>
          This cannot be taken back. Everything on {layer.name} is settled on the L1, then its chain is gone.
        </p>
        <TextInput
          label={`Type ${layer.name} to confirm`}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
        {destroy.isError && (
          <div className={classes.space}>
            <ErrorState title="The layer was not ended" error={destroy.error} />
          </div>
        )}
        <Group justify="flex-end" gap="xs" mt="lg">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color="red" disabled={!fits} loading={destroy.isPending}>
            End it and settle
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
