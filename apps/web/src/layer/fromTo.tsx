import { type Address as AddressType, isAddressEqual, zeroAddress } from 'viem';
import { Address } from '../components/Address.tsx';
import type { Column } from '../components/Table.tsx';

/** Columns of whatever moved from one account to another; the zero address stands for making and destroying. */
export function fromTo<Row extends { from: AddressType; to: AddressType }>(layerId: string): Column<Row>[] {
  const party = (word: string, address: AddressType, none: string) =>
    isAddressEqual(address, zeroAddress) ? (
      <span style={{ color: 'var(--tp-dim)' }}>{none}</span>
    ) : (
      <>
        <span className="tp-phone">{word} </span>
        <Address value={address} layerId={layerId} copy={false} />
      </>
    );
  return [
    { key: 'from', header: 'From', slot: 'sub', render: (row) => party('from', row.from, 'newly made') },
    { key: 'to', header: 'To', slot: 'side', render: (row) => party('to', row.to, 'destroyed') },
  ];
}
