import type { Database } from '@tephra/db';
import type { Address } from '@tephra/protocol';
import { allLogs, type LogRow } from '../queries/logs.ts';
import type { Registration, RewardsHistory, SplitChange, StakeChange, Submission } from './history.ts';

type SubmissionArgs = {
  strategiesAndMultipliers: { strategy: Address; multiplier: string }[];
  token: Address;
  startTimestamp: number;
  duration: number;
};

/** AVSDirectory's status of an operator that an AVS has. */
const REGISTERED = 1;

/** Everything up to and including second `end` that decides who earned what. */
export async function readRewardsHistory(db: Database, end: number): Promise<RewardsHistory> {
  const rewards = (...events: string[]) => allLogs(db, { source: 'rewards', events });
  const [stakes, registrations, splits, defaultSplits, submissions] = await Promise.all([
    readStakes(db, end),
    allLogs(db, { source: 'directory', events: ['OperatorAVSRegistrationStatusUpdated'] }),
    rewards('OperatorAVSSplitBipsSet', 'OperatorPISplitBipsSet'),
    rewards('DefaultOperatorSplitBipsSet'),
    rewards(
      'AVSRewardsSubmissionCreated',
      'RewardsSubmissionForAllCreated',
      'RewardsSubmissionForAllEarnersCreated',
      'OperatorDirectedAVSRewardsSubmissionCreated',
    ),
  ]);
  const known = (row: LogRow) => seconds(row.at) <= end;
  return {
    stakes,
    registrations: registrations.filter(known).map(registrationOf),
    splits: splits.filter(known).map(splitOf),
    defaultSplits: defaultSplits
      .filter(known)
      .map(({ at, args }) => ({ at: seconds(at), bips: Number(args.newDefaultOperatorSplitBips) })),
    submissions: submissions.filter(known).map(submissionOf),
  };
}

export function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1_000);
}

async function readStakes(db: Database, end: number): Promise<StakeChange[]> {
  const rows = await db
    .selectFrom('restaking_share_changes')
    .select(['at', 'operator', 'staker', 'strategy', 'delta', 'max_magnitude'])
    .where('at', '<=', new Date(end * 1_000))
    .orderBy('block')
    .orderBy('log_index')
    .execute();
  return rows.map((row) => ({
    at: seconds(row.at),
    operator: row.operator as Address,
    staker: row.staker as Address | null,
    strategy: row.strategy as Address,
    delta: BigInt(row.delta),
    maxMagnitude: BigInt(row.max_magnitude),
  }));
}

function registrationOf({ at, operator, avs, args }: LogRow): Registration {
  return {
    at: seconds(at),
    operator: operator as Address,
    avs: avs as Address,
    registered: Number(args.status) === REGISTERED,
  };
}

function splitOf({ at, event, operator, args }: LogRow): SplitChange {
  const ofAvs = event === 'OperatorAVSSplitBipsSet';
  return {
    at: seconds(at),
    operator: operator as Address,
    avs: ofAvs ? (args.avs as Address) : null,
    oldBips: Number(ofAvs ? args.oldOperatorAVSSplitBips : args.oldOperatorPISplitBips),
    newBips: Number(ofAvs ? args.newOperatorAVSSplitBips : args.newOperatorPISplitBips),
    activatedAt: Number(args.activatedAt),
  };
}

function submissionOf({ at, event, args }: LogRow): Submission {
  const common = ({ strategiesAndMultipliers, token, startTimestamp, duration }: SubmissionArgs) => ({
    at: seconds(at),
    token,
    strategies: strategiesAndMultipliers.map(({ strategy, multiplier }) => ({
      strategy,
      multiplier: BigInt(multiplier),
    })),
    startTimestamp: Number(startTimestamp),
    duration: Number(duration),
  });
  if (event === 'OperatorDirectedAVSRewardsSubmissionCreated') {
    const submission = args.operatorDirectedRewardsSubmission as SubmissionArgs & {
      operatorRewards: { operator: Address; amount: string }[];
    };
    return {
      ...common(submission),
      kind: 'operator-directed',
      avs: args.avs as Address,
      amounts: submission.operatorRewards.map(({ operator, amount }) => ({ operator, amount: BigInt(amount) })),
    };
  }
  const submission = args.rewardsSubmission as SubmissionArgs & { amount: string };
  const amounts = [{ operator: null, amount: BigInt(submission.amount) }];
  const from = (args.avs ?? args.submitter ?? args.tokenHopper) as Address;
  const kind =
    event === 'AVSRewardsSubmissionCreated'
      ? 'avs'
      : event === 'RewardsSubmissionForAllCreated'
        ? 'all-stakers'
        : 'all-earners';
  return { ...common(submission), kind, avs: from, amounts };
}
