import type { Snippet } from '../components/CodeSnippet.tsx';

/** What the page does and reads, from a terminal. `devIndex`: the dev account that signs; null for other wallets. */
export function equalSnippets(input: {
  action: 'deposit' | 'withdraw';
  symbol: string;
  account: string | undefined;
  devIndex: number | null;
  origin: string;
}): Snippet[] {
  const { action, symbol, account, devIndex, origin } = input;
  const who = devIndex === null || devIndex === 0 ? '' : ` --account ${devIndex}`;
  return [
    {
      label: action === 'deposit' ? 'Restake' : 'Withdraw',
      code: `./tephra restake ${action} --token ${symbol} --amount 1${who}`,
    },
    {
      label: 'Operator',
      code: `./tephra restake delegate 0xOPERATOR${who}\n./tephra restake undelegate${who}`,
    },
    { label: 'Take out', code: `./tephra restake complete${who}` },
    { label: 'Rewards', code: `./tephra restake rewards --claim${who}` },
    { label: 'curl', code: `curl ${origin}/v1/restaking/stakers/${account ?? '0xACCOUNT'}` },
  ];
}
