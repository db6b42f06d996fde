import { SegmentedControl } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import classes from '../bridge/Bridge.module.css';
import { type AssetKind, DepositForm } from '../bridge/DepositForm.tsx';
import { equalCommand } from '../bridge/equal.ts';
import { History } from '../bridge/History.tsx';
import { useBridge } from '../bridge/useBridge.ts';
import { WithdrawForm } from '../bridge/WithdrawForm.tsx';
import { useLayerChain } from '../chain/useChain.tsx';
import { CodeSnippet } from '../components/CodeSnippet.tsx';
import { Notice } from '../components/Notice.tsx';
import { useDocumentTitle } from '../components/PageHeader.tsx';
import { Section } from '../components/Section.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { GoneNotice } from '../layer/GoneNotice.tsx';
import { useWallet } from '../wallet/wallet.tsx';

const route = getRouteApi('/layers/$id/bridge');

const ASSETS: { value: AssetKind; deposit: string; withdraw: string }[] = [
  { value: 'native', deposit: 'ETH', withdraw: 'Coin' },
  { value: 'erc20', deposit: 'ERC-20', withdraw: 'ERC-20' },
  { value: 'erc721', deposit: 'NFT', withdraw: 'NFT' },
];

/** ETH, ERC-20 and ERC-721 between the L1 and the layer, and where each transfer stands. */
export function BridgePage() {
  const { direction, asset } = route.useSearch();
  const navigate = route.useNavigate();
  const { layer, reachable } = useLayerChain();
  const { wallet } = useWallet();
  const bridge = useBridge();
  useDocumentTitle(`Bridge of ${layer.name}`);
  if (!reachable) return <GoneNotice />;
  if (bridge === undefined) return <TableSkeleton rows={6} />;
  const Form = direction === 'deposit' ? DepositForm : WithdrawForm;
  return (
    <div className={classes.columns}>
      <Section title={direction === 'deposit' ? `From the L1 to ${layer.name}` : `From ${layer.name} to the L1`}>
        <div className={classes.controls}>
          <SegmentedControl
            fullWidth
            aria-label="Direction"
            data={[
              { value: 'deposit', label: 'Deposit' },
              { value: 'withdraw', label: 'Withdraw' },
            ]}
            value={direction}
            onChange={(value) =>
              navigate({
                search: (search) => ({ ...search, direction: value === 'withdraw' ? 'withdraw' : 'deposit' }),
                replace: true,
              })
            }
          />
          <SegmentedControl
            fullWidth
            size="xs"
            aria-label="What"
            data={ASSETS.map((each) => ({ value: each.value, label: each[direction] }))}
            value={asset}
            onChange={(value) =>
              navigate({
                search: (search) => ({ ...search, asset: value === 'erc20' || value === 'erc721' ? value : 'native' }),
                replace: true,
              })
            }
          />
        </div>
        {layer.status !== 'STATUS_ACTIVE' && (
          <Notice tone="warn">{layer.name} is ending; its assets are paid on the L1 without the bridge.</Notice>
        )}
        {wallet === null && (
          <Notice tone="warn">Choose a wallet or a dev account in the top right corner first.</Notice>
        )}
        <Form key={`${direction}${asset}`} asset={asset} bridge={bridge} />
        <div className={classes.equal}>
          <CodeSnippet
            title="The same from the terminal"
            snippets={[{ label: 'CLI', code: equalCommand(layer.name, direction, asset) }]}
          />
        </div>
      </Section>
      {wallet !== null && <History bridge={bridge} account={wallet.address} />}
    </div>
  );
}
