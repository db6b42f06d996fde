import type { ReactNode } from 'react';
import classes from './Table.module.css';

/** Where a cell goes when a row becomes two lines on a phone. */
export type Slot = 'main' | 'side' | 'sub' | 'subside' | 'hide';

export type Column<Row> = {
  key: string;
  header: string;
  render: (row: Row) => ReactNode;
  align?: 'right';
  slot: Slot;
  width?: string;
};

/** Dense table; on a phone every row is two lines: main and side above, sub and subside below. */
export function Table<Row>({
  label,
  columns,
  rows,
  rowKey,
  rowClass,
}: {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  rowClass?: (row: Row) => string | undefined;
}) {
  // Roles are spelt out because `display: grid` on rows takes the table semantics away on a phone.
  return (
    // biome-ignore-start lint/a11y/noRedundantRoles: see above
    <div className={classes.scroll}>
      <table className={classes.table} role="table" aria-label={label}>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <th
                key={column.key}
                role="columnheader"
                scope="col"
                data-align={column.align}
                style={{ width: column.width }}
              >
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={rowKey(row)} role="row" className={rowClass?.(row)}>
              {columns.map((column) => (
                <td key={column.key} role="cell" data-align={column.align} data-slot={column.slot}>
                  {column.render(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
    // biome-ignore-end lint/a11y/noRedundantRoles: see above
  );
}
