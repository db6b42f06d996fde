import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { bridgeAbi } from '@tephra/l1/abis';
import { useState } from 'react';
import { type Address, encodeFunctionData } from 'viem';
import { readFinality } from '../chain/finality.ts';
import { readToken } from '../chain/tokens.ts';
import { useLayerChain } from '../chain/useChain.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { Hash } from '../components/Hash.tsx';
import { L1Hash } from '../components/L1Hash.tsx';
import { Section } from '../components/Section.tsx';
import { StatusDot } from '../components/StatusDot.tsx';
import { Table } from '../components/Table.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { BlockTime } from '../layer/BlockTime.tsx';
import { tokenIdText } from '../layer/Sentence.tsx';
import { describeError } from '../lib/errors.ts';
import { formatDuration, formatUnits, shortHex } from '../lib/format.ts';
import { notifyError } from '../lib/notify.ts';
import { useL1Time } from '../lib/useL1Time.ts';
import { useSign } from '../wallet/sign.tsx';
import classes from './Bridge.module.css';
import { finaliseCalls } from './finalise.ts';
import { type BridgeRow, isNative, readHistory, type WithdrawalRow } from './history.ts';
import type { BridgeContext } from './useBridge.ts';

/** Deposits and withdrawals of the chosen account, each with where it stands and what to do. */
export function History({ bridge, account }: { bridge: BridgeContext; account: Address }) {
  const { id } = useLayerChain();
  const history = useQuery({
    queryKey: ['bridge-history', id, account],
    queryFn: () =>
      readHistory({
        l1: bridge.l1,
        l2: bridge.l2,
        bridge: bridge.bridge,
        createdAtBlock: bridge.createdAtBlock,
        account,
      }),
    refetchInterval: 2_000,
  });
  return (
    <Section title="History" note="of the chosen account">
      {history.isPending ? (
        <TableSkeleton rows={3} />
      ) : history.isError && history.data === undefined ? (
        <ErrorState title="The history could not be read" error={history.error} onRetry={() => history.refetch()} />
      ) : history.data.length === 0 ? (
        <EmptyState title="Nothing crossed yet">
          Deposits and withdrawals of this account stand here with their state.
        </EmptyState>
      ) : (
        <Table<BridgeRow>
          label="Deposits and withdrawals"
          rows={history.data}
          rowKey={(row) => `${row.kind}${row.index}`}
          columns={[
            { key: 'what', header: 'What', slot: 'main', render: (row) => <What row={row} bridge={bridge} /> },
            {
              key: 'state',
              header: 'State',
              slot: 'side',
              render: (row) =>
                row.kind === 'deposit' ? (
                  <DepositState arrived={row.arrived} />
                ) : (
                  <WithdrawalState row={row} bridge={bridge} />
                ),
            },
            {
              key: 'hash',
              header: 'Transaction',
              slot: 'sub',
              render: (row) =>
                row.kind === 'deposit' ? (
                  <span className={classes.dim}>
                    L1 <L1Hash value={row.l1TransactionHash} />
                  </span>
                ) : row.state.name === 'paid' ? (
                  <span className={classes.dim}>
                    L1 <L1Hash value={row.state.l1TransactionHash} />
                  </span>
                ) : (
                  <Hash
                    value={row.l2TransactionHash}
                    label="transaction hash"
                    to={`/layers/${id}/tx/${row.l2TransactionHash}`}
                  />
                ),
            },
            {
              key: 'age',
              header: 'Age',
              align: 'right',
              slot: 'subside',
              render: (row) => (
                <span className={classes.dim}>
                  <BlockTime at={row.at} />
                </span>
              ),
            },
          ]}
        />
      )}
    </Section>
  );
}

function What({ row, bridge }: { row: BridgeRow; bridge: BridgeContext }) {
  const { layer, symbol, decimals } = useLayerChain();
  const native = isNative(row.token);
  const client = row.kind === 'deposit' ? bridge.l1 : bridge.l2;
  const facts = useQuery({
    queryKey: ['bridge-token', client.chain?.id, row.token],
    queryFn: () => readToken(client, row.token),
    enabled: !native,
    staleTime: Number.POSITIVE_INFINITY,
  }).data;
  const amount = native
    ? row.kind === 'deposit'
      ? `${formatUnits(row.amountOrId, 18)} ETH`
      : `${formatUnits(row.amountOrId, decimals)} ${symbol}`
    : facts === undefined
      ? shortHex(row.token)
      : facts.decimals === null
        ? `${facts.name ?? shortHex(row.token)} #${tokenIdText(row.amountOrId)}`
        : `${formatUnits(row.amountOrId, facts.decimals)} ${facts.symbol ?? shortHex(row.token)}`;
  return row.kind === 'deposit' ? (
    <span>
      {amount} to {layer.name}
    </span>
  ) : (
    <span>{amount} to the L1</span>
  );
}

function DepositState({ arrived }: { arrived: boolean }) {
  return arrived ? <StatusDot tone="done">Arrived</StatusDot> : <StatusDot tone="busy">On its way</StatusDot>;
}

function WithdrawalState({ row, bridge }: { row: WithdrawalRow; bridge: BridgeContext }) {
  switch (row.state.name) {
    case 'posting':
      return <StatusDot tone="busy">Waits for its pack</StatusDot>;
    case 'window':
      return <Window row={row} bridge={bridge} />;
    case 'paid':
      return <StatusDot tone="done">Paid on the L1</StatusDot>;
    case 'ready':
    case 'credit':
      return <Take row={row} bridge={bridge} />;
  }
}

function Window({ row, bridge }: { row: WithdrawalRow; bridge: BridgeContext }) {
  const l1Now = useL1Time();
  const finality = useQuery({
    queryKey: ['withdrawal-finality', bridge.l2Chain.id, row.blockNumber.toString()],
    queryFn: () => readFinality(bridge.l2, row.blockNumber),
    staleTime: 4_000,
  });
  const end = finality.data?.finalAt;
  const left = end == null || l1Now === null ? null : Number(end) * 1_000 - l1Now;
  return (
    <StatusDot tone="busy">
      {left !== null && left > 0 ? `Window, ${formatDuration(left)} left` : 'Window ends'}
    </StatusDot>
  );
}

function Take({ row, bridge }: { row: WithdrawalRow; bridge: BridgeContext }) {
  const sign = useSign();
  const queryClient = useQueryClient();
  const [busy, setBusy] = useState(false);
  const take = async () => {
    setBusy(true);
    try {
      const { index, blockNumber } = row;
      const calls =
        row.state.name === 'credit'
          ? [encodeFunctionData({ abi: bridgeAbi, functionName: 'claim', args: [index] })]
          : await finaliseCalls({ ...bridge, index, blockNumber });
      for (const data of calls) {
        const receipt = await sign({
          chain: bridge.l1Chain,
          to: bridge.bridge,
          data,
          sentence: `Take withdrawal ${index} on the L1, proven against the final pack.`,
          after: `It is paid to ${shortHex(row.to)}, whoever signs.`,
        });
        if (receipt === null) return;
      }
      await queryClient.invalidateQueries({ queryKey: ['bridge-history'] });
    } catch (error) {
      notifyError('The withdrawal was not taken', describeError(error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button size="compact-sm" loading={busy} onClick={() => void take()}>
      Take on the L1
    </Button>
  );
}
