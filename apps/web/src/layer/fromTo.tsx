import { type Address as AddressType, isAddressEqual, zeroAddress } from 'viem';
import { Address } from '../components/Address.tsx';
import type { Column } from '../components/Table.tsx';

/** Columns of whatever moved from one account to another; the zero address stands for making and destroying. */
export function fromTo<Row extends { from: AddressType; to: AddressType }>(layerId: string): Column<Row>[] {
  const party = (address: AddressType, none: string) =>
    isAddressEqual(address, zeroAddress) ? (
      <span style={{ color: 'var(--tp-dim)' }}>{none}</span>
    ) : (
      <Address value={address} layerId={layerId} copy={false} />
    );
  return [
    {
      key: 'from',
      header: 'From',
      slot: 'sub',
      render: (row) => (
        <>
          <span className="tp-phone">from </span>
          {party(row.from, 'newly made')}
        </>
      ),
    },
    {
      key: 'to',
      header: 'To',
      slot: 'side',
      render: (row) => (
        <>
          <span className="tp-phone">to </span>
          {party(row.to, 'destroyed')}
        </>
      ),
    },
  ];
}
