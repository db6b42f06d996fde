/**
 * Keys for tables: j and k go down and up from anywhere, the arrows do so inside a table. They move the focus to the first
 * link of a row, so that Enter opens it and a screen reader reads it.
 */
export function moveByKey(event: KeyboardEvent): void {
  if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
  const target = event.target instanceof HTMLElement ? event.target : null;
  if (target?.closest('input, textarea, select, [contenteditable], [role=dialog], [role=tablist]')) return;
  const row = target?.closest<HTMLTableRowElement>('table[role=table] tbody tr') ?? null;
  const step = stepOf(event.key, row !== null);
  if (step === 0) return;
  const rows = row === null ? allRows() : [...(row.parentElement?.children ?? [])];
  const at = row === null ? (step > 0 ? 0 : -1) : rows.indexOf(row) + step;
  const next = firstLink(rows, at, step);
  if (next === null) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: 'nearest' });
}

function stepOf(key: string, inside: boolean): 1 | -1 | 0 {
  if (key === 'j' || (inside && key === 'ArrowDown')) return 1;
  if (key === 'k' || (inside && key === 'ArrowUp')) return -1;
  return 0;
}

function allRows(): Element[] {
  return [...document.querySelectorAll('main table[role=table] tbody tr')];
}

/** The next row that has something to open; rows without are passed over. */
function firstLink(rows: readonly Element[], from: number, step: 1 | -1): HTMLElement | null {
  for (let at = from; at >= 0 && at < rows.length; at += step) {
    const link = rows[at]?.querySelector<HTMLElement>('a[href], button:not([disabled])');
    if (link) return link;
  }
  return null;
}
