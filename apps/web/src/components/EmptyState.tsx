import type { ReactNode } from 'react';
import classes from './EmptyState.module.css';

/** Nothing here yet: says why, and what to do about it. */
export function EmptyState({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className={classes.root}>
      <svg width="72" height="40" viewBox="0 0 72 40" aria-hidden="true" className={classes.picture}>
        <path d="M6 8c10-5 20 5 30 0s20-5 30 0" />
        <path d="M6 19h60" />
        <path d="M6 30h60" />
      </svg>
      <p className={classes.title}>{title}</p>
      {children !== undefined && <div className={classes.text}>{children}</div>}
      {action !== undefined && <div className={classes.action}>{action}</div>}
    </div>
  );
}
