import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { PREDEPLOYS } from '@tephra/protocol';
import type { ReactNode } from 'react';
import { useBridge } from '../bridge/useBridge.ts';
import { decodeCall } from '../chain/decode.ts';
import { readForcedOrigin } from '../chain/forced.ts';
import type { ReceiptView, TransactionView } from '../chain/transaction.ts';
import { useAbis } from '../chain/useAbis.ts';
import { useLayerChain } from '../chain/useChain.tsx';
import { Address } from '../components/Address.tsx';
import { Amount } from '../components/Amount.tsx';
import { Arguments } from '../components/Arguments.tsx';
import { KeyValue } from '../components/KeyValue.tsx';
import { L1Hash } from '../components/L1Hash.tsx';
import { Outcome } from '../components/Outcome.tsx';
import { Section } from '../components/Section.tsx';
import { formatCount, formatPercent, formatUnits } from '../lib/format.ts';
import { BlockTime } from './BlockTime.tsx';
import { Moves } from './Moves.tsx';

type Rows = (readonly [string, ReactNode])[];

const TYPES: Record<string, string> = {
  '0x0': 'legacy',
  '0x1': 'with an access list (EIP-2930)',
  '0x2': 'with a base fee (EIP-1559)',
  '0x4': 'sets code of accounts (EIP-7702)',
};

/** What moved, then the facts of the transaction, its call and who got its fee. */
export function TransactionOverview({ view }: { view: TransactionView }) {
  const { id, client, symbol, decimals } = useLayerChain();
  const abis = useAbis();
  const { receipt } = view;
  const block = useQuery({
    queryKey: ['block', id, String(view.blockNumber)],
    queryFn: () => client.getBlock({ blockNumber: view.blockNumber ?? 0n }),
    enabled: receipt !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const bridge = useBridge();
  const forced = useQuery({
    queryKey: ['forced-origin', id, view.hash],
    queryFn: () =>
      bridge === undefined ? null : readForcedOrigin(bridge.l1, bridge.inbox, bridge.createdAtBlock, view.hash),
    enabled: bridge !== undefined && !view.system && receipt !== null,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const call = view.to === null ? null : decodeCall(view.input, abis.of(view.to));
  const rows: Rows = [
    ['Outcome', <Outcome key="outcome" status={receipt?.status ?? null} />],
    [
      'Block',
      receipt === null ? (
        'not sealed yet'
      ) : (
        <>
          <Link to="/layers/$id/block/$n" params={{ id, n: String(receipt.blockNumber) }} className="tp-link tp-mono">
            {formatCount(receipt.blockNumber)}
          </Link>
          , position {receipt.transactionIndex}
        </>
      ),
    ],
    [
      'Time',
      block.data === undefined ? (
        '–'
      ) : (
        <>
          <BlockTime at={Number(block.data.timestamp) * 1_000} absolute /> (
          <BlockTime at={Number(block.data.timestamp) * 1_000} />)
        </>
      ),
    ],
    ['From', <Address key="f" value={view.from} layerId={id} full />],
    ['To', view.to === null ? 'a new contract' : <Address key="t" value={view.to} layerId={id} full />],
    ...(receipt?.contractAddress
      ? [['Created', <Address key="c" value={receipt.contractAddress} layerId={id} full />] as const]
      : []),
    ['Value', <Amount key="v" value={view.value} unit={symbol} decimals={decimals} maxFraction={decimals} />],
    ['Nonce', formatCount(view.nonce)],
    [
      'Kind',
      view.system
        ? 'made by the protocol (0x7e), unsigned'
        : `signed, ${TYPES[view.type] ?? `type ${Number(view.type)}`}`,
    ],
    ...(forced.data
      ? [
          [
            'Way in',
            <>
              forced through the L1 by <Address value={forced.data.sender} copy={false} /> in{' '}
              <L1Hash value={forced.data.l1TransactionHash} />
            </>,
          ] as const,
        ]
      : []),
  ];
  const feeRows = useFeeRows(view, receipt, block.data?.baseFeePerGas ?? null);
  return (
    <>
      <Moves view={view} />
      <Section title="Transaction">
        <KeyValue items={rows} />
      </Section>
      {call !== null && (
        <Section title={`Call: ${call.name}`} note={<span className="tp-mono">{call.signature}</span>}>
          <Arguments args={call.args} layerId={id} />
        </Section>
      )}
      <Section title="Gas and fee">
        <KeyValue
          items={[
            [
              'Gas used',
              receipt === null
                ? `at most ${formatCount(view.gas)}`
                : `${formatCount(receipt.gasUsed)} of ${formatCount(view.gas)} (${formatPercent(Number(receipt.gasUsed) / Number(view.gas))})`,
            ],
            ...(receipt === null ? [] : feeRows),
          ]}
        />
      </Section>
    </>
  );
}

/** The fee in its parts, each with who gets it: base fee, priority fee, data fee. */
function useFeeRows(view: TransactionView, receipt: ReceiptView | null, baseFee: bigint | null): Rows {
  const { id, layer, symbol, decimals } = useLayerChain();
  if (receipt === null) return [];
  if (view.system) return [['Fee', 'none, the protocol pays nothing']];
  const { gasUsed, effectiveGasPrice: price, dataFee } = receipt;
  const total = gasUsed * price + dataFee;
  if (total === 0n) return [['Fee', layer.settings.gasless ? 'none, this layer is gasless' : 'none']];
  const amount = (value: bigint) => <Amount value={value} unit={symbol} decimals={decimals} maxFraction={decimals} />;
  const gwei = (value: bigint) => `${formatUnits(value, 9, 9)} gwei`;
  const perGas = (value: bigint) => <span style={{ color: 'var(--tp-dim)' }}> at {gwei(value)} per gas, to </span>;
  const vault = (address: string) => <Address value={address} layerId={id} copy={false} />;
  const base = baseFee === null ? null : baseFee < price ? baseFee : price;
  return [
    ['Fee', <strong key="t">{amount(total)}</strong>],
    ...(base === null
      ? []
      : ([
          [
            'Base fee',
            <>
              {amount(gasUsed * base)}
              {perGas(base)}
              {vault(PREDEPLOYS.baseFeeVault)}
            </>,
          ],
          [
            'Priority fee',
            price === base ? (
              'none'
            ) : (
              <>
                {amount(gasUsed * (price - base))}
                {perGas(price - base)}
                {vault(PREDEPLOYS.priorityFeeVault)}
              </>
            ),
          ],
        ] as const)),
    ...(dataFee === 0n
      ? []
      : ([
          [
            'Data fee',
            <>
              {amount(dataFee)} for its bytes on the L1, to {vault(PREDEPLOYS.dataFeeVault)}
            </>,
          ],
        ] as const)),
    ...(view.maxFeePerGas === null
      ? []
      : ([
          [
            'Offered',
            `at most ${gwei(view.maxFeePerGas)} per gas, of it ${gwei(view.maxPriorityFeePerGas ?? 0n)} for the producer`,
          ],
        ] as const)),
  ];
}
