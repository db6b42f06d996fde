import type { ReactNode } from 'react';
import classes from './Stat.module.css';

/** A row of figures. */
export function Stats({
  items,
}: {
  items: readonly { label: ReactNode; key?: string; value: ReactNode; note?: ReactNode }[];
}) {
  return (
    <dl className={classes.row}>
      {items.map((item) => (
        <div key={item.key ?? String(item.label)} className={classes.item}>
          <dt className={classes.label}>{item.label}</dt>
          <dd className={classes.value}>
            {item.value}
            {item.note !== undefined && <span className={classes.note}>{item.note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
