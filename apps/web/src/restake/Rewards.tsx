import { Button } from '@mantine/core';
import type { StakerAnswer } from '@tephra/api';
import type { Address } from 'viem';
import { Amount } from '../components/Amount.tsx';
import { Section } from '../components/Section.tsx';
import { Table } from '../components/Table.tsx';
import { formatDuration } from '../lib/format.ts';
import { useSteps } from '../wallet/useSteps.ts';
import { planClaim } from './plans.ts';
import classes from './Restake.module.css';
import type { RestakingContext } from './RestakingGate.tsx';

type Reward = StakerAnswer['rewards'][number];

/** What AVSs paid to this account by the newest root, and the claim of all that is left of it. */
export function Rewards({ staker, context }: { staker: StakerAnswer; context: RestakingContext }) {
  const { deployment, l1Chain } = context;
  const claim = useSteps({
    chain: l1Chain,
    after: 'The contract checks the proof and pays to this account.',
    done: 'The rewards are in your account.',
    failed: 'The rewards were not claimed',
  });
  const { rewardsClaim, rewards } = staker;
  const decimalsOf = (token: Address) => deployment.strategies.find((each) => each.token === token)?.decimals ?? 18;
  return (
    <Section
      title="Rewards"
      actions={
        rewardsClaim !== null && (
          <Button
            size="xs"
            loading={claim.busy}
            onClick={() => void claim.run(async () => [planClaim(deployment, staker.address as Address, rewardsClaim)])}
          >
            Claim all
          </Button>
        )
      }
    >
      {rewards.length === 0 ? (
        <p className={classes.none}>
          None yet. AVSs pay for whole intervals of {formatDuration(deployment.calculationIntervalSeconds * 1_000)}, and
          what one earned can be claimed when its root is on the L1.
        </p>
      ) : (
        <Table<Reward>
          label="Rewards"
          rows={rewards}
          rowKey={(row) => row.token}
          columns={[
            { key: 'token', header: 'Token', slot: 'main', render: (row) => <strong>{row.symbol}</strong> },
            {
              key: 'earned',
              header: 'Earned',
              align: 'right',
              slot: 'sub',
              render: (row) => <Figure row={row} value={row.earned} decimals={decimalsOf(row.token)} word="earned" />,
            },
            {
              key: 'claimed',
              header: 'Claimed',
              align: 'right',
              slot: 'subside',
              render: (row) => <Figure row={row} value={row.claimed} decimals={decimalsOf(row.token)} word="claimed" />,
            },
            {
              key: 'claimable',
              header: 'Can be claimed',
              align: 'right',
              slot: 'side',
              render: (row) => (
                <Amount value={BigInt(row.claimable)} unit={row.symbol} decimals={decimalsOf(row.token)} />
              ),
            },
          ]}
        />
      )}
    </Section>
  );
}

/** A sum; on a phone, where there is no header, with the word for it. */
function Figure({ row, value, decimals, word }: { row: Reward; value: string; decimals: number; word: string }) {
  return (
    <>
      <Amount value={BigInt(value)} unit={row.symbol} decimals={decimals} /> <span className="tp-phone">{word}</span>
    </>
  );
}
