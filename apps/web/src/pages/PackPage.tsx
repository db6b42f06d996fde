import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ApiError, type PackAnswer, type PackContent, type PackDetail } from '@tephra/api';
import { useState } from 'react';
import { useLayerChain } from '../chain/useChain.tsx';
import { Address } from '../components/Address.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { Hash } from '../components/Hash.tsx';
import { KeyValue } from '../components/KeyValue.tsx';
import { L1Hash } from '../components/L1Hash.tsx';
import { L1Time } from '../components/L1Time.tsx';
import { LinkButton } from '../components/LinkButton.tsx';
import { Loaded } from '../components/Loaded.tsx';
import { Notice } from '../components/Notice.tsx';
import { useDocumentTitle } from '../components/PageHeader.tsx';
import { Section } from '../components/Section.tsx';
import { Table } from '../components/Table.tsx';
import { DisputeLinks } from '../disputes/DisputeLinks.tsx';
import { formatCount, plural } from '../lib/format.ts';
import { useLayer, usePlatform } from '../lib/queries.ts';
import { ApiSnippet } from '../packs/ApiSnippet.tsx';
import { BlockRange } from '../packs/BlockRange.tsx';
import { PackStatus, PackWindow } from '../packs/PackStatus.tsx';
import classes from '../packs/Packs.module.css';
import { PackTable } from '../packs/PackTable.tsx';
import { packQuery } from '../packs/queries.ts';
import { VouchedBy } from '../packs/VouchedBy.tsx';
import { PACK_WORDS } from '../packs/words.ts';
import explorer from './Explorer.module.css';

const route = getRouteApi('/layers/$id/packs/$index');
const UNKNOWN = new Set(['NOT_FOUND', 'INVALID_ARGUMENT']);

/** One pack: what it claims, where its data lies, and what can still happen to it. */
export function PackPage() {
  const { index } = route.useParams();
  const { id, layer } = useLayerChain();
  const query = useQuery(packQuery(id, index));
  useDocumentTitle(`Pack ${index} of ${layer.name}`);
  if (query.error instanceof ApiError && UNKNOWN.has(query.error.code) && query.data === undefined) {
    return (
      <EmptyState
        title={`${layer.name} has no pack ${index}`}
        action={
          <LinkButton to="/layers/$id/packs" params={{ id }} variant="default">
            All packs
          </LinkButton>
        }
      >
        It may not be posted yet, or it was reverted and nothing has taken its place.
      </EmptyState>
    );
  }
  return (
    <Loaded query={query} what="The pack" rows={8}>
      {(detail) => <Detail id={id} detail={detail} />}
    </Loaded>
  );
}

function Detail({ id, detail }: { id: string; detail: PackDetail }) {
  const [pack, ...earlier] = detail.postings;
  const rebuild = useRebuildCommand(id);
  if (pack === undefined) return null;
  const blocks = pack.lastBlock - pack.firstBlock + 1;
  return (
    <>
      <div className={explorer.head}>
        <h2 className={explorer.sentence}>
          Pack {formatCount(pack.index)} claims {plural(blocks, 'block')}.
        </h2>
        <PackStatus pack={pack} />
      </div>
      <State id={id} pack={pack} />
      <Section title="On the L1">
        <KeyValue
          items={[
            ['Blocks', <BlockRange key="b" id={id} pack={pack} />],
            ['Challenge window', <PackWindow key="w" pack={pack} />],
            [
              'Window ends',
              <span key="e">
                <L1Time at={pack.windowEnd} absolute /> by the L1’s clock
              </span>,
            ],
            [
              'Stands for it',
              pack.certificate === null ? (
                'the bond of who posted it'
              ) : (
                <VouchedBy key="v" certificate={pack.certificate} />
              ),
            ],
            ['Posted by', <Address key="p" value={pack.proposer} full />],
            [
              'L1 transaction',
              <span key="t">
                <L1Hash value={pack.posted.transactionHash} /> in L1 block {formatCount(pack.posted.l1Block)},{' '}
                <L1Time at={pack.posted.at} />
              </span>,
            ],
            ['Output root', <Hash key="o" value={pack.outputRoot} label="output root" full />],
            ['Pack hash', <Hash key="h" value={pack.packHash} label="pack hash" full />],
            ...(pack.terminal ? [['Kind', 'the last pack of the layer, or an addendum to it'] as const] : []),
            [
              'Challenges',
              pack.challenges.length === 0 ? 'none' : <DisputeLinks key="c" id={id} challenges={pack.challenges} />,
            ],
          ]}
        />
      </Section>
      {detail.content === null ? (
        <Section title="What it claims">
          <Notice tone="info" title="Another contract posted it">
            Its call cannot be read here; the pack hash above commits to all of it.
          </Notice>
        </Section>
      ) : (
        <Content id={id} pack={pack} content={detail.content} />
      )}
      {earlier.length > 0 && (
        <Section title="Posted before" note="Packs of this index that the L1 voided, newest first.">
          <PackTable id={id} packs={earlier} />
        </Section>
      )}
      <ApiSnippet
        path={`/v1/flashlayer/${id}/packs/${pack.index}`}
        more={rebuild === null ? [] : [{ label: 'Rebuild', code: rebuild }]}
      />
    </>
  );
}

function State({ id, pack }: { id: string; pack: PackAnswer }) {
  const { means } = PACK_WORDS[pack.status];
  if (pack.reverted !== null) {
    const { reverted } = pack;
    return (
      <div className={classes.notice}>
        <Notice
          tone="bad"
          title={`Voided on the L1 together with every pack from ${formatCount(reverted.fromIndex)} on`}
        >
          <p>
            {reverted.challengeId === null ? (
              'The contract that settles disputes voided it'
            ) : (
              <>
                <DisputeLinks id={id} challenges={[reverted.challengeId]} /> showed that it claims something wrong
              </>
            )}
            , <L1Time at={reverted.at} />, in <L1Hash value={reverted.transactionHash} />. Transactions in its blocks
            went back to “sealed”; the layer posts its blocks again from the last pack that stands.
          </p>
        </Notice>
      </div>
    );
  }
  if (pack.status !== 'contested') return null;
  return (
    <div className={classes.notice}>
      <Notice tone="warn" title={pack.waitsFor === pack.index ? 'It is disputed' : `Pack ${pack.waitsFor} is disputed`}>
        {means}
      </Notice>
    </div>
  );
}

function Content({ id, pack, content }: { id: string; pack: PackAnswer; content: PackContent }) {
  return (
    <>
      <Section title="What it claims">
        <KeyValue
          items={[
            ['State root after it', <Hash key="s" value={content.stateRoot} label="state root" full />],
            ['Last block', <Hash key="b" value={content.blockHash} label="block hash" full />],
            ['Outbox root', <Hash key="o" value={content.outboxRoot} label="outbox root" full />],
            ['Inbox', `${plural(content.inboxPosition, 'message')} of the L1 carried out so far`],
            [
              'L1 origin',
              <span key="l">
                block {formatCount(content.l1Origin.number)}{' '}
                <Hash value={content.l1Origin.hash} label="hash of the L1 origin" />
              </span>,
            ],
            ['Builds on', <Hash key="p" value={content.parentOutputRoot} label="output root before it" full />],
            ['Content root', <Hash key="c" value={content.contentRoot} label="content root" full />],
          ]}
        />
      </Section>
      <Section
        title={`Frames (${formatCount(content.frames.length)})`}
        note="The transactions, compressed, as calldata of the L1."
      >
        {content.frames.length === 0 ? (
          <p className={classes.dim}>None: its blocks hold nothing that does not follow from the L1.</p>
        ) : (
          <ul className={classes.frames}>
            {content.frames.map((frame) => (
              <li key={frame.hash}>
                <Hash value={frame.hash} label="frame hash" />
                {frame.bytes !== null && <span className="tp-num">{plural(frame.bytes, 'byte')}</span>}
                {frame.transactionHash !== null && (
                  <span>
                    in <L1Hash value={frame.transactionHash} />
                  </span>
                )}
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section
        title={`Output roots (${formatCount(content.outputRoots.length)})`}
        note="One for the state after each block; each can be challenged by itself."
      >
        <Roots id={id} firstBlock={pack.firstBlock} roots={content.outputRoots} />
      </Section>
    </>
  );
}

const FIRST_ROOTS = 12;

function Roots({ id, firstBlock, roots }: { id: string; firstBlock: number; roots: readonly string[] }) {
  const { reachable } = useLayerChain();
  const [most, setMost] = useState(FIRST_ROOTS);
  const rows = roots.slice(0, most).map((root, index) => ({ number: firstBlock + index, root }));
  return (
    <>
      <Table
        label="Output roots"
        rows={rows}
        rowKey={(row) => String(row.number)}
        columns={[
          {
            key: 'block',
            header: 'After block',
            slot: 'main',
            width: '140px',
            render: ({ number }) =>
              reachable ? (
                <Link to="/layers/$id/block/$n" params={{ id, n: String(number) }} className="tp-link tp-num">
                  {formatCount(number)}
                </Link>
              ) : (
                formatCount(number)
              ),
          },
          {
            key: 'root',
            header: 'Output root',
            slot: 'side',
            render: ({ root }) => <Hash value={root} label="output root" />,
          },
        ]}
      />
      {rows.length < roots.length && (
        <Button variant="default" size="xs" mt="md" onClick={() => setMost(most * 5)}>
          Show more of {formatCount(roots.length)}
        </Button>
      )}
    </>
  );
}

/** The command that executes the whole layer again and stops at the first block that a pack claims wrongly. */
function useRebuildCommand(id: string): string | null {
  const { data: platform } = usePlatform();
  const { data: layer } = useLayer(id);
  if (platform === undefined || !layer?.contracts) return null;
  return `# executes every block again, from L1 data alone
./tephra rebuild --l1-rpc ${platform.l1.rpcUrl} --rollup ${layer.contracts.rollup}
`;
}
