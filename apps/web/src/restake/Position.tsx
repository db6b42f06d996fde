import type { RestakingDeploymentAnswer, RestakingStrategy, StakerAnswer } from '@tephra/api';
import { Amount } from '../components/Amount.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { Section } from '../components/Section.tsx';
import { StatusDot } from '../components/StatusDot.tsx';
import { Table } from '../components/Table.tsx';
import { formatPercent } from '../lib/format.ts';

type Row = { strategy: RestakingStrategy; underlying: bigint; slashed: number };

/** What the account has at stake, strategy by strategy, and what slashing took of it. */
export function Position({ staker, deployment }: { staker: StakerAnswer; deployment: RestakingDeploymentAnswer }) {
  const rows = staker.deposits.flatMap<Row>((deposit) => {
    const strategy = deployment.strategies.find((each) => each.strategy === deposit.strategy);
    if (strategy === undefined || deposit.depositShares === '0') return [];
    return [{ strategy, underlying: BigInt(deposit.underlying), slashed: slashedPart(deposit) }];
  });
  return (
    <Section title="Position" note="What is at stake now. Slashing makes it less; it never makes it more.">
      {rows.length === 0 ? (
        <EmptyState title="Nothing is restaked by this account">
          Restake ETH or a token with the form, then choose an operator.
        </EmptyState>
      ) : (
        <Table<Row>
          label="Position"
          rows={rows}
          rowKey={(row) => row.strategy.strategy}
          columns={[
            {
              key: 'asset',
              header: 'Asset',
              slot: 'main',
              render: ({ strategy }) => <strong>{strategy.symbol}</strong>,
            },
            {
              key: 'kind',
              header: 'Kind',
              slot: 'sub',
              render: ({ strategy }) => KINDS[strategy.kind],
            },
            {
              key: 'slashed',
              header: 'Slashed',
              slot: 'subside',
              render: ({ slashed }) =>
                slashed === 0 ? (
                  <StatusDot tone="done">Not slashed</StatusDot>
                ) : (
                  <StatusDot tone="bad">{formatPercent(slashed)} slashed</StatusDot>
                ),
            },
            {
              key: 'amount',
              header: 'Can be withdrawn',
              align: 'right',
              slot: 'side',
              render: ({ underlying, strategy }) => (
                <Amount value={underlying} unit={strategy.symbol} decimals={strategy.decimals} />
              ),
            },
          ]}
        />
      )}
    </Section>
  );
}

export const KINDS: Record<RestakingStrategy['kind'], string> = {
  native: 'The L1’s coin',
  lst: 'Liquid staking token',
  dapp: 'Token of an application',
};

/** Part of the deposit shares that is gone, 0 to 1. */
function slashedPart({ depositShares, withdrawableShares }: StakerAnswer['deposits'][number]): number {
  const deposited = BigInt(depositShares);
  const left = BigInt(withdrawableShares);
  // Rounding of a few wei is no slashing.
  if (deposited === 0n || deposited - left < 1_000n) return 0;
  return Number(((deposited - left) * 1_000_000n) / deposited) / 1_000_000;
}
