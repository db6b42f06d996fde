import type { SettlementLedger } from '@tephra/api';
import { Address } from '../components/Address.tsx';
import { CodeSnippet } from '../components/CodeSnippet.tsx';
import { Section } from '../components/Section.tsx';
import { Table } from '../components/Table.tsx';
import { plural } from '../lib/format.ts';

type Left = SettlementLedger['unsettled'][number];

const KINDS = { erc20: 'ERC-20', erc721: 'ERC-721', erc1155: 'ERC-1155' } as const;
const REASONS: Record<Left['reason'], string> = {
  'over-quota': 'More owners than the settlement could ask for at once',
  refused: 'The token did not answer who owns it',
};

/** Tokens of which not everything is written down yet, and how anybody settles the rest. */
export function Unsettled({ tokens, rollup }: { tokens: readonly Left[]; rollup: string | null }) {
  const [first] = tokens;
  if (first === undefined) return null;
  return (
    <Section
      title="Left to an addendum"
      note="Not lost: anybody can settle these later from L1 data alone, for a bond that comes back and the L1 gas."
    >
      <Table<Left>
        label="Tokens left to an addendum"
        rows={tokens}
        rowKey={(row) => row.token}
        columns={[
          { key: 'token', header: 'Token on the layer', slot: 'main', render: (row) => <Address value={row.token} /> },
          {
            key: 'kind',
            header: 'Kind',
            slot: 'side',
            render: (row) => (row.standard === null ? 'unknown' : KINDS[row.standard]),
          },
          { key: 'why', header: 'Why', slot: 'sub', render: (row) => REASONS[row.reason] },
          {
            key: 'items',
            header: 'Left',
            align: 'right',
            slot: 'subside',
            render: (row) => (row.items === null ? 'not counted' : plural(row.items, 'item')),
          },
        ]}
      />
      {rollup !== null && (
        <div style={{ marginTop: 16 }}>
          <CodeSnippet
            title="Settle what was left"
            snippets={[
              {
                label: 'CLI',
                code: `./tephra settle --rollup ${rollup} --l1-rpc <url of the L1> \\\n  --addendum --token ${first.token}`,
              },
            ]}
          />
        </div>
      )}
    </Section>
  );
}
