import type { DisputeDetail, GameDetail, GameMove } from '@tephra/api';
import { Address } from '../components/Address.tsx';
import { L1Hash } from '../components/L1Hash.tsx';
import { L1Time } from '../components/L1Time.tsx';
import { Notice } from '../components/Notice.tsx';
import { formatCount, formatDuration } from '../lib/format.ts';
import { useL1Time } from '../lib/useL1Time.ts';
import { DisputeLinks } from './DisputeLinks.tsx';
import classes from './Disputes.module.css';
import { familyText } from './words.ts';

/** How the challenge stands or ended, with the L1 transaction that decided it. */
export function Verdict({ id, dispute }: { id: string; dispute: DisputeDetail }) {
  return (
    <div className={classes.notice}>
      {dispute.status === 'open' ? (
        <Open dispute={dispute} />
      ) : dispute.status === 'failed' ? (
        <Failed dispute={dispute} />
      ) : (
        <Succeeded id={id} dispute={dispute} />
      )}
    </div>
  );
}

function Open({ dispute }: { dispute: DisputeDetail }) {
  const l1Now = useL1Time();
  const left = l1Now === null ? null : dispute.defenceEnd * 1_000 - l1Now;
  const playing = dispute.games.filter((game) => game.status === 'open').length;
  return (
    <Notice tone="info" title={`Pack ${formatCount(dispute.packIndex)} waits for the outcome`}>
      {playing === 0
        ? 'No defence is being played. '
        : `${playing === 1 ? 'One defence is' : `${playing} defences are`} being played. `}
      {left === null
        ? null
        : left > 0
          ? `More may enter for another ${formatDuration(left)} of L1 time.`
          : playing === 0
            ? 'The time for defences is over: anybody can have the L1 decide now.'
            : 'No more may enter.'}
    </Notice>
  );
}

function Failed({ dispute }: { dispute: DisputeDetail }) {
  const { proven } = dispute;
  const winner = dispute.games.find((game) => game.status === 'upheld');
  const proof = winner?.moves.find((move): move is Extract<GameMove, { kind: 'prove' }> => move.kind === 'prove');
  return (
    <Notice
      tone="good"
      title={proven === null ? 'The challenge failed: a defence held' : 'The challenge failed: the claim is proven'}
    >
      {proven !== null ? (
        <>
          <Address value={proven.prover} copy={false} /> showed the whole claim by a succinct proof that the L1 checked,{' '}
          <L1Time at={proven.at} />, in <L1Hash value={proven.transactionHash} />.
        </>
      ) : proof !== undefined ? (
        <>
          The L1 executed step {formatCount(proof.step)} of segment {formatCount(proof.segment)} itself (
          {familyText(proof.family)}) and got the state that the defence claims, <L1Time at={proof.at} />, in{' '}
          <L1Hash value={proof.transactionHash} />.
        </>
      ) : winner !== undefined ? (
        <>The challenger did not answer game {winner.id} in time.</>
      ) : (
        'It was decided without a game.'
      )}{' '}
      The challenger’s bond is lost: half of it goes to the winner, half is burnt. Other challenges of the same pack are
      not touched by this.
    </Notice>
  );
}

function Succeeded({ id, dispute }: { id: string; dispute: DisputeDetail }) {
  const { packVoidedBy } = dispute;
  if (packVoidedBy !== null && packVoidedBy !== dispute.id) {
    return (
      <Notice tone="info" title={`Pack ${formatCount(dispute.packIndex)} fell by another challenge`}>
        <DisputeLinks id={id} challenges={[packVoidedBy]} /> voided it first, so this one was not played to its end and
        bonds went back.
      </Notice>
    );
  }
  return (
    <Notice tone="bad" title={`The challenge was right: pack ${formatCount(dispute.packIndex)} is void`}>
      {dispute.games.length === 0
        ? 'Nobody defended the claim.'
        : `No defence held: ${dispute.games.map(lostBy).join('; ')}.`}{' '}
      {dispute.resolved !== null && (
        <>
          The L1 voided the pack and all after it, <L1Time at={dispute.resolved.at} />, in{' '}
          <L1Hash value={dispute.resolved.transactionHash} />.
        </>
      )}
    </Notice>
  );
}

/** Why a defence was lost: at one step nobody could show the L1 what was claimed. */
function lostBy(game: GameDetail): string {
  const { contested, status } = game;
  if (status === 'moot') return `game ${game.id} was decided elsewhere`;
  if (contested.level === 1 && contested.height === 0) {
    return `in game ${game.id} nobody could show the L1 that step ${formatCount(contested.position)} gives what was claimed`;
  }
  return `in game ${game.id} the defender did not answer in time`;
}
