import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useLayerChain } from '../chain/useChain.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { Hash } from '../components/Hash.tsx';
import { Notice } from '../components/Notice.tsx';
import { Section } from '../components/Section.tsx';
import { formatCount, formatDuration, plural } from '../lib/format.ts';
import { type ShownBlock, type Verification, verifyBlock } from './verifyBlock.ts';

/** Executes the block again in this page, from a proof that needs nothing else. */
export function VerifyBlock({ block }: { block: Omit<ShownBlock, 'chainId' | 'gasless'> }) {
  const { client, layer, chain } = useLayerChain();
  const verify = useMutation({
    mutationFn: () => verifyBlock(client, { ...block, chainId: chain.id, gasless: layer.settings.gasless }),
  });
  if (block.number === 0n) return null;
  return (
    <Section title="Check it yourself">
      {verify.data !== undefined ? (
        <Result verification={verify.data} number={block.number} />
      ) : (
        <>
          <p style={{ marginBottom: 12, color: 'var(--tp-dim)' }}>
            This page can download a proof of the block, execute every transaction again and compare the outcome,
            trusting no server.
          </p>
          <Button variant="default" size="xs" loading={verify.isPending} onClick={() => verify.mutate()}>
            Verify this block in my browser
          </Button>
          {verify.isError && (
            <div style={{ marginTop: 12 }}>
              <ErrorState
                title="The block could not be verified"
                error={verify.error}
                onRetry={() => verify.mutate()}
              />
            </div>
          )}
        </>
      )}
    </Section>
  );
}

function Result({ verification, number }: { verification: Verification; number: bigint }) {
  const { verdict, bytes, downloadMs, contradictions } = verification;
  const figures = `The proof has ${formatCount(bytes)} bytes and came in ${formatDuration(downloadMs)}; checking it took ${formatDuration(verdict.milliseconds)}.`;
  const program = (
    <>
      {' '}
      Program: stvf.wasm with the hash <Hash value={verdict.program} label="hash of the program" />.
    </>
  );
  if (!verdict.holds) {
    return (
      <Notice tone="bad" title="The proof does not hold">
        {verdict.message}. {verdict.hint} {figures}
        {program}
      </Notice>
    );
  }
  if (contradictions.length > 0) {
    return (
      <Notice tone="bad" title="The proof is not of the block that is shown">
        The layer’s node contradicts itself: {contradictions.join(', ')}. {figures}
        {program}
      </Notice>
    );
  }
  const [own] = verdict.validated.blocks;
  return (
    <Notice tone="good" title="Verified in this browser">
      <p>
        This page executed {plural(own?.transactionCount ?? 0n, 'transaction')} ({formatCount(own?.gasUsed ?? 0n)} gas)
        and came to the block hash, state and receipts that are shown above. {figures}
        {program}
      </p>
      <p style={{ marginTop: 8 }}>
        It shows that block {formatCount(number)} follows from block {formatCount(number - 1n)}. Whether that one is
        right, its own proof or the pack on the L1 says. Output root:{' '}
        <Hash value={own?.outputRoot ?? '0x'} label="output root" />
      </p>
    </Notice>
  );
}
