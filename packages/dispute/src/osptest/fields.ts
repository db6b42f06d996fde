import type { State } from '../machine/state.ts';

const RUN = 'kind transaction block frame parents depth journal blockJournal logCount logs refund pending';
const FRAME =
  'context codeHash self isStatic gas pc stackSize stack memoryRoot memoryWords returnRoot returnOffset returnLength';

/** Words that a state is hashed from, by kind; of the running frame, which is a hash in them, the words too. */
const FIELDS = {
  start: 'kind transaction block journal blockJournal phase item key refund',
  run: [RUN, ...FRAME.split(' ').map((name) => `frame.${name}`)].join(' '),
  end: 'kind transaction block journal blockJournal logCount logs succeeded gasUsed phase',
  between: 'kind block blockJournal progress',
  flush: 'kind block blockJournal progress root',
} as const;
type Fielded = keyof typeof FIELDS;

const NAMES = Object.fromEntries(
  Object.entries(FIELDS).map(([kind, names]) => [kind, names.split(' ').map((name) => `${kind}.${name}`)]),
) as Record<Fielded, string[]>;

/** All fields that the states of a transaction and of its block's end are hashed from. */
export const ALL_FIELDS: readonly string[] = Object.values(NAMES).flat();

/** Names of the words that a witness for a step from this state begins with. */
export const fieldsOf = ({ kind }: State): readonly string[] => (kind in NAMES ? NAMES[kind as Fielded] : []);
