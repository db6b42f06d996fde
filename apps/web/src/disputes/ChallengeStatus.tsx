import { Tooltip } from '@mantine/core';
import type { ChallengeAnswer, GameAnswer } from '@tephra/api';
import { StatusDot } from '../components/StatusDot.tsx';
import { CHALLENGE_WORDS, GAME_WORDS } from './words.ts';

export function ChallengeStatus({ challenge }: { challenge: Pick<ChallengeAnswer, 'status'> }) {
  const { label, tone, means } = CHALLENGE_WORDS[challenge.status];
  return (
    <Tooltip label={means} multiline maw={280}>
      <span>
        <StatusDot tone={tone}>{label}</StatusDot>
      </span>
    </Tooltip>
  );
}

export function GameStatusDot({ status }: Pick<GameAnswer, 'status'>) {
  const { label, tone } = GAME_WORDS[status];
  return <StatusDot tone={tone}>{label}</StatusDot>;
}
