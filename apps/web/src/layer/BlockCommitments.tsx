import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { FinalityEvidence } from '@tephra/protocol';
import type { Hash as HashType } from 'viem';
import { l1ChainOf, publicClientOf } from '../chain/layerChain.ts';
import { claimedOutputRoot, computeOutputRoot, readCommitments } from '../chain/output.ts';
import { useLayerChain } from '../chain/useChain.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { Hash } from '../components/Hash.tsx';
import { KeyValue } from '../components/KeyValue.tsx';
import { L1Hash } from '../components/L1Hash.tsx';
import { Notice } from '../components/Notice.tsx';
import { Section } from '../components/Section.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { formatCount, plural } from '../lib/format.ts';
import { usePlatform } from '../lib/queries.ts';

type Inclusion = Extract<FinalityEvidence, { kind: 'l1-inclusion' }>;

/** What the block means for the L1: its origin, what it consumed and sent, and the pack that carries it there. */
export function BlockCommitments({ number, inclusion }: { number: bigint; inclusion: Inclusion | undefined }) {
  const { id, client } = useLayerChain();
  const commitments = useQuery({
    queryKey: ['commitments', id, String(number)],
    queryFn: () => readCommitments(client, number),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const { data } = commitments;
  return (
    <Section title="On the L1">
      {commitments.isPending ? (
        <TableSkeleton rows={5} />
      ) : data === undefined ? (
        <ErrorState title="The state after this block could not be read" error={commitments.error} />
      ) : (
        <KeyValue
          items={[
            [
              'L1 origin',
              <>
                block {formatCount(data.l1OriginNumber)}{' '}
                <Hash value={data.l1OriginHash} label="hash of the L1 origin" />
              </>,
            ],
            ['Inbox', `${plural(data.inboxPosition, 'message')} of the L1 carried out so far`],
            ['Outbox', `${plural(data.outboxCount, 'message')} for the L1 so far`],
            ['Outbox root', <Hash key="o" value={data.outboxRoot} label="outbox root" full />],
            [
              'Pack',
              inclusion === undefined ? (
                'not posted yet'
              ) : (
                <>
                  {formatCount(inclusion.packIndex)}, in L1 block {formatCount(inclusion.l1BlockNumber)}, transaction{' '}
                  <L1Hash value={inclusion.l1TransactionHash} />
                </>
              ),
            ],
          ]}
        />
      )}
      {inclusion !== undefined && <Compare number={number} l1TransactionHash={inclusion.l1TransactionHash} />}
    </Section>
  );
}

/** Computes the block's output root in this page and holds it against the claim on the L1. */
function Compare({ number, l1TransactionHash }: { number: bigint; l1TransactionHash: HashType }) {
  const { client } = useLayerChain();
  const { data: platform } = usePlatform();
  const compare = useMutation({
    mutationFn: async () => {
      if (platform === undefined) throw new Error('The L1 is not known yet.');
      const l1 = publicClientOf(l1ChainOf(platform.l1));
      const [computed, claimed] = await Promise.all([
        computeOutputRoot(client, number),
        claimedOutputRoot(l1, l1TransactionHash, number),
      ]);
      return { computed, claimed };
    },
  });
  const { data } = compare;
  return (
    <div style={{ marginTop: 16 }}>
      {data === undefined ? (
        <>
          <Button variant="default" size="xs" loading={compare.isPending} onClick={() => compare.mutate()}>
            Compare with the L1 in this browser
          </Button>
          {compare.isError && (
            <div style={{ marginTop: 12 }}>
              <ErrorState title="They could not be compared" error={compare.error} />
            </div>
          )}
        </>
      ) : data.claimed !== null && data.claimed.toLowerCase() === data.computed.toLowerCase() ? (
        <Notice tone="good" title="The L1 holds exactly this block">
          This page computed the output root <Hash value={data.computed} label="output root" /> from the header, the
          outbox, the inbox and the last 256 block hashes; the pack on the L1 claims the same.
        </Notice>
      ) : (
        <Notice tone="bad" title="The L1 claims something else about this block">
          Computed here: <Hash value={data.computed} label="computed output root" />. Claimed on the L1:{' '}
          {data.claimed === null ? 'nothing' : <Hash value={data.claimed} label="claimed output root" />}. Rebuild the
          chain from the L1 with ./tephra rebuild to see which one is right.
        </Notice>
      )}
    </div>
  );
}
