import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type Address as AddressType, getAddress, type Hex, isAddress } from 'viem';
import { readTokenKind, type TokenStandard } from '../chain/tokenKind.ts';
import { useToken } from '../chain/tokens.ts';
import { useLayerChain } from '../chain/useChain.tsx';
import { Address } from '../components/Address.tsx';
import { Amount } from '../components/Amount.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { KeyValue } from '../components/KeyValue.tsx';
import { useName } from '../components/names.tsx';
import { useDocumentTitle } from '../components/PageHeader.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { ActivityList } from '../layer/ActivityList.tsx';
import { ContractTab } from '../layer/ContractTab.tsx';
import { GoneNotice } from '../layer/GoneNotice.tsx';
import { Holdings, useHoldings } from '../layer/Holdings.tsx';
import { HoldersTab, ItemsTab, TokenLine, TransfersTab } from '../layer/TokenTabs.tsx';
import { formatCount, shortHex } from '../lib/format.ts';
import classes from './Explorer.module.css';

const route = getRouteApi('/layers/$id/address/$address');
const TABS = ['activity', 'holdings', 'transfers', 'holders', 'items', 'contract'] as const;

/** An account, a contract or a token of the layer. */
export function AddressPage() {
  const { address: text } = route.useParams();
  const { reachable } = useLayerChain();
  useDocumentTitle(`Address ${shortHex(text)}`);
  if (!reachable) return <GoneNotice />;
  if (!isAddress(text, { strict: false })) {
    return <EmptyState title="That is no address">An address is 0x and 40 hexadecimal digits.</EmptyState>;
  }
  return <AddressView key={text} address={getAddress(text)} />;
}

function AddressView({ address }: { address: AddressType }) {
  const { id, client, symbol, decimals } = useLayerChain();
  const name = useName(address);
  const account = useQuery({
    queryKey: ['account', id, address],
    queryFn: async () => {
      const [balance, nonce, code] = await Promise.all([
        client.getBalance({ address }),
        client.getTransactionCount({ address }),
        client.getCode({ address }),
      ]);
      return { balance, nonce, code: code ?? '0x' };
    },
    refetchInterval: 4_000,
  });
  const code = account.data?.code ?? '0x';
  const isContract = code !== '0x';
  const kind = useQuery({
    queryKey: ['token-kind', id, address, code.length],
    queryFn: () => readTokenKind(client, address),
    enabled: isContract,
    refetchInterval: 10_000,
  });
  const token = kind.data ?? null;
  return (
    <>
      <div className={classes.head}>
        <h2 className={classes.sentence}>
          <Kind isContract={isContract} address={address} name={name} />
        </h2>
      </div>
      {account.isError && account.data === undefined ? (
        <ErrorState title="The account could not be read" error={account.error} onRetry={() => account.refetch()} />
      ) : account.data === undefined ? (
        <TableSkeleton rows={3} />
      ) : (
        <KeyValue
          items={[
            ['Address', <Address key="a" value={address} full />],
            ['Balance', <Amount key="b" value={account.data.balance} unit={symbol} decimals={decimals} />],
            // A contract's nonce begins at 1 (EIP-161) and counts what it created.
            ...(isContract
              ? account.data.nonce > 1
                ? [['Contracts created', formatCount(account.data.nonce - 1)] as const]
                : []
              : [['Transactions sent', formatCount(account.data.nonce)] as const]),
            ...(token === null
              ? []
              : [
                  [
                    'Token',
                    <TokenLine key="t" token={address} standard={token.standard} supply={token.supply} />,
                  ] as const,
                ]),
          ]}
        />
      )}
      {account.data !== undefined && (
        <Parts address={address} code={code} standard={token === null ? null : token.standard} />
      )}
    </>
  );
}

function Parts({ address, code, standard }: { address: AddressType; code: Hex; standard: TokenStandard | null }) {
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const holdings = useHoldings(address);
  const isContract = code !== '0x';
  const shown = {
    activity: true,
    holdings: true,
    transfers: standard !== null,
    holders: standard !== null,
    items: standard === 'erc721' || standard === 'erc1155',
    contract: isContract,
  };
  const count = holdings.data?.length ?? 0;
  return (
    <Tabs
      value={shown[tab] ? tab : 'activity'}
      onChange={(value) =>
        navigate({ search: { tab: TABS.find((each) => each === value) ?? 'activity' }, replace: true })
      }
      mt={32}
      color="gray"
      keepMounted={false}
    >
      <Tabs.List mb="md" className={classes.tabs}>
        <Tabs.Tab value="activity">Activity</Tabs.Tab>
        <Tabs.Tab value="holdings">Holds{count === 0 ? '' : ` (${count})`}</Tabs.Tab>
        {shown.transfers && <Tabs.Tab value="transfers">Transfers</Tabs.Tab>}
        {shown.holders && <Tabs.Tab value="holders">Holders</Tabs.Tab>}
        {shown.items && <Tabs.Tab value="items">Items</Tabs.Tab>}
        {shown.contract && <Tabs.Tab value="contract">Contract</Tabs.Tab>}
      </Tabs.List>
      <Tabs.Panel value="activity">
        <ActivityList address={address} />
      </Tabs.Panel>
      <Tabs.Panel value="holdings">
        <Holdings address={address} />
      </Tabs.Panel>
      {standard !== null && (
        <>
          <Tabs.Panel value="transfers">
            <TransfersTab token={address} standard={standard} />
          </Tabs.Panel>
          <Tabs.Panel value="holders">
            <HoldersTab token={address} standard={standard} />
          </Tabs.Panel>
          <Tabs.Panel value="items">
            <ItemsTab token={address} standard={standard} />
          </Tabs.Panel>
        </>
      )}
      <Tabs.Panel value="contract">
        {isContract && <ContractTab address={address} code={code} standard={standard} />}
      </Tabs.Panel>
    </Tabs>
  );
}

function Kind({ isContract, address, name }: { isContract: boolean; address: AddressType; name: string | undefined }) {
  const facts = useToken(address);
  if (isContract && facts?.name) return `${facts.name}${facts.symbol ? ` (${facts.symbol})` : ''}`;
  if (name !== undefined) return name;
  return isContract ? `Contract ${shortHex(address)}` : `Account ${shortHex(address)}`;
}
