import type { SettlementLedger, SettlementPhase } from '@tephra/api';

/** The end of a layer's life in order. `open` stands before it. */
export const PHASES: readonly { phase: Exclude<SettlementPhase, 'open'>; title: string; means: string }[] = [
  {
    phase: 'writing',
    title: 'Write who owns what',
    means: 'The layer itself reads every balance and token and writes it into its outbox.',
  },
  {
    phase: 'posting',
    title: 'Post the last pack',
    means: 'The final state goes to the L1 as the last pack of the chain.',
  },
  { phase: 'window', title: 'Challenge window', means: 'Anyone can still compare and challenge the last pack.' },
  {
    phase: 'paying',
    title: 'Pay out on the L1',
    means: 'Batches pay and mint to the owners; nobody has to ask for it.',
  },
  { phase: 'done', title: 'Settled', means: 'Nothing is left to do; the ledger stays for good.' },
];

export type PhaseState = 'pending' | 'running' | 'done';

/** State of each phase from the ledger's present one. */
export function phaseStates(phase: SettlementPhase): Record<Exclude<SettlementPhase, 'open'>, PhaseState> {
  const at = phase === 'open' ? -1 : PHASES.findIndex((each) => each.phase === phase);
  const states = PHASES.map(({ phase: name }, index): [Exclude<SettlementPhase, 'open'>, PhaseState] => [
    name,
    index < at || phase === 'done' ? 'done' : index === at ? 'running' : 'pending',
  ]);
  return Object.fromEntries(states) as Record<Exclude<SettlementPhase, 'open'>, PhaseState>;
}

/** How far a phase is, in words; empty when there is nothing to count. */
export function progressOf(ledger: SettlementLedger, phase: SettlementPhase): string {
  if (phase === 'writing' && ledger.planned > 0) return `${ledger.written} of ${ledger.planned} items`;
  if (phase === 'paying' && ledger.counts.total > 0) {
    return `${ledger.counts.paid + ledger.counts.claimable} of ${ledger.counts.total} items`;
  }
  return '';
}
