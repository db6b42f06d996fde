import { Link } from '@tanstack/react-router';
import { shortHex } from '../lib/format.ts';
import { CopyButton } from './CopyButton.tsx';
import classes from './Hash.module.css';
import { highlight } from './highlight.ts';

export type HashProps = {
  value: string;
  /** What it is, for the copy button: "transaction hash". */
  label?: string;
  /** Target inside the dashboard. */
  to?: string;
  /** Whole value instead of head and tail. */
  full?: boolean;
  copy?: boolean;
};

/** A hash or other long hex; hovering marks every occurrence of the same value on the page. */
export function Hash({ value, label = 'hash', to, full = false, copy = true }: HashProps) {
  const text = full ? value : shortHex(value, 10, 6);
  return (
    <span className={classes.root} data-full={full || undefined}>
      {to === undefined ? (
        <span className={classes.value} title={value} {...highlight(value)}>
          {text}
        </span>
      ) : (
        <Link to={to} className={classes.value} data-link title={value} {...highlight(value)}>
          {text}
        </Link>
      )}
      {copy && <CopyButton value={value} label={label} />}
    </span>
  );
}
