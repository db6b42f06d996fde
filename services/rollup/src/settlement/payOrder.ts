import type { Address } from '@tephra/protocol';
import type { OutboxRecord } from './outboxMessages.ts';

/** Messages [start, end) by position. */
export type Stretch = { start: number; end: number };

/**
 * The order in which messages are paid while the escrow lasts (PROTOCOL.md section 8): native and bridged value first,
 * then tokens born on the layer in the order in which they appeared there. Stretches that follow each other anyway are
 * one, so that a batch may reach over them.
 * @param tokens born tokens in order of appearance; others come last, in the order of the outbox
 */
export function payOrder(messages: OutboxRecord[], tokens: Address[]): Stretch[] {
  const ranks = new Map(tokens.map((token, rank) => [token.toLowerCase(), rank]));
  const rankOf = ({ message }: OutboxRecord): number => {
    return 'l2Token' in message ? (ranks.get(message.l2Token.toLowerCase()) ?? tokens.length) : -1;
  };
  const groups: (Stretch & { rank: number })[] = [];
  for (const [position, record] of messages.entries()) {
    const rank = rankOf(record);
    const last = groups.at(-1);
    if (last?.rank === rank) last.end = position + 1;
    else groups.push({ start: position, end: position + 1, rank });
  }
  groups.sort((a, b) => a.rank - b.rank || a.start - b.start);
  const stretches: Stretch[] = [];
  for (const { start, end } of groups) {
    const last = stretches.at(-1);
    if (last?.end === start) last.end = end;
    else stretches.push({ start, end });
  }
  return stretches;
}
