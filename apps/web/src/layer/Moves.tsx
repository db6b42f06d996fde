import type { Address as AddressType } from 'viem';
import { type Part, thing } from '../chain/parts.ts';
import type { TransactionView } from '../chain/transaction.ts';
import { transfersOf } from '../chain/transfers.ts';
import { useLayerChain } from '../chain/useChain.tsx';
import { Section } from '../components/Section.tsx';
import { Table } from '../components/Table.tsx';
import { formatCount } from '../lib/format.ts';
import { fromTo } from './fromTo.tsx';
import { Sentence } from './Sentence.tsx';

type Move = { key: string; what: Part; from: AddressType; to: AddressType };

const SHOWN = 40;

/** Every coin, token and NFT that a transaction moved: from whom to whom. */
export function Moves({ view }: { view: TransactionView }) {
  const { id } = useLayerChain();
  const { receipt } = view;
  if (receipt === null || receipt.status === 'reverted') return null;
  const target = view.to ?? receipt.contractAddress;
  const moves: Move[] = transfersOf(receipt.logs).map((transfer, at) => ({
    key: String(at),
    what: thing(transfer),
    from: transfer.from,
    to: transfer.to,
  }));
  if (view.value > 0n && target !== null) {
    moves.unshift({ key: 'coin', what: { kind: 'coin', value: view.value }, from: view.from, to: target });
  }
  if (moves.length === 0) return null;
  return (
    <Section
      title="What moved"
      note={moves.length > SHOWN ? `the first ${SHOWN} of ${formatCount(moves.length)}` : undefined}
    >
      <Table<Move>
        label="What moved"
        rows={moves.slice(0, SHOWN)}
        rowKey={(row) => row.key}
        columns={[
          { key: 'what', header: 'What', slot: 'main', render: (row) => <Sentence parts={[row.what]} /> },
          ...fromTo<Move>(id),
        ]}
      />
    </Section>
  );
}
