import { useEffect, useRef } from 'react';
import { formatAbsolute } from '../lib/format.ts';
import type { LogLine } from '../lib/useLayerEvents.ts';
import classes from './LogView.module.css';

/** Log lines as they come; stays at the end unless somebody scrolls up. */
export function LogView({ lines, label }: { lines: readonly LogLine[]; label: string }) {
  const box = useRef<HTMLDivElement>(null);
  const pinned = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new line moves the view
  useEffect(() => {
    const element = box.current;
    if (element !== null && pinned.current) element.scrollTop = element.scrollHeight;
  }, [lines]);
  return (
    <div
      ref={box}
      className={classes.box}
      role="log"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
      tabIndex={0}
      onScroll={(event) => {
        const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
        pinned.current = scrollHeight - scrollTop - clientHeight < 24;
      }}
    >
      {lines.length === 0 && <span className={classes.dim}>No lines yet.</span>}
      {lines.map((line) => (
        <div key={line.key} className={classes.line} data-level={line.level}>
          <time dateTime={line.at} title={formatAbsolute(Date.parse(line.at))} className={classes.dim}>
            {line.at.slice(11, 23)}
          </time>
          <span className={classes.dim}>{line.source}</span>
          <span>{line.message}</span>
        </div>
      ))}
    </div>
  );
}
