import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useLayerChain } from '../chain/useChain.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { Loaded } from '../components/Loaded.tsx';
import { useDocumentTitle } from '../components/PageHeader.tsx';
import { Section } from '../components/Section.tsx';
import { Stats } from '../components/Stat.tsx';
import { ContestedNotice } from '../disputes/ContestedNotice.tsx';
import { formatCount } from '../lib/format.ts';
import { ApiSnippet } from '../packs/ApiSnippet.tsx';
import { ListPages } from '../packs/ListPages.tsx';
import classes from '../packs/Packs.module.css';
import { PackTable } from '../packs/PackTable.tsx';
import { packsQuery } from '../packs/queries.ts';

const route = getRouteApi('/layers/$id/packs');

/** What the layer claims on the L1, and how much of it can still be challenged. */
export function PacksPage() {
  const { cursor } = route.useSearch();
  const { id, layer } = useLayerChain();
  const query = useQuery(packsQuery(id, cursor));
  useDocumentTitle(`Packs of ${layer.name}`);
  return (
    <Loaded query={query} what="The packs" rows={10}>
      {(list) => {
        const newest = list.items.find((pack) => pack.status !== 'reverted');
        return (
          <>
            {list.firstContested !== null && <ContestedNotice id={id} pack={list.firstContested} />}
            {cursor === undefined && list.items.length > 0 && (
              <div className={classes.figures}>
                <Stats
                  items={[
                    { label: 'On the L1 up to block', value: formatCount(newest?.lastBlock ?? 0) },
                    {
                      label: 'Final up to pack',
                      value: list.finalisedPack === 0 ? 'none yet' : formatCount(list.finalisedPack),
                    },
                    {
                      label: 'Contested from pack',
                      value: list.firstContested === null ? 'none' : formatCount(list.firstContested),
                    },
                  ]}
                />
              </div>
            )}
            <Section
              title={cursor === undefined ? 'Newest packs' : 'Older packs'}
              note="A pack claims the state after each of its blocks. Until its window ends, anybody can challenge it."
            >
              {list.items.length === 0 ? (
                <EmptyState title="No pack is on the L1 yet">
                  {layer.name} posts its blocks in packs every few seconds, and at least after a while without
                  transactions.
                </EmptyState>
              ) : (
                <PackTable id={id} packs={list.items} />
              )}
              <ListPages to="/layers/$id/packs" id={id} cursor={cursor} nextCursor={list.nextCursor} />
            </Section>
            <ApiSnippet path={`/v1/flashlayer/${id}/packs`} />
          </>
        );
      }}
    </Loaded>
  );
}
