/** Pure formatting of figures; every function returns text for people, never markup. */

const integer = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** 1234567 -> "1,234,567". */
export function formatCount(value: number | bigint): string {
  return integer.format(value);
}

/**
 * Token units without rounding up: 1234567890000000000000n, 18 -> "1,234.56789".
 * Cut (not rounded) after `maxFraction` digits, so that nobody reads more than there is; a smaller rest shows as "<0.000001".
 */
export function formatUnits(value: bigint, decimals: number, maxFraction = 6): string {
  const negative = value < 0n;
  const digits = (negative ? -value : value).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits
    .slice(digits.length - decimals)
    .slice(0, maxFraction)
    .replace(/0+$/, '');
  const sign = negative ? '-' : '';
  if (value !== 0n && whole === '0' && fraction === '') {
    return `${sign}<0.${'0'.repeat(Math.max(0, maxFraction - 1))}1`;
  }
  const grouped = integer.format(BigInt(whole));
  return `${sign}${grouped}${fraction === '' ? '' : `.${fraction}`}`;
}

/** "1.5" with 18 decimals -> 1500000000000000000n; null when it is no amount or has too many decimals. */
export function parseUnits(text: string, decimals: number): bigint | null {
  const match = /^(\d*)(?:\.(\d*))?$/.exec(text.trim().replaceAll(',', ''));
  if (!match) return null;
  const whole = match[1] ?? '';
  const fraction = match[2] ?? '';
  if (whole === '' && fraction === '') return null;
  if (fraction.length > decimals) return null;
  return BigInt(whole === '' ? '0' : whole) * 10n ** BigInt(decimals) + BigInt(fraction.padEnd(decimals, '0') || '0');
}

/** Gas with a unit prefix: 70000000 -> "70M", 21000 -> "21k". */
export function formatGas(value: number | bigint): string {
  const n = Number(value);
  if (n >= 1e9) return `${trim(n / 1e9)}G`;
  if (n >= 1e6) return `${trim(n / 1e6)}M`;
  if (n >= 1e3) return `${trim(n / 1e3)}k`;
  return String(n);
}

function trim(n: number): string {
  return (n >= 100 ? n.toFixed(0) : n.toFixed(1)).replace(/\.0$/, '');
}

/** 0x1234…abcd. */
export function shortHex(hex: string, head = 6, tail = 4): string {
  return hex.length <= head + tail + 3 ? hex : `${hex.slice(0, head)}…${hex.slice(-tail)}`;
}

/** Milliseconds as "320 ms", "1.4 s", "2 min 05 s", "1 h 12 min", "3 d 4 h". */
export function formatDuration(ms: number): string {
  if (ms < 0) return '0 s';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60)
    return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
  return hours % 24 === 0 ? `${hours / 24} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Time against now, both in ms: "just now", "12 s ago", "in 3 min". Coarse on purpose: the exact time is one hover away. */
export function formatRelative(atMs: number, nowMs: number): string {
  const delta = nowMs - atMs;
  const distance = Math.abs(delta);
  if (distance < 1_000) return 'just now';
  const text = coarse(distance);
  return delta > 0 ? `${text} ago` : `in ${text}`;
}

function coarse(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h`;
  return `${Math.floor(hours / 24)} d`;
}

/** Absolute local time with its zone, for titles. */
export function formatAbsolute(atMs: number): string {
  return new Date(atMs).toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  });
}

/** 1 -> "1 block", 2 -> "2 blocks". */
export function plural(count: number | bigint, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${BigInt(count) === 1n ? one : many}`;
}

/** Share of a whole in percent: 0.1234 -> "12.3 %". */
export function formatPercent(share: number): string {
  if (share === 0) return '0 %';
  if (share < 0.001) return '<0.1 %';
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}
