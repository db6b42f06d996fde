import type { AvsOperator } from '@tephra/l1';
import { type Address, encodeG1, encodeG2, type Hash, type WireG1, type WireG2 } from '@tephra/protocol';
import { keccak256, toHex } from 'viem';

/** A member of a task's quorums, as it is stored: weights are decimal text, null where it is not a member. */
export type SetMember = {
  operatorId: Hash;
  address: Address;
  g1: WireG1;
  g2: WireG2;
  stakes: (string | null)[];
};

/** Who can sign a task: members of its quorums at the reference block with their weights, in the order of the quorums. */
export class OperatorSet {
  /** Equal sets have equal hashes. */
  readonly hash: Hash;
  readonly members: readonly SetMember[];
  /** Weight of each quorum. */
  readonly totals: readonly bigint[];
  readonly #byId: ReadonlyMap<Hash, { member: SetMember; stakes: readonly (bigint | null)[] }>;

  constructor(quorumCount: number, members: readonly SetMember[]) {
    this.members = members;
    this.hash = keccak256(toHex(JSON.stringify(members)));
    this.#byId = new Map(
      members.map((member) => [
        member.operatorId,
        { member, stakes: member.stakes.map((stake) => (stake === null ? null : BigInt(stake))) },
      ]),
    );
    this.totals = Array.from({ length: quorumCount }, (_, index) =>
      members.reduce((sum, member) => sum + BigInt(member.stakes[index] ?? 0), 0n),
    );
  }

  /** From what the L1 says, ascending by id. */
  static of(quorumCount: number, operators: readonly AvsOperator[]): OperatorSet {
    const members = operators.map((operator) => ({
      operatorId: operator.operatorId,
      address: operator.address,
      g1: encodeG1(operator.g1),
      g2: encodeG2(operator.g2),
      stakes: operator.stakes.map((stake) => (stake === null ? null : stake.toString())),
    }));
    return new OperatorSet(
      quorumCount,
      members.sort((a, b) => (a.operatorId < b.operatorId ? -1 : 1)),
    );
  }

  get(operatorId: Hash): SetMember | undefined {
    return this.#byId.get(operatorId)?.member;
  }

  /** Weights in the order of the quorums; null where it is not a member. */
  stakesOf(operatorId: Hash): readonly (bigint | null)[] {
    return this.#byId.get(operatorId)?.stakes ?? [];
  }

  /** How many of the quorums it is in. */
  membershipsOf(operatorId: Hash): number {
    return this.stakesOf(operatorId).filter((stake) => stake !== null).length;
  }
}
