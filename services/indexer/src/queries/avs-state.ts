import type { Database } from '@tephra/db';
import type { AvsDeployment } from '@tephra/l1';
import type { Hash } from '@tephra/protocol';
import { hexToBytes } from 'viem';
import { allLogs, latestLogs } from './logs.ts';

export type AvsMember = {
  /** Lower case. */
  operator: string;
  operatorId: Hash;
  registered: boolean;
  /** Ascending. */
  quorums: number[];
  socket: string;
  /** Newest weight per quorum; those that it left have none. */
  weights: Map<number, bigint>;
};

/** What the logs say of one AVS now. */
export type AvsState = {
  /** Everybody who ever registered, oldest first, by lower-case address. */
  members: Map<string, AvsMember>;
  /** Least weight of an operator, per quorum. */
  minimums: Map<number, bigint>;
  metadataUri: string;
  allowlist: { enabled: boolean; operators: Set<string> };
};

export async function readAvsState(db: Database, avs: AvsDeployment): Promise<AvsState> {
  const of = avs.serviceManager.toLowerCase();
  const [registrations, quorums, sockets, stakes, minimums, metadata, allowlist] = await Promise.all([
    allLogs(db, { source: 'coordinator', events: ['OperatorRegistered', 'OperatorDeregistered'], avs: of }),
    allLogs(db, { source: 'keys', events: ['OperatorAddedToQuorums', 'OperatorRemovedFromQuorums'], avs: of }),
    latestLogs(db, { source: 'coordinator', events: ['OperatorSocketUpdate'], avs: of }, ['operator']),
    latestLogs(db, { source: 'stakes', events: ['OperatorStakeUpdate'], avs: of }, [
      'operator',
      { arg: 'quorumNumber' },
    ]),
    latestLogs(db, { source: 'stakes', events: ['MinimumStakeForQuorumUpdated'], avs: of }, [{ arg: 'quorumNumber' }]),
    // The slashing release's contract and the older one both announce it; the newer word counts.
    Promise.all([
      latestLogs(db, { source: 'directory', events: ['AVSMetadataURIUpdated'], avs: of }, ['avs']),
      latestLogs(db, { source: 'allocation', events: ['AVSMetadataURIUpdated'], avs: of }, ['avs']),
    ]),
    allLogs(db, {
      source: 'allowlist',
      events: ['AllowlistUpdated', 'AllowlistEnabled', 'AllowlistDisabled'],
      avs: of,
    }),
  ]);

  const members = new Map<string, AvsMember>();
  for (const { event, operator, args } of registrations) {
    if (operator === null) continue;
    const known = members.get(operator);
    members.set(operator, {
      operator,
      operatorId: String(args.operatorId) as Hash,
      registered: event === 'OperatorRegistered',
      quorums: known?.quorums ?? [],
      socket: known?.socket ?? '',
      weights: known?.weights ?? new Map(),
    });
  }
  for (const { event, operator, args } of quorums) {
    const member = members.get(operator ?? '');
    if (!member) continue;
    const numbers = [...hexToBytes(String(args.quorumNumbers) as `0x${string}`)];
    const others = member.quorums.filter((quorum) => !numbers.includes(quorum));
    member.quorums = event === 'OperatorAddedToQuorums' ? [...others, ...numbers].sort((a, b) => a - b) : others;
  }
  const byId = new Map([...members.values()].map((member) => [member.operatorId as string, member]));
  for (const { operator: id, args } of sockets) {
    const member = byId.get(id ?? '');
    if (member) member.socket = String(args.socket);
  }
  for (const { operator: id, args } of stakes) {
    const quorum = Number(args.quorumNumber);
    const member = byId.get(id ?? '');
    if (member?.quorums.includes(quorum)) member.weights.set(quorum, BigInt(String(args.stake)));
  }
  const newest = metadata.flat().sort((a, b) => b.block - a.block || b.log_index - a.log_index)[0];
  return {
    members,
    minimums: new Map([
      ...avs.quorums.map(({ number, minimumStake }): [number, bigint] => [number, minimumStake]),
      ...minimums.map(({ args }): [number, bigint] => [Number(args.quorumNumber), BigInt(String(args.minimumStake))]),
    ]),
    metadataUri: newest ? String(newest.args.metadataURI) : '',
    allowlist: foldAllowlist(allowlist),
  };
}

function foldAllowlist(logs: Awaited<ReturnType<typeof allLogs>>): AvsState['allowlist'] {
  const operators = new Set<string>();
  let enabled = false;
  for (const { event, args } of logs) {
    if (event !== 'AllowlistUpdated') {
      enabled = event === 'AllowlistEnabled';
      continue;
    }
    const status = args.status as boolean[];
    for (const [index, operator] of (args.operators as string[]).entries()) {
      if (status[index]) operators.add(operator);
      else operators.delete(operator);
    }
  }
  return { enabled, operators };
}
