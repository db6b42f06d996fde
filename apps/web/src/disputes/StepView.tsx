import { useQuery } from '@tanstack/react-query';
import type { MachineView, StepReport } from '@tephra/protocol';
import { type ReactNode, useEffect, useRef } from 'react';
import { useLayerChain } from '../chain/useChain.tsx';
import { Address } from '../components/Address.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { Hash } from '../components/Hash.tsx';
import { KeyValue } from '../components/KeyValue.tsx';
import { Notice } from '../components/Notice.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { formatCount, plural } from '../lib/format.ts';
import classes from './Disputes.module.css';
import { readDisputeStep } from './step.ts';

/** The one step that a game came to: code, stack, memory and gas before and after it, as the layer's node executes it. */
export function StepView({ gameId, live }: { gameId: string; live: boolean }) {
  const { id, client, reachable } = useLayerChain();
  const report = useQuery({
    queryKey: ['dispute-step', id, gameId],
    queryFn: () => readDisputeStep(client, gameId),
    enabled: reachable,
    retry: false,
    refetchInterval: ({ state }) => (live && !state.data ? 2_000 : false),
  });
  if (!reachable) {
    return (
      <p className={classes.dim}>
        The layer’s node is gone, and with it the view into the step. The moves above and what the L1 answered stay.
      </p>
    );
  }
  if (report.isPending) return <TableSkeleton rows={6} />;
  if (report.isError) {
    return (
      <ErrorState title="The node could not show the step" error={report.error} onRetry={() => void report.refetch()} />
    );
  }
  if (report.data === null) {
    return (
      <p className={classes.dim}>
        The game has not come down to one step yet; as soon as it has, code, stack and memory appear here.
      </p>
    );
  }
  return <Step report={report.data} />;
}

function Step({ report }: { report: StepReport }) {
  const { id } = useLayerChain();
  const { instruction, before, after } = report;
  const lies = report.claimedAfter.toLowerCase() !== after.digest.toLowerCase();
  return (
    <>
      <KeyValue
        items={[
          ['Step', `${formatCount(report.step)} of segment ${formatCount(report.segment)}: ${report.label}`],
          ...(instruction === null
            ? []
            : ([
                [
                  'Instruction',
                  <span key="i" className="tp-mono">
                    {instruction.name} (0x{instruction.opcode.toString(16).padStart(2, '0')}) at {instruction.pc}
                  </span>,
                ],
                [
                  'Contract',
                  <span key="c">
                    <Address value={instruction.address} layerId={id} />
                    {instruction.depth > 0 && `, ${plural(instruction.depth, 'call')} deep`}
                  </span>,
                ],
              ] as const)),
          ...(report.transactionHash === null
            ? []
            : ([
                [
                  'Transaction',
                  <Hash
                    key="t"
                    value={report.transactionHash}
                    label="transaction hash"
                    to={`/layers/${id}/tx/${report.transactionHash}`}
                  />,
                ],
              ] as const)),
          ['Checked by', `the L1’s contract for ${report.family}`],
        ]}
      />
      <div className={classes.verdict}>
        <Notice
          tone={lies ? 'bad' : 'good'}
          title={lies ? 'The defence claims another state after this step' : 'The defence claims what the step gives'}
        >
          Executing it gives <Hash value={after.digest} label="digest after the step" />; the defence claims{' '}
          <Hash value={report.claimedAfter} label="claimed digest" />.
        </Notice>
      </div>
      <div className={classes.machine} style={{ marginTop: 20 }}>
        {instruction !== null && <Code instruction={instruction} />}
        <View title="Before" view={before} other={after} />
        <View title="After" view={after} other={before} marks />
      </div>
    </>
  );
}

/** Lines above the instruction that stay in sight. */
const CODE_ABOVE_PX = 120;

function Code({ instruction }: { instruction: NonNullable<StepReport['instruction']> }) {
  const list = useRef<HTMLOListElement>(null);
  // Only the list scrolls to its instruction, never the page.
  useEffect(() => {
    const current = list.current?.querySelector<HTMLElement>('[aria-current]');
    if (list.current && current) list.current.scrollTop = current.offsetTop - list.current.offsetTop - CODE_ABOVE_PX;
  }, []);
  return (
    <div className={classes.view}>
      <h3>Code</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard */}
      <ol ref={list} className={classes.code} aria-label="Code around the instruction" tabIndex={0}>
        {instruction.disassembly.map((line) => (
          <li
            key={line.pc}
            className={classes.line}
            data-current={line.current || undefined}
            aria-current={line.current ? 'true' : undefined}
          >
            <span className={classes.pc}>{line.pc}</span>
            <span>
              {line.name}
              {line.push !== undefined && ` ${line.push}`}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** One side of the step; with `marks`, what the step changed stands out. */
function View({
  title,
  view,
  other,
  marks = false,
}: {
  title: string;
  view: MachineView;
  other: MachineView;
  marks?: boolean;
}) {
  const changed = (differs: boolean) => (marks && differs ? true : undefined);
  const was = new Map(other.memory.map(({ offset, word }) => [offset, word]));
  return (
    <div className={classes.view}>
      <h3>{title}</h3>
      <ul className={classes.words} aria-label={`${title}: machine`}>
        <Word place="state" changed={changed(view.kind !== other.kind)}>
          {view.kind}
        </Word>
        {view.gas !== null && (
          <Word place="gas" changed={changed(view.gas !== other.gas)}>
            {formatCount(view.gas)}
            {marks && other.gas !== null && view.gas < other.gas && ` (−${formatCount(other.gas - view.gas)})`}
          </Word>
        )}
        {view.pc !== null && (
          <Word place="pc" changed={changed(view.pc !== other.pc)}>
            {view.pc}
          </Word>
        )}
      </ul>
      <h3>Stack ({plural(view.stackSize, 'word')}, top first)</h3>
      {view.stack.length === 0 ? (
        <p className={classes.dim}>empty</p>
      ) : (
        <ul className={classes.words} aria-label={`${title}: stack`}>
          {view.stack.map((word, index) => (
            <Word
              // biome-ignore lint/suspicious/noArrayIndexKey: a place of the stack is what the row is
              key={index}
              place={String(index)}
              changed={changed(other.stack[index] !== word)}
            >
              {word}
            </Word>
          ))}
        </ul>
      )}
      <h3>Memory ({plural(view.memoryWords, 'word')})</h3>
      {view.memory.length === 0 ? (
        <p className={classes.dim}>not touched by this step</p>
      ) : (
        <ul className={classes.words} aria-label={`${title}: memory`}>
          {view.memory.map(({ offset, word }) => (
            <Word key={offset} place={`0x${offset.toString(16)}`} changed={changed(was.get(offset) !== word)}>
              {word}
            </Word>
          ))}
        </ul>
      )}
      <p className={classes.dim}>
        Digest <Hash value={view.digest} label={`digest ${title.toLowerCase()}`} />
      </p>
    </div>
  );
}

function Word({ place, changed, children }: { place: string; changed: boolean | undefined; children: ReactNode }) {
  return (
    <li className={classes.word} data-changed={changed}>
      <span className={classes.place}>{place}</span>
      <span>
        {children}
        {changed && <span className="tp-visually-hidden"> (changed)</span>}
      </span>
    </li>
  );
}
