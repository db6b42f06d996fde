import { Tooltip } from '@mantine/core';
import type { PackAnswer } from '@tephra/api';
import { StatusDot } from '../components/StatusDot.tsx';
import { useL1Time } from '../lib/useL1Time.ts';
import { PACK_WORDS, windowText } from './words.ts';

export function PackStatus({ pack }: { pack: Pick<PackAnswer, 'status'> }) {
  const { label, tone, means } = PACK_WORDS[pack.status];
  return (
    <Tooltip label={means} multiline maw={300}>
      <span>
        <StatusDot tone={tone}>{label}</StatusDot>
      </span>
    </Tooltip>
  );
}

/** The countdown of a pack's window, by the L1's clock. */
export function PackWindow({ pack }: { pack: PackAnswer }) {
  const l1Now = useL1Time();
  return <span className="tp-num">{windowText(pack, l1Now)}</span>;
}
