import { operatorId as idOf } from '@tephra/crypto';
import type { Address, G1Point, G2Point, Hash } from '@tephra/protocol';
import { parseAbi, toHex } from 'viem';
import type { L1Client } from '../client.ts';
import { blsApkRegistryAbi, registryCoordinatorAbi } from '../generated/abis.ts';
import { inRanges } from '../inRanges.ts';
import { AvsStateError } from './errors.ts';
import type { AvsDeployment } from './types.ts';

/** An operator as the registries have it at one block. */
export type AvsOperator = {
  operatorId: Hash;
  address: Address;
  g1: G1Point;
  g2: G2Point;
  /** Weight in each of the quorums asked for, in their order; null where it is not a member. */
  stakes: (bigint | null)[];
};

export type OperatorStateSource = Pick<
  AvsDeployment,
  'operatorStateRetriever' | 'registryCoordinator' | 'blsApkRegistry' | 'deployedAtBlock'
>;

type Keys = { g1: G1Point; g2: G2Point };

/** The contract has a second function of this name, whose `bytes32` cannot be told from `bytes` by looking at hex. */
const operatorStateAbi = parseAbi([
  'struct Operator { address operator; bytes32 operatorId; uint96 stake; }',
  'function getOperatorState(address registryCoordinator, bytes quorumNumbers, uint32 blockNumber) view returns (Operator[][])',
]);

/** Blocks that are read again each time, in case they were reorganised since. */
const REREAD_BLOCKS = 64n;

/**
 * Who may sign for an AVS, with which keys and which weight, at any block. Keys come from the logs of their
 * registration, read in ranges and once. A key is bound to an operator's id by its hash and the registry has checked that
 * both keys belong together, so what was learned stays true whatever the L1 reorganises; memberships and weights are asked
 * for anew each time.
 */
export class OperatorStateReader {
  readonly #source: OperatorStateSource;
  readonly #client: L1Client;
  readonly #keys = new Map<Hash, Keys>();
  /** Registrations were read before this block. */
  #readBefore: bigint;
  #reading: Promise<void> = Promise.resolve();

  constructor(source: OperatorStateSource, deps: { client: L1Client }) {
    this.#source = source;
    this.#client = deps.client;
    this.#readBefore = source.deployedAtBlock;
  }

  /**
   * Operators of any of these quorums, by ascending id. The block must not lie in the future.
   * @throws AvsStateError OPERATOR_KEY_UNKNOWN, and what viem throws when the L1 does not answer
   */
  async operatorsAt(quorumNumbers: readonly number[], blockNumber: number): Promise<AvsOperator[]> {
    const quorums = await this.#client.readContract({
      address: this.#source.operatorStateRetriever,
      abi: operatorStateAbi,
      functionName: 'getOperatorState',
      args: [this.#source.registryCoordinator, toHex(Uint8Array.from(quorumNumbers)), blockNumber],
    });
    const members = new Map<Hash, { address: Address; stakes: (bigint | null)[] }>();
    quorums.forEach((operators, index) => {
      for (const { operator, operatorId, stake } of operators) {
        const member = members.get(operatorId) ?? { address: operator, stakes: quorumNumbers.map(() => null) };
        member.stakes[index] = stake;
        members.set(operatorId, member);
      }
    });
    const ids = [...members.keys()].sort();
    await this.#learn(ids, BigInt(blockNumber));
    return ids.map((operatorId) => {
      const keys = this.#keys.get(operatorId);
      if (!keys) {
        throw new AvsStateError('OPERATOR_KEY_UNKNOWN', `no log shows the registration of operator ${operatorId}`, {
          hint: 'Use an L1 node that keeps all logs since the AVS was deployed.',
          details: { operatorId, registry: this.#source.blsApkRegistry },
        });
      }
      return { operatorId, ...members.get(operatorId)!, ...keys };
    });
  }

  /** Quorums in which an operator is now; none when it is not registered. */
  async quorumsOf(operatorId: Hash): Promise<number[]> {
    const bitmap = await this.#client.readContract({
      address: this.#source.registryCoordinator,
      abi: registryCoordinatorAbi,
      functionName: 'getCurrentQuorumBitmap',
      args: [operatorId],
    });
    return Array.from({ length: 192 }, (_, quorum) => quorum).filter((quorum) => (bitmap >> BigInt(quorum)) & 1n);
  }

  /** Reads registrations up to `block` when a key is missing; callers take turns, so that nothing is read twice. */
  async #learn(ids: readonly Hash[], block: bigint): Promise<void> {
    const turn = this.#reading.then(async () => {
      if (ids.every((id) => this.#keys.has(id))) return;
      const { deployedAtBlock } = this.#source;
      const again = this.#readBefore - REREAD_BLOCKS;
      await this.#read(again > deployedAtBlock ? again : deployedAtBlock, block);
      if (ids.every((id) => this.#keys.has(id))) return;
      // A reorg deeper than what is read again, or a node that answered without its newest logs.
      await this.#read(deployedAtBlock, block);
    });
    this.#reading = turn.catch(() => undefined);
    await turn;
  }

  async #read(from: bigint, to: bigint): Promise<void> {
    const logs = await inRanges({ from, to }, (fromBlock, toBlock) =>
      this.#client.getContractEvents({
        address: this.#source.blsApkRegistry,
        abi: blsApkRegistryAbi,
        eventName: 'NewPubkeyRegistration',
        fromBlock,
        toBlock,
        strict: true,
      }),
    );
    for (const { args } of logs) {
      const { X, Y } = args.pubkeyG2;
      this.#keys.set(idOf(args.pubkeyG1), { g1: args.pubkeyG1, g2: { X: [X[0], X[1]], Y: [Y[0], Y[1]] } });
    }
    if (to >= this.#readBefore) this.#readBefore = to + 1n;
  }
}
