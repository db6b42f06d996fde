import { useQuery } from '@tanstack/react-query';
import type { PlatformInfo } from '@tephra/api';
import { type Address as AddressType, getAddress } from 'viem';
import { l1ChainOf, publicClientOf } from '../chain/layerChain.ts';
import { Amount } from '../components/Amount.tsx';
import { CopyButton } from '../components/CopyButton.tsx';
import { DevTag } from '../components/DevTag.tsx';
import { Hash } from '../components/Hash.tsx';
import { Section } from '../components/Section.tsx';
import { Table } from '../components/Table.tsx';
import { shortHex } from '../lib/format.ts';
import classes from './DevAccounts.module.css';

type Row = { index: number; address: AddressType; privateKey: string; balance: bigint | undefined };

/** The embedded L1's funded accounts. Their keys are public knowledge, which every row says. */
export function DevAccounts({
  accounts,
  l1,
}: {
  accounts: NonNullable<PlatformInfo['accounts']>;
  l1: PlatformInfo['l1'];
}) {
  const balances = useQuery({
    queryKey: ['dev-balances', l1.rpcUrl, accounts.length],
    queryFn: () =>
      Promise.all(
        accounts.map((account) => publicClientOf(l1ChainOf(l1)).getBalance({ address: getAddress(account.address) })),
      ),
    refetchInterval: 10_000,
  });
  const rows = accounts.map<Row>((account, index) => ({
    index,
    address: getAddress(account.address),
    privateKey: account.privateKey,
    balance: balances.data?.[index],
  }));
  return (
    <Section
      title="Accounts"
      note={
        <>
          <DevTag /> These keys are known to everybody. Never send anything of value to them.
        </>
      }
    >
      <Table
        label="Dev accounts"
        rows={rows}
        rowKey={(row) => row.address}
        columns={[
          { key: 'name', header: 'Account', slot: 'hide', render: (row) => row.index, width: '72px' },
          {
            key: 'address',
            header: 'Address',
            slot: 'main',
            render: (row) => <Hash value={row.address} label={`address of account ${row.index}`} />,
          },
          {
            key: 'key',
            header: 'Private key',
            slot: 'sub',
            render: (row) => (
              <span className={classes.key}>
                <span className="tp-mono">{shortHex(row.privateKey, 10, 6)}</span>
                <CopyButton value={row.privateKey} label={`private key of account ${row.index}, DEV ONLY`} />
              </span>
            ),
          },
          {
            key: 'balance',
            header: 'On the L1',
            align: 'right',
            slot: 'side',
            render: (row) =>
              row.balance === undefined ? '' : <Amount value={row.balance} unit="ETH" maxFraction={3} />,
          },
        ]}
      />
    </Section>
  );
}
