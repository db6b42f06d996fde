import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { CodeSnippet } from '../components/CodeSnippet.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import form from '../components/Form.module.css';
import { Loaded } from '../components/Loaded.tsx';
import { Notice } from '../components/Notice.tsx';
import { PageHeader } from '../components/PageHeader.tsx';
import { Section } from '../components/Section.tsx';
import { Delegation } from '../restake/Delegation.tsx';
import { equalSnippets } from '../restake/equal.ts';
import { Position } from '../restake/Position.tsx';
import { stakerQuery } from '../restake/queries.ts';
import { type RestakingContext, RestakingGate } from '../restake/RestakingGate.tsx';
import { Rewards } from '../restake/Rewards.tsx';
import { StakeForm } from '../restake/StakeForm.tsx';
import { UnstakeForm } from '../restake/UnstakeForm.tsx';
import { Withdrawals } from '../restake/Withdrawals.tsx';
import { useWallet } from '../wallet/wallet.tsx';

const route = getRouteApi('/restake');

/** The chosen account as a staker: what is at stake, behind whom, what waits and what it earned. */
export function RestakePage() {
  return (
    <>
      <PageHeader title="Restake" documentTitle="Restake">
        Stake behind an operator secures services (AVSs), earns what they pay, and is slashed when the operator proves
        wrong.
      </PageHeader>
      <RestakingGate>{(context) => <Restaking context={context} />}</RestakingGate>
    </>
  );
}

function Restaking({ context }: { context: RestakingContext }) {
  const { action, asset } = route.useSearch();
  const navigate = route.useNavigate();
  const { wallet, devAccounts } = useWallet();
  const staker = useQuery(stakerQuery(wallet?.address));
  const { strategies } = context.deployment;
  const strategy = strategies.find((each) => each.symbol === asset) ?? strategies[0];
  if (strategy === undefined) {
    return <EmptyState title="Nothing can be restaked here">This deployment has no strategy.</EmptyState>;
  }
  const dev = wallet?.kind === 'dev' ? devAccounts.find((each) => each.address === wallet.address) : undefined;
  const snippets = equalSnippets({
    action,
    symbol: strategy.symbol,
    account: wallet?.address,
    devIndex: dev?.index ?? null,
    origin: location.origin,
  });
  const key = `${action}${strategy.symbol}${wallet?.address ?? ''}`;
  return (
    <div className={form.columns}>
      <Section title={action === 'deposit' ? 'Restake' : 'Withdraw'}>
        <div className={form.controls}>
          <SegmentedControl
            fullWidth
            aria-label="Direction"
            data={[
              { value: 'deposit', label: 'Restake' },
              { value: 'withdraw', label: 'Withdraw' },
            ]}
            value={action}
            onChange={(value) =>
              navigate({
                search: (search) => ({ ...search, action: value === 'withdraw' ? 'withdraw' : 'deposit' }),
                replace: true,
              })
            }
          />
          <SegmentedControl
            fullWidth
            size="xs"
            aria-label="What"
            data={strategies.map(({ symbol }) => symbol)}
            value={strategy.symbol}
            onChange={(value) => navigate({ search: (search) => ({ ...search, asset: value }), replace: true })}
          />
        </div>
        {wallet === null && (
          <div className={form.notice}>
            <Notice tone="warn">Choose a wallet or a dev account in the top right corner first.</Notice>
          </div>
        )}
        {action === 'deposit' ? (
          <StakeForm key={key} strategy={strategy} context={context} />
        ) : (
          <UnstakeForm key={key} strategy={strategy} deposits={staker.data?.deposits} context={context} />
        )}
        <div className={form.equal}>
          <CodeSnippet title="The same from the terminal" snippets={snippets} />
        </div>
      </Section>
      <div>
        {wallet === null ? (
          <EmptyState title="No account is chosen">
            Its position, operator, withdrawals and rewards stand here.
          </EmptyState>
        ) : (
          <Loaded query={staker} what="The position" rows={8}>
            {(position) => (
              <>
                <Position staker={position} deployment={context.deployment} />
                <Delegation staker={position} context={context} />
                <Withdrawals queued={position.queuedWithdrawals} context={context} />
                <Rewards staker={position} context={context} />
              </>
            )}
          </Loaded>
        )}
      </div>
    </div>
  );
}
