import { ActionIcon, Group, Slider } from '@mantine/core';
import {
  IconChevronLeft,
  IconChevronRight,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerSkipBackFilled,
  IconPlayerSkipForwardFilled,
} from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import classes from './Disputes.module.css';

const STEP_MS = 900;

/** Goes through the moves of a game: buttons, a slider, the arrow keys, and by itself. */
export function Player({ at, moves, onMove }: { at: number; moves: number; onMove: (move: number) => void }) {
  const last = moves - 1;
  const [playing, setPlaying] = useState(false);
  useEffect(() => {
    if (!playing) return;
    if (at >= last) {
      setPlaying(false);
      return;
    }
    const timer = setTimeout(() => onMove(at + 1), STEP_MS);
    return () => clearTimeout(timer);
  }, [playing, at, last, onMove]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (
        event.target instanceof HTMLElement &&
        event.target.closest('input, textarea, pre, [role=slider], [role=tab]')
      )
        return;
      const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
      const next = at + step;
      if (step === 0 || next < 0 || next > last) return;
      setPlaying(false);
      onMove(next);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [at, last, onMove]);
  const go = (move: number) => {
    setPlaying(false);
    onMove(move);
  };
  const play = () => {
    if (!playing && at >= last) onMove(0);
    setPlaying(!playing);
  };
  const button = { variant: 'default', size: 'md' } as const;
  return (
    <div className={classes.player}>
      <Group gap={6} wrap="nowrap">
        <ActionIcon {...button} aria-label="First move" disabled={at === 0} onClick={() => go(0)}>
          <IconPlayerSkipBackFilled size={14} />
        </ActionIcon>
        <ActionIcon {...button} aria-label="Move before" disabled={at === 0} onClick={() => go(at - 1)}>
          <IconChevronLeft size={16} />
        </ActionIcon>
        <ActionIcon {...button} aria-label={playing ? 'Pause' : 'Play'} disabled={last <= 0} onClick={play}>
          {playing ? <IconPlayerPauseFilled size={14} /> : <IconPlayerPlayFilled size={14} />}
        </ActionIcon>
        <ActionIcon {...button} aria-label="Next move" disabled={at >= last} onClick={() => go(at + 1)}>
          <IconChevronRight size={16} />
        </ActionIcon>
        <ActionIcon {...button} aria-label="Last move" disabled={at >= last} onClick={() => go(last)}>
          <IconPlayerSkipForwardFilled size={14} />
        </ActionIcon>
      </Group>
      <Slider
        className={classes.slider}
        thumbLabel="Move"
        color="gray"
        size="sm"
        min={0}
        max={Math.max(1, last)}
        value={at}
        label={null}
        disabled={last <= 0}
        onChange={go}
      />
      <span className={classes.count}>
        move {at + 1} of {moves}
      </span>
    </div>
  );
}
