import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Hash as HashType } from 'viem';
import { decodeCall, decodeOutput, decodeRevert, methodOf, revertText } from '../chain/decode.ts';
import { type CallFrame, readCalls, readStateChanges, type StateChange } from '../chain/trace.ts';
import { useAbis } from '../chain/useAbis.ts';
import { useLayerChain } from '../chain/useChain.tsx';
import { Address } from '../components/Address.tsx';
import { Arguments } from '../components/Arguments.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { Hash } from '../components/Hash.tsx';
import { Table } from '../components/Table.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { formatCount, formatUnits, plural, shortHex } from '../lib/format.ts';
import classes from './TraceTabs.module.css';

/** Deeper calls are folded away at first. */
const UNFOLDED = 5;

/** Every call inside a transaction as a tree. */
export function CallsTab({ hash }: { hash: HashType }) {
  const { id, client } = useLayerChain();
  const calls = useQuery({
    queryKey: ['calls', id, hash],
    queryFn: () => readCalls(client, hash),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  if (calls.isPending) return <TableSkeleton rows={3} />;
  if (calls.isError)
    return <ErrorState title="The calls could not be traced" error={calls.error} onRetry={() => calls.refetch()} />;
  return (
    <ul className={classes.tree} aria-label="Calls">
      <Frame frame={calls.data} depth={0} />
    </ul>
  );
}

/** One call: what it called, with arguments and answer folded away. */
function Frame({ frame, depth }: { frame: CallFrame; depth: number }) {
  const { id, symbol, decimals } = useLayerChain();
  const abis = useAbis();
  const [open, setOpen] = useState(false);
  const [folded, setFolded] = useState(depth >= UNFOLDED && frame.calls.length > 0);
  const creates = frame.type.startsWith('CREATE');
  const own = abis.of(frame.to);
  const call = creates ? null : decodeCall(frame.input, own);
  const answer = frame.error === null && !creates ? decodeOutput(frame.input, frame.output, own) : null;
  const revert = frame.error === null ? null : decodeRevert(frame.output, abis.all);
  const method = methodOf(frame.input, own);
  const hasMore = (call !== null && call.args.length > 0) || answer !== null || frame.input.length > 10;
  return (
    <li>
      <div className={classes.call} data-failed={frame.error !== null || undefined}>
        <span className={classes.type}>{frame.type}</span>
        {frame.to !== null && <Address value={frame.to} layerId={id} copy={false} />}
        {!creates &&
          method !== '' &&
          (hasMore ? (
            <button type="button" className={classes.method} aria-expanded={open} onClick={() => setOpen(!open)}>
              {method}({call === null ? '…' : call.args.map((arg) => arg.name).join(', ')})
            </button>
          ) : (
            <span className="tp-mono">{method}()</span>
          ))}
        {creates && (
          <span className={classes.dim}>a contract of {plural((frame.input.length - 2) / 2, 'byte')} init code</span>
        )}
        {frame.value > 0n && (
          <span>
            {formatUnits(frame.value, decimals)} {symbol}
          </span>
        )}
        <span className={classes.gas}>{formatCount(frame.gasUsed)} gas</span>
        {frame.error !== null && (
          <span className={classes.error}>
            failed: {revert === null || revert.kind === 'empty' ? frame.error : revertText(revert)}
          </span>
        )}
      </div>
      {open && (
        <div className={classes.details}>
          {call === null ? (
            <Hash value={frame.input} label="input" full />
          ) : (
            <Arguments args={call.args} layerId={id} />
          )}
          {answer !== null && (
            <>
              <p className={classes.dim}>gave back</p>
              <Arguments args={answer} layerId={id} />
            </>
          )}
        </div>
      )}
      {frame.calls.length > 0 &&
        (folded ? (
          <button type="button" className={classes.unfold} onClick={() => setFolded(false)}>
            Show {plural(frame.calls.length, 'inner call')}
          </button>
        ) : (
          <ul className={classes.tree}>
            {frame.calls.map((call, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the calls of a transaction never change places
              <Frame key={index} frame={call} depth={depth + 1} />
            ))}
          </ul>
        ))}
    </li>
  );
}

/** Balances, nonces, code and storage before and after. */
export function StateTab({ hash }: { hash: HashType }) {
  const { id, client, symbol, decimals } = useLayerChain();
  const changes = useQuery({
    queryKey: ['state-changes', id, hash],
    queryFn: () => readStateChanges(client, hash),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  if (changes.isPending) return <TableSkeleton rows={4} />;
  if (changes.isError) {
    return (
      <ErrorState
        title="The state changes could not be traced"
        error={changes.error}
        onRetry={() => changes.refetch()}
      />
    );
  }
  if (changes.data.length === 0) return <EmptyState title="It changed nothing" />;
  const show = (change: StateChange, side: 'before' | 'after') => {
    switch (change.kind) {
      case 'balance':
        return `${formatUnits(change[side], decimals, decimals)} ${symbol}`;
      case 'nonce':
        return formatCount(change[side]);
      case 'code':
        return plural(side === 'before' ? change.beforeBytes : change.afterBytes, 'byte');
      case 'storage':
        return (
          <span className="tp-mono" title={change[side]}>
            {wordText(change[side])}
          </span>
        );
    }
  };
  return (
    <Table<StateChange>
      label="State changes"
      rows={changes.data}
      rowKey={(row) => `${row.address}${row.kind}${row.kind === 'storage' ? row.slot : ''}`}
      columns={[
        {
          key: 'account',
          header: 'Account',
          slot: 'main',
          render: (row) => <Address value={row.address} layerId={id} copy={false} />,
        },
        {
          key: 'what',
          header: 'What',
          slot: 'side',
          render: (row) =>
            row.kind === 'storage' ? (
              <span title={row.slot}>
                slot <span className="tp-mono">{wordText(row.slot)}</span>
              </span>
            ) : (
              row.kind
            ),
        },
        { key: 'before', header: 'Before', slot: 'sub', render: (row) => show(row, 'before') },
        { key: 'after', header: 'After', slot: 'subside', render: (row) => show(row, 'after') },
      ]}
    />
  );
}

/** A storage word: small numbers as such, others by head and tail. */
function wordText(word: `0x${string}`): string {
  const value = BigInt(word);
  return value < 1_000_000n ? value.toString() : shortHex(word, 10, 6);
}
