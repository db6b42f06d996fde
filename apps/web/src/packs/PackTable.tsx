import { Link } from '@tanstack/react-router';
import type { PackAnswer } from '@tephra/api';
import { Address } from '../components/Address.tsx';
import { L1Hash } from '../components/L1Hash.tsx';
import { L1Time } from '../components/L1Time.tsx';
import { Table } from '../components/Table.tsx';
import { formatCount } from '../lib/format.ts';
import { BlockRange } from './BlockRange.tsx';
import { PackStatus, PackWindow } from './PackStatus.tsx';
import { CertificateLink } from './VouchedBy.tsx';

/** Packs as rows; those that were reverted stay beside those that took their place. */
export function PackTable({ id, packs }: { id: string; packs: readonly PackAnswer[] }) {
  return (
    <Table<PackAnswer>
      label="Packs"
      rows={packs}
      rowKey={(row) => row.posted.transactionHash}
      columns={[
        {
          key: 'index',
          header: 'Pack',
          slot: 'main',
          render: (row) => (
            <Link to="/layers/$id/packs/$index" params={{ id, index: String(row.index) }} className="tp-link tp-mono">
              <span className="tp-phone">Pack </span>
              {formatCount(row.index)}
            </Link>
          ),
        },
        { key: 'status', header: 'State', slot: 'side', render: (row) => <PackStatus pack={row} /> },
        { key: 'blocks', header: 'Blocks', slot: 'sub', render: (row) => <BlockRange id={id} pack={row} /> },
        { key: 'window', header: 'Challenge window', slot: 'subside', render: (row) => <PackWindow pack={row} /> },
        {
          key: 'by',
          header: 'Posted by',
          slot: 'hide',
          render: (row) =>
            row.certificate === null ? (
              <Address value={row.proposer} copy={false} />
            ) : (
              <>
                VITAL <CertificateLink certificate={row.certificate} />
              </>
            ),
        },
        {
          key: 'tx',
          header: 'L1 transaction',
          slot: 'hide',
          render: (row) => <L1Hash value={row.posted.transactionHash} />,
        },
        {
          key: 'age',
          header: 'Posted',
          align: 'right',
          slot: 'hide',
          render: (row) => <L1Time at={row.posted.at} />,
        },
      ]}
    />
  );
}
