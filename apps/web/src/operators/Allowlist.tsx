import { Button, Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { AvsAnswer } from '@tephra/api';
import { operatorAllowlistAbi } from '@tephra/l1/abis';
import { useState } from 'react';
import { type Address, getAddress, isAddress, isAddressEqual, type PublicClient } from 'viem';
import { Address as AddressText } from '../components/Address.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { useName } from '../components/names.tsx';
import { Section } from '../components/Section.tsx';
import { StatusDot } from '../components/StatusDot.tsx';
import { Table } from '../components/Table.tsx';
import { shortHex } from '../lib/format.ts';
import type { RestakingContext } from '../restake/RestakingGate.tsx';
import { useSteps } from '../wallet/useSteps.ts';
import { useWallet } from '../wallet/wallet.tsx';
import { planListing, planSwitch } from './allowlistPlans.ts';
import { OperatorLink } from './OperatorLink.tsx';
import classes from './Operators.module.css';

/** Who may register with the AVS; its owner and manager change that here, by transactions. */
export function Allowlist({
  avs,
  address,
  context,
}: {
  avs: AvsAnswer;
  /** The contract that holds the list. */
  address: Address;
  context: RestakingContext;
}) {
  const { wallet } = useWallet();
  const { allowlist } = avs;
  const roles = useQuery({
    queryKey: ['restaking', 'allowlist-roles', address],
    queryFn: () => readRoles(context.l1, address),
    staleTime: 30_000,
  }).data;
  const is = (role: Address | undefined) =>
    role !== undefined && wallet !== null && isAddressEqual(wallet.address, role);
  const owner = is(roles?.owner);
  const manages = owner || is(roles?.manager);
  const change = useSteps({
    chain: context.l1Chain,
    after: 'Operators that are registered stay; this is about who may come.',
    done: 'The allowlist is changed; the page shows it in a few seconds.',
    failed: 'The allowlist was not changed',
  });
  return (
    <Section
      title="Allowlist"
      note="While it is on, only these operators may register."
      actions={
        <Switch
          label={allowlist.enabled ? 'On' : 'Off'}
          aria-label="Allowlist"
          checked={allowlist.enabled}
          disabled={!owner || change.busy}
          onChange={() => void change.run(async () => [planSwitch(address, !allowlist.enabled)])}
        />
      }
    >
      {manages && <Add allowlist={address} change={change} listed={allowlist.operators} />}
      {allowlist.operators.length === 0 ? (
        <EmptyState title="Nobody is on the list">
          {allowlist.enabled ? 'So nobody can register at the moment.' : 'It is off, so everybody can register.'}
        </EmptyState>
      ) : (
        <Table<Address>
          label="Allowed operators"
          rows={allowlist.operators}
          rowKey={(row) => row}
          columns={[
            { key: 'operator', header: 'Operator', slot: 'main', render: (row) => <OperatorLink address={row} /> },
            {
              key: 'state',
              header: 'In the AVS',
              slot: 'sub',
              render: (row) =>
                avs.operators.some((each) => isAddressEqual(each.address, row)) ? (
                  <StatusDot tone="good">Registered</StatusDot>
                ) : (
                  <StatusDot tone="idle">Not registered</StatusDot>
                ),
            },
            {
              key: 'act',
              header: '',
              slot: 'side',
              align: 'right',
              render: (row) => (manages ? <Remove allowlist={address} operator={row} change={change} /> : null),
            },
          ]}
        />
      )}
      {roles !== undefined && manages && !owner && (
        <p className={classes.note}>
          Only its owner <AddressText value={roles.owner} /> turns it on and off.
        </p>
      )}
      {roles !== undefined && !manages && (
        <p className={classes.note}>
          Changed by its manager <AddressText value={roles.manager} /> and its owner <AddressText value={roles.owner} />
          , who also turns it on and off. Choose that account to do so here.
        </p>
      )}
    </Section>
  );
}

type Change = ReturnType<typeof useSteps>;

function Add({ allowlist, listed, change }: { allowlist: Address; listed: readonly Address[]; change: Change }) {
  const [text, setText] = useState('');
  const address = text.trim();
  const valid = isAddress(address, { strict: false });
  const there = valid && listed.some((each) => isAddressEqual(each, address));
  const submit = async () => {
    if (!valid || there) return;
    const operator = getAddress(address);
    if (await change.run(async () => [planListing(allowlist, operator, true, shortHex(operator))])) setText('');
  };
  return (
    <form
      className={classes.add}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextInput
        label="Operator to allow"
        placeholder="0x…"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        error={
          address !== '' && !valid
            ? 'An address is 0x and 40 hexadecimal digits.'
            : there
              ? 'It is on the list already.'
              : undefined
        }
        spellCheck={false}
        autoComplete="off"
        className={classes.field}
        styles={{ input: { fontFamily: 'var(--tp-mono)', fontSize: 12.5 } }}
      />
      <Button type="submit" variant="default" disabled={!valid || there} loading={change.busy}>
        Allow
      </Button>
    </form>
  );
}

function Remove({ allowlist, operator, change }: { allowlist: Address; operator: Address; change: Change }) {
  const name = useName(operator) ?? shortHex(operator);
  return (
    <Button
      size="compact-xs"
      variant="default"
      disabled={change.busy}
      aria-label={`Remove ${name}`}
      onClick={() => void change.run(async () => [planListing(allowlist, operator, false, name)])}
    >
      Remove
    </Button>
  );
}

async function readRoles(l1: PublicClient, address: Address): Promise<{ owner: Address; manager: Address }> {
  const [owner, manager] = await Promise.all([
    l1.readContract({ address, abi: operatorAllowlistAbi, functionName: 'owner' }),
    l1.readContract({ address, abi: operatorAllowlistAbi, functionName: 'allowlistManager' }),
  ]);
  return { owner, manager };
}
