import type { ReactNode } from 'react';
import { CopyButton } from './CopyButton.tsx';
import classes from './CopyField.module.css';

/** A value to take along: label, value in mono, copy button. */
export function CopyField({
  label,
  value,
  href,
  note,
}: {
  label: string;
  value: string;
  href?: string;
  note?: ReactNode;
}) {
  return (
    <div className={classes.root}>
      <span className={classes.label}>{label}</span>
      <span className={classes.value}>
        {href === undefined ? (
          <span className={classes.text}>{value}</span>
        ) : (
          <a href={href} className={`${classes.text} tp-link`}>
            {value}
          </a>
        )}
        <CopyButton value={value} label={label} />
      </span>
      {note !== undefined && <span className={classes.note}>{note}</span>}
    </div>
  );
}
