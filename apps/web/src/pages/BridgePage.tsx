import { SegmentedControl } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { BringPanel } from '../bridge/BringPanel.tsx';
import { DepositForm } from '../bridge/DepositForm.tsx';
import { equalCommand } from '../bridge/equal.ts';
import { ForcedForm } from '../bridge/ForcedForm.tsx';
import { History } from '../bridge/History.tsx';
import { ASSET_KINDS, kindsOf } from '../bridge/kinds.ts';
import { useBridge } from '../bridge/useBridge.ts';
import { WithdrawForm } from '../bridge/WithdrawForm.tsx';
import { useLayerChain } from '../chain/useChain.tsx';
import { CodeSnippet } from '../components/CodeSnippet.tsx';
import classes from '../components/Form.module.css';
import { Notice } from '../components/Notice.tsx';
import { useDocumentTitle } from '../components/PageHeader.tsx';
import { Section } from '../components/Section.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { GoneNotice } from '../layer/GoneNotice.tsx';
import { useLayer } from '../lib/queries.ts';
import { useWallet } from '../wallet/wallet.tsx';

const route = getRouteApi('/layers/$id/bridge');

/** Coin and tokens of every standard between the L1 and the layer, and where each transfer stands. */
export function BridgePage() {
  const { direction, asset: asked } = route.useSearch();
  const navigate = route.useNavigate();
  const { layer, symbol, reachable } = useLayerChain();
  const { wallet } = useWallet();
  const bridge = useBridge();
  const imports = useLayer(layer.id).data?.imports;
  useDocumentTitle(`Bridge of ${layer.name}`);
  if (!reachable) return <GoneNotice />;
  if (bridge === undefined) return <TableSkeleton rows={6} />;
  const kinds = kindsOf(direction, layer.settings.currencyMode ?? 'issued', symbol);
  const asset = kinds.find((each) => each.value === asked)?.value ?? kinds[0]?.value ?? 'native';
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
            data={kinds}
            value={asset}
            onChange={(value) =>
              navigate({
                search: (search) => ({ ...search, asset: ASSET_KINDS.find((each) => each === value) ?? 'native' }),
                replace: true,
              })
            }
          />
        </div>
        {layer.status !== 'STATUS_ACTIVE' && (
          <div className={classes.notice}>
            <Notice tone="warn">{layer.name} is ending; its assets are paid on the L1 without the bridge.</Notice>
          </div>
        )}
        {wallet === null && (
          <div className={classes.notice}>
            <Notice tone="warn">Choose a wallet or a dev account in the top right corner first.</Notice>
          </div>
        )}
        <Form key={`${direction}${asset}`} asset={asset} bridge={bridge} />
        <div className={classes.equal}>
          <CodeSnippet
            title="The same from the terminal"
            snippets={[{ label: 'CLI', code: equalCommand(layer.name, direction, asset) }]}
          />
        </div>
        {layer.status === 'STATUS_ACTIVE' && <ForcedForm bridge={bridge} />}
      </Section>
      {wallet !== null && (
        <div>
          {imports && imports.tokens.length > 0 && layer.status === 'STATUS_ACTIVE' && (
            <BringPanel imports={imports} bridge={bridge} account={wallet.address} />
          )}
          <History bridge={bridge} account={wallet.address} />
        </div>
      )}
    </div>
  );
}
