/**
 * Marks every occurrence of a value while one of them is hovered or focused. Works on the DOM, not on React state: a page
 * may hold hundreds of hashes and none has to render again.
 */
export function highlight(value: string) {
  const key = value.toLowerCase();
  const on = () => mark(key, true);
  const off = () => mark(key, false);
  return { 'data-value': key, onMouseEnter: on, onMouseLeave: off, onFocus: on, onBlur: off };
}

function mark(key: string, on: boolean): void {
  for (const element of document.querySelectorAll(`[data-value="${CSS.escape(key)}"]`)) {
    element.toggleAttribute('data-marked', on);
  }
}
