import type { ChallengeAnswer, ChallengeStatus, GameAnswer, GameMove, GameStatus } from '@tephra/api';
import type { Tone } from '../components/StatusDot.tsx';
import { formatCount } from '../lib/format.ts';
import { leavesOf } from './replay.ts';

/** States of a challenge in words for people. */
export const CHALLENGE_WORDS: Record<ChallengeStatus, { label: string; tone: Tone; means: string }> = {
  open: { label: 'Open', tone: 'busy', means: 'Defences may enter or are being played.' },
  failed: { label: 'Failed', tone: 'done', means: 'A defence held: this challenge does not touch the pack.' },
  succeeded: { label: 'Succeeded', tone: 'bad', means: 'No defence held, so the L1 voided the pack.' },
};

/** States of a game. */
export const GAME_WORDS: Record<GameStatus, { label: string; tone: Tone }> = {
  open: { label: 'Being played', tone: 'busy' },
  upheld: { label: 'Defence held', tone: 'good' },
  refuted: { label: 'Defence refuted', tone: 'bad' },
  moot: { label: 'Moot', tone: 'idle' },
};

/** Contracts that execute steps on the L1, by their number. */
const FAMILIES = [
  'stack and arithmetic',
  'context',
  'memory',
  'storage and accounts',
  'calls, creations and halts',
  'frames',
  'loads of state',
  'begin of a transaction',
  'end of a transaction',
  'reading of a transaction',
  'receipt',
  'opening of a block',
  'writing into the state trie',
  'sealing of a block',
  'reading of frames',
  'hashing',
] as const;
const STUTTER = 255;

/** What kind of step a step contract executes. */
export function familyText(family: number): string {
  return family === STUTTER ? 'standing still' : (FAMILIES[family] ?? `family ${family}`);
}

/** What a challenge says is wrong. */
export function claimText(challenge: Pick<ChallengeAnswer, 'kind' | 'blockNumber' | 'packIndex'>): string {
  if (challenge.kind === 'reading') return `the frames of pack ${formatCount(challenge.packIndex)} hold other blocks`;
  const block = challenge.blockNumber === null ? 'a block' : `block ${formatCount(challenge.blockNumber)}`;
  return `${block} leads to another state than pack ${formatCount(challenge.packIndex)} claims`;
}

/** "segments 0 – 65,535", or "step 17" where one is left. */
export function placeText(node: GameAnswer['contested']): string {
  const { first, last } = leavesOf(node);
  const unit = node.level === 0 ? 'segment' : 'step';
  return first === last ? `${unit} ${formatCount(first)}` : `${unit}s ${formatCount(first)} – ${formatCount(last)}`;
}

/** One move as a sentence. */
export function moveText(move: GameMove): string {
  switch (move.kind) {
    case 'defend':
      return 'The defender committed to the states between all segments.';
    case 'reveal':
      return `The defender opened ${placeText(move.node)} into ${move.nodes.length} parts.`;
    case 'pick':
      return `The challenger disagrees from ${placeText(move.node)} on.`;
    case 'commit':
      return `The defender committed to every step of segment ${formatCount(move.segment)}.`;
    case 'prove':
      return `The L1 executed step ${formatCount(move.step)} itself (${familyText(move.family)}): the defence’s state is right.`;
    case 'end':
      return endText(move);
  }
}

function endText({ status, byTimeout }: Extract<GameMove, { kind: 'end' }>): string {
  switch (status) {
    case 'upheld':
      return byTimeout ? 'The challenger’s clock ran out: the defence held.' : 'The defence held.';
    case 'refuted':
      return byTimeout ? 'The defender’s clock ran out: the defence is refuted.' : 'The defence is refuted.';
    default:
      return 'Decided elsewhere: nobody lost, bonds went back.';
  }
}

/** Who made a move, or has to make it. */
export const SIDES = { defender: 'Defender', challenger: 'Challenger' } as const;
