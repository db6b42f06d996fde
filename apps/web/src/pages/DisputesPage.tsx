import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ChallengeAnswer, DisputeList } from '@tephra/api';
import { useLayerChain } from '../chain/useChain.tsx';
import { Address } from '../components/Address.tsx';
import { Amount } from '../components/Amount.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { KeyValue } from '../components/KeyValue.tsx';
import { L1Time } from '../components/L1Time.tsx';
import { LinkButton } from '../components/LinkButton.tsx';
import { Loaded } from '../components/Loaded.tsx';
import { useDocumentTitle } from '../components/PageHeader.tsx';
import { Section } from '../components/Section.tsx';
import { Table } from '../components/Table.tsx';
import { ChallengeStatus } from '../disputes/ChallengeStatus.tsx';
import { claimText } from '../disputes/words.ts';
import { plural } from '../lib/format.ts';
import { ApiSnippet } from '../packs/ApiSnippet.tsx';
import { ListPages } from '../packs/ListPages.tsx';
import { disputesQuery } from '../packs/queries.ts';

const route = getRouteApi('/layers/$id/disputes');

/** Who said that a pack is wrong, and what came of it. */
export function DisputesPage() {
  const { cursor } = route.useSearch();
  const { id, layer } = useLayerChain();
  const query = useQuery(disputesQuery(id, cursor));
  useDocumentTitle(`Disputes about ${layer.name}`);
  return (
    <Loaded query={query} what="The disputes" rows={6}>
      {(list) => (
        <>
          <Section
            title="Disputes"
            note="Anybody may challenge a pack inside its window; the L1 decides by executing the one step that is contested."
          >
            {list.challengeManager === null ? (
              <EmptyState title={`Packs of ${layer.name} cannot be disputed`}>
                Its contracts name no dispute game, so its proposer is trusted. Layers that are launched now have one.
              </EmptyState>
            ) : list.items.length === 0 ? (
              <EmptyState
                title="Nobody has challenged a pack"
                action={
                  <LinkButton to="/layers/$id/packs" params={{ id }} variant="default">
                    See the packs
                  </LinkButton>
                }
              >
                <code>./tephra drill fraud</code> makes a layer whose proposer lies once, to watch what happens.
              </EmptyState>
            ) : (
              <Challenges id={id} list={list} />
            )}
            <ListPages to="/layers/$id/disputes" id={id} cursor={cursor} nextCursor={list.nextCursor} />
          </Section>
          {list.challengeManager !== null && <Terms list={list} manager={list.challengeManager} />}
          <ApiSnippet path={`/v1/flashlayer/${id}/disputes`} />
        </>
      )}
    </Loaded>
  );
}

function Challenges({ id, list }: { id: string; list: DisputeList }) {
  return (
    <Table<ChallengeAnswer>
      label="Challenges"
      rows={list.items}
      rowKey={(row) => row.id}
      columns={[
        {
          key: 'claim',
          header: 'Challenge',
          slot: 'main',
          render: (row) => (
            <Link to="/layers/$id/disputes/$challengeId" params={{ id, challengeId: row.id }} className="tp-link">
              {row.id}: {claimText(row)}
            </Link>
          ),
        },
        { key: 'status', header: 'State', slot: 'side', render: (row) => <ChallengeStatus challenge={row} /> },
        {
          key: 'games',
          header: 'Defences',
          slot: 'sub',
          render: (row) => (row.games.length === 0 ? 'no defence' : plural(row.games.length, 'defence')),
        },
        {
          key: 'challenger',
          header: 'Challenger',
          slot: 'hide',
          render: (row) => <Address value={row.challenger} copy={false} />,
        },
        {
          key: 'opened',
          header: 'Opened',
          align: 'right',
          slot: 'subside',
          render: (row) => <L1Time at={row.opened.at} />,
        },
      ]}
    />
  );
}

function Terms({ list, manager }: { list: DisputeList; manager: string }) {
  return (
    <Section title="Terms">
      <KeyValue
        items={[
          ['Bond of a challenge', <Amount key="c" value={BigInt(list.challengeBondWei)} unit="ETH" />],
          ['Bond of a defence', <Amount key="d" value={BigInt(list.defenceBondWei)} unit="ETH" />],
          ['Contract', <Address key="m" value={manager} full plain />],
        ]}
      />
    </Section>
  );
}
