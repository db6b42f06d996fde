import type { Hex } from 'viem';
import type { Decoded } from './decode.ts';
import { valueText } from './decode.ts';
import type { TransactionView } from './transaction.ts';

/** Shell-safe: addresses, numbers and hex stay as they are, everything else is quoted. */
function quote(text: string): string {
  return /^[A-Za-z0-9._/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A `cast send` that repeats the transaction with another key: by signature where it is known, else by its bytes. */
export function castSend(
  view: Pick<TransactionView, 'to' | 'value' | 'input'>,
  call: Decoded | null,
  rpc: string,
): string {
  const what =
    view.to === null
      ? ['--create', view.input]
      : view.input === '0x'
        ? [view.to]
        : call === null
          ? [view.to, view.input satisfies Hex]
          : [view.to, quote(call.signature), ...call.args.map((arg) => quote(valueText(arg.value)))];
  const value = view.value === 0n ? [] : [`--value ${view.value}`];
  const lines = [
    ['cast send', ...(view.to === null ? [] : what)].join(' '),
    ...value,
    `--rpc-url ${rpc}`,
    '--private-key $KEY',
  ];
  // A creation takes the code last.
  if (view.to === null) lines.push(what.join(' '));
  return lines.join(' \\\n  ');
}
