import type { RestakingStrategy } from '@tephra/api';
import type { Snippet } from '../components/CodeSnippet.tsx';

/** What the form does, and what the page reads, from a terminal. */
export function equalSnippets(
  action: 'deposit' | 'withdraw',
  { symbol }: RestakingStrategy,
  account: string | undefined,
  origin = location.origin,
): Snippet[] {
  return [
    { label: 'CLI', code: `./tephra restake ${action} --strategy ${symbol} --amount 1` },
    { label: 'curl', code: `curl ${origin}/v1/restaking/stakers/${account ?? '0xACCOUNT'}` },
  ];
}
