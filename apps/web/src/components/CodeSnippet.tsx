import { useId, useRef, useState } from 'react';
import classes from './CodeSnippet.module.css';
import { CopyButton } from './CopyButton.tsx';

export type Snippet = { label: string; code: string };

/** Code in tabs (the equal CLI, curl, viem...), each with a copy button. Arrow keys move between the tabs. */
export function CodeSnippet({ snippets, title }: { snippets: readonly Snippet[]; title: string }) {
  const [active, setActive] = useState(0);
  const id = useId();
  const tabs = useRef<(HTMLButtonElement | null)[]>([]);
  const shown = snippets[Math.min(active, snippets.length - 1)];
  if (shown === undefined) return null;
  const move = (to: number) => {
    const next = (to + snippets.length) % snippets.length;
    setActive(next);
    tabs.current[next]?.focus();
  };
  return (
    <div className={classes.root}>
      <div className={classes.bar}>
        <div role="tablist" aria-label={title} className={classes.tabs}>
          {snippets.map((snippet, index) => (
            <button
              key={snippet.label}
              ref={(element) => {
                tabs.current[index] = element;
              }}
              type="button"
              role="tab"
              id={`${id}-tab-${index}`}
              aria-selected={snippet === shown}
              aria-controls={`${id}-panel`}
              tabIndex={snippet === shown ? 0 : -1}
              className={classes.tab}
              onClick={() => setActive(index)}
              onKeyDown={(event) => {
                if (event.key === 'ArrowRight') move(index + 1);
                else if (event.key === 'ArrowLeft') move(index - 1);
              }}
            >
              {snippet.label}
            </button>
          ))}
        </div>
        <CopyButton value={shown.code} label={`${shown.label} snippet`} />
      </div>
      <pre
        id={`${id}-panel`}
        role="tabpanel"
        aria-labelledby={`${id}-tab-${snippets.indexOf(shown)}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a panel that scrolls sideways must be reachable by keyboard
        tabIndex={0}
        className={classes.code}
      >
        <code>{shown.code}</code>
      </pre>
    </div>
  );
}
