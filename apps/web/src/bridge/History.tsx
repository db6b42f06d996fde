import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { bridgeAbi } from '@tephra/l1/abis';
import { useState } from 'react';
import { type Address, encodeFunctionData } from 'viem';
import { readFinality } from '../chain/finality.ts';
import { skipReason } from '../chain/systemSentence.ts';
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
import { formatDuration, formatUnits, plural, shortHex } from '../lib/format.ts';
import { notifyError } from '../lib/notify.ts';
import { useL1Time } from '../lib/useL1Time.ts';
import { useSign } from '../wallet/sign.tsx';
import classes from './Bridge.module.css';
import { finaliseCalls } from './finalise.ts';
import { type ArrivalState, type BridgeRow, type ForcedRow, readHistory, type WithdrawalRow } from './history.ts';
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
        inbox: bridge.inbox,
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
          Deposits, withdrawals and forced transactions of this account stand here with their state.
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
                  <Arrival state={row.state} />
                ) : row.kind === 'forced' ? (
                  <ForcedState row={row} />
                ) : (
                  <WithdrawalState row={row} bridge={bridge} />
                ),
            },
            {
              key: 'hash',
              header: 'Transaction',
              slot: 'sub',
              render: (row) =>
                row.kind !== 'withdrawal' ? (
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
  const { id, layer, symbol, decimals } = useLayerChain();
  const mode = layer.settings.currencyMode ?? 'issued';
  const asset = row.kind === 'forced' ? null : row.asset;
  const client = row.kind === 'withdrawal' ? bridge.l2 : bridge.l1;
  const token = asset?.token ?? null;
  const facts = useQuery({
    queryKey: ['bridge-token', client.chain?.id, token],
    queryFn: () => readToken(client, token ?? '0x'),
    enabled: token !== null,
    staleTime: Number.POSITIVE_INFINITY,
  }).data;
  if (row.kind === 'forced') {
    return (
      <span>
        Forced transaction{' '}
        <Hash
          value={row.transactionHash}
          label="transaction hash"
          to={`/layers/${id}/tx/${row.transactionHash}`}
          copy={false}
        />
      </span>
    );
  }
  const { standard, amount, tokenId } = row.asset;
  const name = facts?.name ?? (token === null ? '' : shortHex(token));
  const what =
    standard === 'coin'
      ? `${formatUnits(amount, decimals)} ${symbol}`
      : standard === 'eth'
        ? `${formatUnits(amount, 18)} ETH`
        : standard === 'erc20'
          ? `${formatUnits(amount, facts?.decimals ?? 18)} ${facts?.symbol ?? name}`
          : `${standard === 'erc1155' ? `${amount} of ` : ''}${name} #${tokenIdText(tokenId ?? 0n)}`;
  const becomes = row.kind === 'deposit' && standard === 'eth' && mode === 'eth' ? ` as ${symbol}` : '';
  return (
    <span>
      {what} to {row.kind === 'deposit' ? layer.name : 'the L1'}
      {becomes}
    </span>
  );
}

function Arrival({ state }: { state: ArrivalState }) {
  if (state.name === 'arrived') return <StatusDot tone="done">Arrived</StatusDot>;
  return <StatusDot tone="busy">On its way, {plural(state.blocksToGo, 'L1 block')} to go</StatusDot>;
}

function ForcedState({ row }: { row: ForcedRow }) {
  switch (row.state.name) {
    case 'waiting':
      return <Arrival state={row.state} />;
    case 'arrived':
      return <StatusDot tone="done">Executed</StatusDot>;
    case 'skipped':
      return <StatusDot tone="warn">Left out: {skipReason(row.state.reason)}</StatusDot>;
  }
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
