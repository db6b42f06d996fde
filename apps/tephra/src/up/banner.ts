import type { Address } from '@tephra/protocol';
import { fields } from '../cli/format.ts';
import type { Output } from '../cli/output.ts';

/** What a user must know of a platform that just came up. */
export type PlatformFacts = {
  url: string;
  token: string;
  l1Url: string;
  l1ChainId: number;
  embedded: boolean;
  accounts: { address: Address; privateKey: string }[];
  contracts: { factory: Address; batchRegistry: Address };
  dataDir: string;
  logFile: string;
  version: string;
  /** Milliseconds from the start of the process. */
  readyMs: number;
  layers: number;
  /** Whether operators come up in the background. */
  operators: boolean;
};

const SHOWN_ACCOUNTS = 3;

/** The terminal banner of `up`. */
export function banner(facts: PlatformFacts, out: Output): string {
  const bold = (text: string): string => out.style('bold', text);
  const dim = (text: string): string => out.style('dim', text);
  const lines = [
    '',
    `${bold(`tephra ${facts.version}`)}  ${dim(`ready in ${(facts.readyMs / 1_000).toFixed(1)} s`)}`,
    dim('▁▁▂▂▃▃▄▄▅▅▆▆▇▇██▇▇▆▆▅▅▄▄▃▃▂▂▁▁'),
    '',
    fields([
      ['Dashboard', facts.url],
      ['API', `${facts.url}/v1  (reference: ${facts.url}/docs)`],
      ['L1', `${facts.l1Url}  chain ${facts.l1ChainId}${facts.embedded ? ', embedded, 1 s blocks' : ''}`],
      ['Factory', facts.contracts.factory],
      ['Batches', facts.contracts.batchRegistry],
      ['Token', facts.token],
      ['Data', facts.dataDir],
      ['Log', facts.logFile],
      ['Layers', facts.layers > 0 ? `${facts.layers} resumed` : undefined],
      ['Operators', facts.operators ? '4 of the echo AVS, coming up  (./tephra operator ls)' : undefined],
    ]),
  ];
  if (facts.accounts.length > 0) {
    lines.push(
      '',
      `Accounts on the L1, 10,000 ETH each  ${out.style('yellow', 'DEV ONLY: everybody knows these keys')}`,
    );
    for (const [index, { address, privateKey }] of facts.accounts.entries()) {
      if (index >= SHOWN_ACCOUNTS) break;
      lines.push(`  ${index}  ${address}  ${dim(privateKey)}`);
    }
    const more = facts.accounts.length - SHOWN_ACCOUNTS;
    if (more > 0) lines.push(dim(`  and ${more} more on the dashboard`));
  }
  lines.push(
    '',
    `Next: ${bold('./tephra launch mint')}  ${dim('(in another terminal; Ctrl-C here stops everything)')}`,
    '',
  );
  return lines.join('\n');
}

/** The one line of `up --json`. */
export function readyLine(facts: PlatformFacts): Record<string, unknown> {
  return {
    ready: true,
    url: facts.url,
    l1Url: facts.l1Url,
    l1ChainId: facts.l1ChainId,
    token: facts.token,
    accounts: facts.accounts,
  };
}
